package dev.callbridge.matrix.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.testkit.FakeHomeserver;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HomeserverClientTest {

    private final FakeHomeserver homeserver = new FakeHomeserver("example.org");
    private final HomeserverClient client =
            new HomeserverClient(homeserver.url(), FakeHomeserver.AS_TOKEN, Duration.ofSeconds(1));

    @AfterEach
    void close() {
        client.close();
        homeserver.close();
    }

    @Test
    void doesNotWaitForEverForAnAnswerThatBeginsAndNeverEnds() {
        homeserver.stall(request -> request.path().endsWith("/register"));

        assertThatThrownBy(() -> client.register("_sip_4930901820"))
                .isInstanceOfSatisfying(
                        MatrixException.class, e -> assertThat(e.passing()).isTrue());
    }

    @Test
    void keepsNumbersOutOfWhatItComplainsAbout() {
        var refused = new MatrixException(
                403,
                "M_FORBIDDEN",
                null,
                "User @_sip_4930901820:example.org not in room, nor @_sip_pbx.712:example.org");

        assertThat(refused).hasMessage("User @_sip_…20:example.org not in room, nor @_sip_…12:example.org");
    }
}
