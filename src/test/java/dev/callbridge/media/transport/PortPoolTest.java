package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PortPoolTest {

    private long now;
    private final PortPool pool = new PortPool(20001, 20005, Duration.ofSeconds(30), () -> now);

    @Test
    void givesEvenPortsWhosePairIsInTheRangeToo() {
        assertThat(pool.take()).hasValue(20002);
        assertThat(pool.take()).hasValue(20004);
        assertThat(pool.take()).isEmpty();
    }

    @Test
    void letsAPortRestBeforeItIsUsedAgain() {
        pool.take();
        pool.take();
        pool.giveBack(20002);

        now += Duration.ofSeconds(29).toNanos();
        assertThat(pool.take()).isEmpty();

        now += Duration.ofSeconds(1).toNanos();
        assertThat(pool.take()).hasValue(20002);
    }
}
