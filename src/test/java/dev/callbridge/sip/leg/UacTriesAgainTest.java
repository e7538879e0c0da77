package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.UacArrival.Accepted;
import dev.callbridge.sip.leg.UacArrival.Challenged;
import dev.callbridge.sip.leg.UacArrival.NoSign;
import dev.callbridge.sip.leg.UacArrival.Provisional;
import dev.callbridge.sip.leg.UacArrival.Recorded;
import dev.callbridge.sip.leg.UacArrival.Rejected;
import dev.callbridge.sip.leg.UacArrival.TimedOut;
import dev.callbridge.sip.leg.UacArrival.TrunkFull;
import dev.callbridge.sip.leg.UacArrival.Unreachable;
import dev.callbridge.testkit.UacTargets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Another INVITE leaves: with credentials, or to the next trunk.
class UacTriesAgainTest extends UacTrial {

    UacTriesAgainTest() {
        super(Collections.nCopies(2, EarlyMedia.ON_ANSWER));
    }

    @Nested
    class WhenTheTrunkAsksForCredentials {

        @Test
        void answersOncePerRealm() {
            dial();
            arrives(new Challenged(401, List.of(CHALLENGE)));
            assertThat(sent).endsWith(new UacMessage.WriteDown(0, List.of(CHALLENGE), Duration.ZERO));

            arrives(new Recorded(), new Challenged(401, List.of(CHALLENGE)));

            assertThat(sent).endsWith(new UacMessage.WriteDown(1, List.of(), Duration.ZERO));
        }

        @Test
        void answersAgainWhenOnlyTheNonceWasTooOld() {
            dial();
            arrives(new Challenged(401, List.of(CHALLENGE)), new Recorded());
            arrives(new Challenged(401, List.of(STALE)), new Recorded());

            assertThat(sent)
                    .endsWith(new UacMessage.WriteDown(0, List.of(STALE), Duration.ZERO), new UacMessage.Invite(0));
        }

