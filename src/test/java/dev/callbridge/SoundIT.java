package dev.callbridge;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.Bench.Verdict;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.UdpRelay;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls in which people talk, through all of the bridge.
@Timeout(120)
class SoundIT {

    @TempDir
    private static Path directory;

    private static Bench bench;

    @BeforeAll
    static void start() {
        bench = new Bench(directory);
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void aUserAndTheTelephoneSheCallsHearEachOtherUntilSheHangsUp(AudioCodec codec) {
        try (var talk = Conversation.fromMatrix(bench, codec)) {
            talk.bothHearEachOther();

            talk.matrix().hangsUp();

            assertThat(talk.sip().expectBye().header("Reason")).contains("Q.850;cause=16");
            assertThat(bench.verdict(talk.user())).isEqualTo(new Verdict("hangup", "caller"));
            assertThat(talk.matrix().heard()).doesNotContain("m.call.hangup", "m.call.reject");
        }
    }

    @ParameterizedTest
    @EnumSource(AudioCodec.class)
    void aTelephoneAndTheUserItCallsHearEachOtherUntilItHangsUp(AudioCodec codec) {
        try (var talk = Conversation.fromPhone(bench, codec)) {
            talk.bothHearEachOther();

            talk.sip().hangUp();

            talk.sip().expectStatus(200);
            assertThat(talk.matrix().expectHangup().path("reason").asString("")).isEqualTo("user_hangup");
            assertThat(bench.verdict(talk.user())).isEqualTo(new Verdict("hangup", "caller"));
        }
    }

    @Test
    void theUserIsToldThatTheTelephoneSheCalledHungUp() {
        try (var talk = Conversation.fromMatrix(bench, AudioCodec.PCMA)) {
            talk.bothHearEachOther();

            talk.sip().hangUp("Reason: Q.850;cause=16");

            talk.sip().expectStatus(200);
            assertThat(talk.matrix().expectHangup().path("reason").asString("")).isEqualTo("user_hangup");
            assertThat(bench.verdict(talk.user())).isEqualTo(new Verdict("hangup", "callee"));
        }
    }

    @Test
    void theTelephoneIsHungUpWhenTheUserItCalledHangsUp() {
        try (var talk = Conversation.fromPhone(bench, AudioCodec.PCMA)) {
            talk.bothHearEachOther();

            talk.matrix().hangsUp();

            assertThat(talk.sip().expectBye().header("Reason")).contains("Q.850;cause=16");
            assertThat(bench.verdict(talk.user())).isEqualTo(new Verdict("hangup", "callee"));
        }
    }

    /// Its hangup event may be lost, or come minutes later.
    @Test
    void aClientThatSaysGoodbyeOnlyWithItsSoundIsHungUpAtOnce() {
        try (var talk = Conversation.fromMatrix(bench, AudioCodec.PCMU)) {
            talk.bothHearEachOther();

            long gone = System.nanoTime();
            talk.browser().close();

            long bye = talk.sip().expectBye().nanos();
            assertThat(Duration.ofNanos(bye - gone)).isLessThan(Duration.ofSeconds(3));
            assertThat(bench.verdict(talk.user())).isEqualTo(new Verdict("hangup", "caller"));
        }
    }

    /// RFC 7675: consent is asked for every five seconds, and expires after fifteen; the client may then come back from
    /// another network within twenty more.
    @Test
    void aClientThatVanishesIsHungUpAndFindsANotice() {
        try (var detour = new Detour();
                var talk = Conversation.fromMatrix(bench, AudioCodec.PCMU, detour::through)) {
            talk.bothHearEachOther();

            long gone = System.nanoTime();
            detour.cut();

            await().atMost(Duration.ofSeconds(45))
                    .until(() -> talk.matrix().heard().contains("m.call.hangup"));
            long bye = talk.sip().expectBye().nanos();
            assertThat(Duration.ofNanos(bye - gone)).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(45));
            assertThat(talk.matrix().expectHangup().path("reason").asString("")).isEqualTo("ice_timeout");
            assertThat(talk.user().expectNotice(talk.matrix().room(), "connection was lost"))
                    .isNotEmpty();
            assertThat(bench.verdict(talk.user())).isEqualTo(new Verdict("media-lost", "caller"));
        }
    }

    /// A network between browser and bridge that can be cut.
    private static final class Detour implements AutoCloseable {

        private static final Pattern CANDIDATE =
                Pattern.compile("a=candidate:\\S+ 1 udp \\d+ (\\S+) (\\d+) typ host\r\n");

        private @Nullable UdpRelay relay;

        /// The bridge's description, with the relay as its only address.
        String through(String description) {
            Matcher candidate = CANDIDATE.matcher(description);
            assertThat(candidate.find()).isTrue();
            InetAddress host = InetAddress.ofLiteral(candidate.group(1));
            String port = candidate.group(2);
            var opened = new UdpRelay(host, new InetSocketAddress(host, Integer.parseInt(port)));
            relay = opened;
            String only = candidate.group().replace(" " + port + " typ", " " + opened.port() + " typ");
            return CANDIDATE
                    .matcher(description)
                    .replaceAll("")
                    .replace("a=end-of-candidates", only + "a=end-of-candidates");
        }

        void cut() {
            requireNonNull(relay).mode(UdpRelay.Mode.CUT);
        }

        @Override
        public void close() {
            if (relay != null) {
                relay.close();
            }
        }
    }
}
