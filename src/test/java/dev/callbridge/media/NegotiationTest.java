package dev.callbridge.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.LegId;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NegotiationTest {

    private static final LegId BROWSER = new LegId("c1", "caller");
    private static final LegId TRUNK = new LegId("c1", "callee");
    private static final MediaProfile.PlainRtp PLAIN = new MediaProfile.PlainRtp(
            List.of(AudioCodec.PCMA, AudioCodec.PCMU, AudioCodec.G722), InetAddress.getLoopbackAddress());

    /// @param formats numbers as in an `m=` line; 9 is G.722 and 96 too
    private static SessionDescription says(String formats, String direction, String... more) {
        String address = direction.equals("unspecified") ? "0.0.0.0" : "127.0.0.1";
        String written = direction.equals("unspecified") ? "sendrecv" : direction;
        try {
            return SessionDescription.parse("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 " + address
                    + "\r\nt=0 0\r\nm=audio 4000 RTP/AVP " + formats + "\r\na=rtpmap:96 G722/8000\r\n"
                    + "a=rtpmap:101 telephone-event/8000\r\na=rtpmap:97 telephone-event/8000\r\na=" + written + "\r\n"
                    + String.join("\r\n", more) + "\r\n");
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }

    private static SessionDescription says(Direction direction) {
        return says("8 0 101", direction.name().toLowerCase(java.util.Locale.ROOT));
    }

    /// A browser called a trunk, and both took `formats`.
    private static Negotiation agreedOn(String formats) {
        Negotiation offered = Negotiation.between(BROWSER, new MediaProfile.WebRtc(), TRUNK, PLAIN)
                .begun(BROWSER, says("0 8 9 101", "sendrecv"))
                .orElseThrow();
        Negotiation answered = offered.describe(TRUNK)
                .orElseThrow()
                .next()
                .answered(TRUNK, says(formats, "sendrecv"))
                .orElseThrow();
        return answered.answer(BROWSER).orElseThrow().next();
    }

    private static Negotiation reoffers(Negotiation negotiation, LegId leg, Direction direction) {
        return negotiation.revised(leg, says(direction)).orElseThrow().next();
    }

    private static boolean passes(Negotiation negotiation, LegId from) {
        return !negotiation.terms(from, false).sound().isEmpty();
    }

    @Test
    void offersATrunkWhatTheCallerHasInTheTrunksOrder() {
        Negotiation begun = Negotiation.between(BROWSER, new MediaProfile.WebRtc(), TRUNK, PLAIN)
                .begun(BROWSER, says("0 9 8 97", "sendrecv"))
                .orElseThrow();

        assertThat(begun.describe(TRUNK).orElseThrow().ours().formats().codecs().keySet())
                .containsExactly(AudioCodec.PCMA, AudioCodec.PCMU, AudioCodec.G722);
    }

    @Test
    void answersTheCallerWithWhatTheCalleeTookInItsOrder() {
        Negotiation answered = Negotiation.between(BROWSER, new MediaProfile.WebRtc(), TRUNK, PLAIN)
                .begun(BROWSER, says("0 8 96 97", "sendrecv"))
                .orElseThrow()
                .describe(TRUNK)
                .orElseThrow()
                .next()
                .answered(TRUNK, says("9 0 101", "sendrecv"))
                .orElseThrow();

        Negotiation.Step step = answered.answer(BROWSER).orElseThrow();

        assertThat(step.ours().formats().codecs().entrySet())
                .containsExactly(Map.entry(AudioCodec.G722, 96), Map.entry(AudioCodec.PCMU, 0));
        assertThat(step.ours().formats().telephoneEvent()).isEqualTo(97);
        assertThat(step.next().terms(BROWSER, false).sound()).containsOnly(Map.entry(96, 9), Map.entry(0, 0));
        assertThat(step.next().terms(TRUNK, false).sound()).containsEntry(9, 96);
    }

    @Test
    void refusesACallWithoutACodecInCommon() {
        Negotiation nothing = Negotiation.between(BROWSER, new MediaProfile.WebRtc(), TRUNK, PLAIN);

        assertThat(nothing.begun(BROWSER, says("3 18", "sendrecv"))).isEmpty();
        assertThat(nothing.begun(BROWSER, says("0", "sendrecv"))
                        .orElseThrow()
                        .describe(TRUNK)
                        .orElseThrow()
                        .next()
                        .answered(TRUNK, says("8", "sendrecv")))
                .isEmpty();
    }

    @Nested
    class WhenALegChangesItsDirection {

        private final Negotiation agreed = agreedOn("8 0 101");

        /// RFC 3264 §6.1, and §8.4 for the old way to write hold.
        @ParameterizedTest
        @CsvSource({
            "sendrecv, SENDRECV, true, true",
            "sendonly, RECVONLY, true, false",
            "recvonly, SENDONLY, false, true",
            "inactive, INACTIVE, false, false",
            "unspecified, RECVONLY, true, false"
        })
        void isAnsweredWithTheMirror(String written, Direction answer, boolean heard, boolean hears) {
            Negotiation.Step step =
                    agreed.revised(TRUNK, says("8 0 101", written)).orElseThrow();

            assertThat(step.ours().direction()).isEqualTo(answer);
            assertThat(passes(step.next(), TRUNK)).isEqualTo(heard);
            assertThat(passes(step.next(), BROWSER)).isEqualTo(hears);
        }

        @ParameterizedTest
        @EnumSource(value = Direction.class, names = "SENDRECV", mode = EnumSource.Mode.EXCLUDE)
        void theOtherIsToldOnce(Direction wish) {
            Negotiation.Outdated found = reoffers(agreed, TRUNK, wish).outdated();

            assertThat(found.legs()).containsExactly(BROWSER);
            assertThat(found.next().outdated().legs()).isEmpty();
            assertThat(found.next().describe(BROWSER).orElseThrow().ours().direction())
                    .isEqualTo(shown(wish));
        }

        /// Who is on hold listens to our signal, though the other sends nothing.
        private static Direction shown(Direction wish) {
            return wish == Direction.INACTIVE ? Direction.SENDONLY : wish;
        }

        @Test
        void whoIsHeldByInactiveListensToOurSignal() {
            Negotiation held =
                    reoffers(agreed, TRUNK, Direction.INACTIVE).outdated().next();

            Negotiation told = held.describe(BROWSER)
                    .orElseThrow()
                    .next()
                    .answered(BROWSER, says(Direction.RECVONLY))
                    .orElseThrow();

            assertThat(told.outdated().legs()).isEmpty();
            Terms terms = told.terms(TRUNK, false);
            assertThat(terms.leaves()).isTrue();
            assertThat(terms.held()).isTrue();
            assertThat(terms.sound()).isEmpty();
            assertThat(told.terms(BROWSER, false).leaves()).isFalse();
            assertThat(told.revised(BROWSER, says(Direction.SENDRECV))
                            .orElseThrow()
                            .ours()
                            .direction())
                    .isEqualTo(Direction.SENDONLY);
            assertThat(reoffers(told, TRUNK, Direction.SENDRECV).outdated().legs())
                    .containsExactly(BROWSER);
        }

        /// What both wish, in every combination: each is offered the other's wish, and sound passes where both allow
        /// it.
        @ParameterizedTest
        @CsvSource({
            "SENDONLY, SENDONLY",
            "SENDONLY, RECVONLY",
            "SENDONLY, INACTIVE",
            "SENDONLY, SENDRECV",
            "INACTIVE, SENDONLY",
            "INACTIVE, INACTIVE",
            "INACTIVE, SENDRECV",
            "RECVONLY, RECVONLY",
            "RECVONLY, SENDRECV",
            "SENDRECV, SENDRECV"
        })
        void bothWishesCount(Direction browser, Direction trunk) {
            Negotiation both = reoffers(reoffers(agreed, BROWSER, browser), TRUNK, trunk);

            assertThat(both.describe(TRUNK).orElseThrow().ours().direction()).isEqualTo(shown(browser));
            assertThat(both.describe(BROWSER).orElseThrow().ours().direction()).isEqualTo(shown(trunk));
            assertThat(passes(both, BROWSER)).isEqualTo(browser.sends() && trunk.receives());
            assertThat(passes(both, TRUNK)).isEqualTo(trunk.sends() && browser.receives());
            Direction answer =
                    both.revised(TRUNK, says(trunk)).orElseThrow().ours().direction();
            assertThat(answer).isEqualTo(shown(browser).and(trunk.mirrored()));
        }

        @Test
        void anAnswerSaysNothingAboutWhatItHadNoChoiceIn() {
            Negotiation held =
                    reoffers(agreed, BROWSER, Direction.SENDONLY).outdated().next();
            Negotiation told = held.describe(TRUNK)
                    .orElseThrow()
                    .next()
                    .answered(TRUNK, says(Direction.RECVONLY))
                    .orElseThrow();

            Negotiation.Step resumed =
                    told.revised(BROWSER, says(Direction.SENDRECV)).orElseThrow();

            assertThat(resumed.ours().direction()).isEqualTo(Direction.SENDRECV);
            assertThat(resumed.next().outdated().legs()).containsExactly(TRUNK);
        }

        @Test
        void anAnswerThatTakesLessThanWasOfferedIsAWish() {
            Negotiation offered = agreed.describe(TRUNK).orElseThrow().next();

            Negotiation held = offered.answered(TRUNK, says(Direction.SENDONLY)).orElseThrow();

            assertThat(passes(held, BROWSER)).isFalse();
            assertThat(held.outdated().legs()).containsExactly(BROWSER);
        }

        @Test
        void whoHoldsIsNotToldThatItIsHeardLess() {
            Negotiation held =
                    reoffers(agreed, TRUNK, Direction.INACTIVE).outdated().next();

            assertThat(reoffers(held, BROWSER, Direction.INACTIVE).outdated().legs())
                    .isEmpty();
        }

        @Test
        void whatWasTakenBackBeforeItWasToldIsNotTold() {
            Negotiation held =
                    reoffers(agreed, TRUNK, Direction.SENDONLY).outdated().next();
            Negotiation resumed = reoffers(held, TRUNK, Direction.SENDRECV);

            assertThat(resumed.outdated().legs()).isEmpty();
            assertThat(reoffers(resumed.outdated().next(), TRUNK, Direction.SENDONLY)
                            .outdated()
                            .legs())
                    .containsExactly(BROWSER);
        }
    }

    @Nested
    class WhenAnOfferOfOursIsUnderWay {

        private final Negotiation held = reoffers(agreedOn("8 0 101"), BROWSER, Direction.SENDONLY)
                .outdated()
                .next();
        private final Negotiation offered = held.describe(TRUNK).orElseThrow().next();

        @Test
        void whatChangedMeanwhileIsToldAfterTheAnswer() {
            Negotiation resumed = reoffers(offered, BROWSER, Direction.SENDRECV);
            assertThat(resumed.outdated().legs()).isEmpty();

            Negotiation answered =
                    resumed.answered(TRUNK, says(Direction.RECVONLY)).orElseThrow();

            assertThat(answered.outdated().legs()).containsExactly(TRUNK);
        }

        @Test
        void aRefusalIsNotAskedForAgain() {
            Negotiation refused = offered.reverted(TRUNK);

            assertThat(refused.isPending(TRUNK)).isFalse();
            assertThat(refused.outdated().legs()).isEmpty();
            Negotiation resumed =
                    reoffers(refused, BROWSER, Direction.SENDRECV).outdated().next();
            assertThat(reoffers(resumed, BROWSER, Direction.SENDONLY).outdated().legs())
                    .containsExactly(TRUNK);
        }

        @Test
        void theirOfferTakesItsPlace() {
            Negotiation crossed = reoffers(offered, TRUNK, Direction.SENDRECV);

            assertThat(crossed.isPending(TRUNK)).isFalse();
            assertThat(crossed.outdated().legs()).isEmpty();
            assertThat(crossed.reverted(TRUNK)).isEqualTo(crossed);
        }
    }

    @Nested
    class WhenCodecsChange {

        @Test
        void aNewOfferIsAnsweredFromWhatTheOtherSideTook() {
            Negotiation.Step step = agreedOn("8 0 101")
                    .revised(TRUNK, says("96 0 97", "sendrecv"))
                    .orElseThrow();

            assertThat(step.ours().formats().codecs()).containsOnly(Map.entry(AudioCodec.PCMU, 0));
            assertThat(step.next().terms(TRUNK, false).sound()).containsOnly(Map.entry(0, 0));
            assertThat(step.next().terms(BROWSER, false).sound()).containsOnly(Map.entry(0, 0));
        }

        @Test
        void anOfferWithoutAnyOfThemIsRefused() {
            assertThat(agreedOn("8 101").revised(TRUNK, says("0 9", "sendrecv")))
                    .isEmpty();
        }

        @Test
        void whoSendsWhatIsNotTakenAnyMoreIsToldSo() {
            Negotiation narrowed = agreedOn("8 0 101")
                    .revised(TRUNK, says("0", "sendrecv"))
                    .orElseThrow()
                    .next();

            assertThat(narrowed.outdated().legs()).containsExactly(BROWSER);
            assertThat(narrowed.describe(BROWSER).orElseThrow().ours().formats().codecs())
                    .containsOnly(Map.entry(AudioCodec.PCMU, 0));
        }

        @Test
        void numbersOnceAgreedOnStay() {
            Negotiation agreed = agreedOn("8 0 101")
                    .revised(TRUNK, says("8 97", "sendrecv"))
                    .orElseThrow()
                    .next();

            Proposal ours = agreed.describe(TRUNK).orElseThrow().ours();

            assertThat(ours.formats().telephoneEvent()).isEqualTo(97);
            assertThat(ours.formats().codecs().sequencedKeySet().getFirst()).isEqualTo(AudioCodec.PCMA);
        }
    }

    @Nested
    class WhenTheCallerLeavesTheOfferToUs {

        private final Negotiation begun = Negotiation.between(TRUNK, PLAIN, BROWSER, new MediaProfile.WebRtc());

        @Test
        void itIsOfferedWhatTheCalleeTook() {
            Negotiation.Step toCallee = begun.describe(BROWSER).orElseThrow();
            assertThat(toCallee.ours().formats().codecs().keySet()).containsExactlyElementsOf(PLAIN.codecs());

            Negotiation.Step toCaller = toCallee.next()
                    .answered(BROWSER, says("0 8 101", "sendrecv"))
                    .orElseThrow()
                    .describe(TRUNK)
                    .orElseThrow();

            assertThat(toCaller.ours().formats().codecs().keySet()).containsExactly(AudioCodec.PCMU, AudioCodec.PCMA);
            assertThat(toCaller.next().hasHeard(TRUNK)).isFalse();
            Negotiation agreed =
                    toCaller.next().answered(TRUNK, says("0 97", "sendrecv")).orElseThrow();
            assertThat(passes(agreed, TRUNK)).isTrue();
            assertThat(agreed.terms(BROWSER, false).sound()).containsEntry(0, 0).doesNotContainKey(8);
        }
    }
}