        @Test
        void doesNotLetItselfBeAskedForEver() {
            leg = new UacLeg(UacTargets.of(Collections.nCopies(1, EarlyMedia.ON_ANSWER)));
            dial();
            for (int i = 0; i < 10; i++) {
                arrives(new Challenged(407, List.of(STALE)), new Recorded());
            }

            assertThat(told)
                    .containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.TRUNK_LOGIN_REFUSED, "carrier-407")));
        }

        @Test
        void sendsNothingWhenTheCallGaveUpMeanwhile() {
            dial();
            arrives(new Challenged(401, List.of(CHALLENGE)));
            asked(new End(HANGUP));
            arrives(new Recorded());

            assertThat(sent).containsOnlyOnce(new UacMessage.Invite(0));
            assertThat(told).containsExactly(new LegEvent.Ended(HANGUP));
        }
    }

    @Nested
    class WhenTheTrunkFails {

        @Test
        void triesTheNextOneAndWritesThatDownToo() {
            dial();
            arrives(new Provisional(100, "", null), new Rejected(503, 0));
            assertThat(sent).endsWith(new UacMessage.WriteDown(1, List.of(), Duration.ZERO));

            arrives(new Recorded(), new Accepted("z", ANSWER));

            assertThat(sent).endsWith(new UacMessage.Invite(1), new UacMessage.Ack("z"));
        }

        @Test
        void triesTheNextOneWhenThereIsNoSignForSomeSeconds() {
            dial();
            arrives(new NoSign());

            assertThat(sent).endsWith(new UacMessage.WriteDown(1, List.of(), Duration.ZERO));
        }

        @Test
        void waitsForTheLastOne() {
            leg = new UacLeg(UacTargets.of(Collections.nCopies(1, EarlyMedia.ON_ANSWER)));
            dial();
            arrives(new NoSign());
            assertThat(told).isEmpty();

            arrives(new TimedOut());
            assertThat(told)
                    .containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-timeout")));
        }

        @Test
        void triesTheNextOneWhenItIsFullOrCantBeReached() {
            leg = new UacLeg(UacTargets.of(Collections.nCopies(3, EarlyMedia.ON_ANSWER)));
            dial();
            arrives(new TrunkFull(), new Recorded(), new Unreachable(), new Recorded());

            assertThat(sent).endsWith(new UacMessage.Invite(2));
        }

        @Test
        void doesNotHearTheOneThatItLeft() {
            dial();
            arrives(new NoSign(), new Recorded());
            arrives(
                    from(0, new Provisional(180, "a", null)),
                    from(0, new Accepted("a", ANSWER)),
                    from(0, new Rejected(486, 0)));
            assertThat(told).isEmpty();
            assertThat(sent).endsWith(new UacMessage.Invite(1));

            asked(new End(HANGUP));
            arrives(from(0, new Provisional(180, "a", null)));
            assertThat(sent).endsWith(new UacMessage.Invite(1));

            arrives(from(1, new Provisional(180, "b", null)));
            assertThat(sent).endsWith(new UacMessage.Cancel(HANGUP));
        }

        private static UacArrival from(int target, UacArrival arrival) {
            return new UacArrival.From(target, arrival);
        }

        /// Trunk failover never starts once it rang: the same telephone would ring twice.
        @Test
        void triesNoOtherOnceItRang() {
            dial();
            arrives(new Provisional(183, "a", null), new Rejected(503, 0));

            assertThat(told).containsExactly(new LegEvent.Ended(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-503")));
        }

        @Test
        void triesNoOtherWhenTheTelephoneItselfSaysNo() {
            dial();
            arrives(new Rejected(486, 0));

            assertThat(told).containsExactly(ended(HangupCause.BUSY));
        }
    }

    /// Trunks whose media differ.
    @Nested
    class WhenAnotherTrunkNeedsAnotherOffer {

        private static final CallEnd DOWN = new CallEnd(HangupCause.NETWORK_DOWN, "carrier-503");
        private static final Sdp OTHER = new Sdp("another offer");

        @BeforeEach
        void dialTheFirst() {
            leg = new UacLeg(List.of(target(0, false), target(1, true), target(2, false)));
            dial();
            arrives(new Recorded());
        }

        private static UacTarget target(int media, boolean spare) {
            return new UacTarget(EarlyMedia.ON_ANSWER, media, spare);
        }

        @Test
        void leavesTheFirstAndDialsTheSecondWithThat() {
            arrives(new Rejected(503, 0));
            assertThat(sent).endsWith(new UacMessage.Leave());
            assertThat(told).containsExactly(new LegEvent.Moved(2));

            asked(new LegCommand.Offer(OTHER));
            arrives(new Recorded());

            assertThat(sent)
                    .endsWith(
                            new UacMessage.Renew(OTHER),
                            new UacMessage.WriteDown(2, List.of(), Duration.ZERO),
                            new UacMessage.Invite(2));
        }

        @Test
        void endsForTheFirstReasonWhenThereIsNoSuchOffer() {
            arrives(new Rejected(503, 0));
            asked(new LegCommand.Decline());

            assertThat(told).containsExactly(new LegEvent.Moved(2), new LegEvent.Ended(DOWN));
        }

        @Test
        void asksTheSameTrunkMorePlainlyOnlyWhenTheOfferWasRefused() {
            arrives(new Rejected(488, 0));
            assertThat(told).containsExactly(new LegEvent.Moved(1));
            asked(new LegCommand.Offer(OTHER));
            arrives(new Recorded(), new Rejected(488, 0));

            assertThat(told)
                    .last()
                    .isEqualTo(new LegEvent.Ended(new CallEnd(HangupCause.NO_COMMON_CODEC, "carrier-488")));
        }

        @Test
        void dialsNothingMoreWhenTheCallGaveUpMeanwhile() {
            arrives(new Rejected(503, 0));
            asked(new End(HANGUP));
            asked(new LegCommand.Offer(OTHER));

            assertThat(sent).endsWith(new UacMessage.Leave());
            assertThat(told).last().isEqualTo(new LegEvent.Ended(HANGUP));
        }
    }
}
