package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.bridge.MediaProfile.SymmetricRtp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Addresses are only compared, never sent to.
class LatchTest {

    private static final InetSocketAddress NAMED = at("192.0.2.7:4000");
    private long now = Duration.ofHours(1).toNanos();

    private static InetSocketAddress at(String address) {
        int colon = address.lastIndexOf(':');
        return new InetSocketAddress(
                InetAddress.ofLiteral(address.substring(0, colon)), Integer.parseInt(address.substring(colon + 1)));
    }

    private static Latch latch(SymmetricRtp mode, @Nullable String signaling) {
        return new Latch(
                mode, signaling == null ? null : InetAddress.ofLiteral(signaling), InetAddress.ofLiteral("10.9.9.9"));
    }

    private Latch learning(String signaling, String named) {
        Latch latch = latch(SymmetricRtp.AUTO, signaling);
        latch.named(at(named), now);
        return latch;
    }

    private void after(long milliseconds) {
        now += Duration.ofMillis(milliseconds).toNanos();
    }

    @ParameterizedTest
    @CsvSource({
        // as described, and another port of the described host
        "192.0.2.1, 192.0.2.7:4000, 192.0.2.7:4000, true",
        "192.0.2.1, 192.0.2.7:4000, 192.0.2.7:5000, true",
        // the host of the messages, and strangers
        "192.0.2.1, 192.0.2.7:4000, 192.0.2.1:5000, true",
        "192.0.2.1, 192.0.2.7:4000, 192.0.2.8:4000, false",
        "192.0.2.1, 192.0.2.7:4000, 198.51.100.1:4000, false",
        // private addresses of a trunk outside
        "192.0.2.1, 10.0.0.5:4000, 198.51.100.1:4000, true",
        "192.0.2.1, 172.16.0.5:4000, 198.51.100.1:4000, true",
        "192.0.2.1, 192.168.1.5:4000, 198.51.100.1:4000, true",
        "192.0.2.1, 100.64.0.5:4000, 198.51.100.1:4000, true",
        "2001:db8::1, fd00::5:4000, 2001:db8::9:4000, true",
        // and of a telephone system beside us
        "192.168.1.1, 192.168.1.5:4000, 198.51.100.1:4000, false",
        "192.168.1.1, 192.168.1.5:4000, 192.168.1.1:4000, true",
        // what can't be meant
        "192.168.1.1, 127.0.0.1:4000, 192.168.1.5:4000, true",
        "192.168.1.1, 169.254.0.5:4000, 192.168.1.5:4000, true",
        "192.0.2.1, 224.0.0.5:4000, 192.0.2.9:4000, true"
    })
    void hearsWhoIsBelieved(String signaling, String named, String from, boolean heard) {
        Latch latch = learning(signaling, named);

        assertThat(latch.hears(at(from), now)).isEqualTo(heard);
        assertThat(latch.target()).isEqualTo(at(heard ? from : named));
    }

    @Test
    void hearsNobodyBeforeTheDescription() {
        assertThat(latch(SymmetricRtp.AUTO, null).hears(NAMED, now)).isFalse();
    }

    @Nested
    class WhileItLearns {

        private final Latch latch = learning("192.0.2.1", "10.0.0.5:4000");

        @Test
        void aBetterSourceTakesThePlaceOfAWorseOne() {
            assertThat(latch.hears(at("198.51.100.1:4000"), now)).isTrue();
            after(500);
            assertThat(latch.hears(at("192.0.2.1:5000"), now)).isTrue();
            after(500);
            assertThat(latch.hears(at("198.51.100.1:4000"), now)).isFalse();
            assertThat(latch.hears(at("10.0.0.5:4000"), now)).isTrue();
            assertThat(latch.target()).isEqualTo(at("10.0.0.5:4000"));
        }

        @Test
        void anEqualOneDoesNot() {
            latch.hears(at("198.51.100.1:4000"), now);
            after(20);

            assertThat(latch.hears(at("203.0.113.1:4000"), now)).isFalse();
        }

        @Test
        void timeBeginsWithTheFirstPacket() {
            after(60_000);
            assertThat(latch.hears(at("198.51.100.1:4000"), now)).isTrue();
            after(1000);

            assertThat(latch.hears(at("192.0.2.1:5000"), now)).isTrue();
        }
    }

    @Nested
    class WhenItHasLearned {

        private final Latch latch = learning("192.0.2.1", "10.0.0.5:4000");

        private void learn() {
            latch.hears(at("198.51.100.1:4000"), now);
            for (int i = 0; i < 200; i++) {
                after(20);
                latch.hears(at("198.51.100.1:4000"), now);
            }
        }

        @Test
        void nobodyElseIsHeardHoweverGood() {
            learn();

            assertThat(latch.hears(at("192.0.2.1:5000"), now)).isFalse();
            assertThat(latch.hears(at("10.0.0.5:4000"), now)).isFalse();
        }

        @Test
        void anotherPortOfTheSameHostIsHeardOnceTheFirstIsSilent() {
            learn();
            assertThat(latch.hears(at("198.51.100.1:6000"), now)).isFalse();
            after(1100);

            assertThat(latch.hears(at("203.0.113.1:4000"), now)).isFalse();
            assertThat(latch.hears(at("198.51.100.1:6000"), now)).isTrue();
            assertThat(latch.target()).isEqualTo(at("198.51.100.1:6000"));
        }

        @Test
        void theSameDescriptionAgainChangesNothing() {
            learn();
            latch.named(at("10.0.0.5:4000"), now);

            assertThat(latch.target()).isEqualTo(at("198.51.100.1:4000"));
        }

        @Test
        void anotherDescriptionBeginsAnewAndTheFormerSourceIsNotHeardForAMoment() {
            learn();
            latch.named(at("10.0.0.6:4000"), now);

            assertThat(latch.target()).isEqualTo(at("10.0.0.6:4000"));
            assertThat(latch.hears(at("198.51.100.1:4000"), now)).isFalse();
            assertThat(latch.hears(at("198.51.100.1:7000"), now)).isTrue();
        }

        @Test
        void theFormerSourceIsHeardAgainAfterTheMoment() {
            learn();
            latch.named(at("10.0.0.6:4000"), now);
            after(1100);

            assertThat(latch.hears(at("198.51.100.1:4000"), now)).isTrue();
        }
    }

    @Nested
    class WhenTheTrunkHolds {

        @Test
        void nothingIsSentUntilItNamesAnAddressAgain() {
            Latch latch = learning("192.0.2.1", "192.0.2.7:4000");
            latch.hears(at("192.0.2.7:5000"), now);

            latch.held();
            assertThat(latch.target()).isNull();

            latch.named(NAMED, now);
            assertThat(latch.target()).isEqualTo(at("192.0.2.7:5000"));
        }
    }

    @Nested
    class WhenItIsStrict {

        private final Latch latch = latch(SymmetricRtp.STRICT, "192.0.2.1");

        @Test
        void onlyTheDescribedAddressIsSentTo() {
            latch.named(NAMED, now);

            assertThat(latch.hears(at("192.0.2.7:5000"), now)).isTrue();
            assertThat(latch.target()).isEqualTo(NAMED);
            assertThat(latch.hears(at("192.0.2.1:4000"), now)).isFalse();
        }

        @Test
        void aPrivateAddressIsTakenAtItsWord() {
            latch.named(at("10.0.0.5:4000"), now);

            assertThat(latch.hears(at("198.51.100.1:4000"), now)).isFalse();
        }
    }
}
