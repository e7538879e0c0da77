package dev.callbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CapacityTest {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final MatrixUser BOB = new MatrixUser("@bob:example.org");
    static final PhoneNumber PHONE = new PhoneNumber("+4930901820");

    @Test
    void countsTheCallsOfEachUser() {
        var capacity = new Capacity(10, 1);

        assertThat(capacity.take(ALICE)).isTrue();
        assertThat(capacity.take(ALICE)).isFalse();
        assertThat(capacity.take(BOB)).isTrue();
        capacity.giveBack(ALICE);
        assertThat(capacity.take(ALICE)).isTrue();
    }

    @Test
    void countsAllCalls() {
        var capacity = new Capacity(2, 5);

        assertThat(capacity.take(PHONE)).isTrue();
        assertThat(capacity.take(PHONE)).isTrue();
        assertThat(capacity.take(ALICE)).isFalse();
    }

    @Test
    void letsNobodyPastALimitHoweverManyComeAtOnce() {
        var capacity = new Capacity(1_000, 7);

        assertThat(IntStream.range(0, 200)
                        .parallel()
                        .filter(_ -> capacity.take(ALICE))
                        .count())
                .isEqualTo(7);
    }
}
