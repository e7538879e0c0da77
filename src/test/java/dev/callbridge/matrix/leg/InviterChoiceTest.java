package dev.callbridge.matrix.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand.End;
import dev.callbridge.call.LegEvent;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Of the devices of a user one is chosen, and that one counts.
class InviterChoiceTest extends InviterTrial {

    @Nested
    class OnceAnAnswerIsChosen {

        @BeforeEach
        void answer() {
            ring();
            arrives(answered("A"));
            forget();
        }

        @Test
        void ignoresARejectOfAnotherDevice() {
            arrives(new InviterArrival.Rejected("B", NORMAL));

            assertThat(told).isEmpty();
        }

        @Test
        void ignoresAHangupOfAnotherDevice() {
            arrives(new InviterArrival.HungUp("B", NORMAL));

            assertThat(told).isEmpty();
        }

        @Test
        void endsWithTheHangupOfTheChosenDevice() {
            arrives(new InviterArrival.HungUp("A", NORMAL));
            arrives(new InviterArrival.HungUp("A", NORMAL));

            assertThat(told).containsExactly(new LegEvent.Ended(NORMAL));
        }

        @Test
        void hangsUpWithoutANoteOfAMissedCall() {
            asked(new End(NORMAL));

            assertThat(sent).containsExactly(new InviterMessage.Hangup(HangupCause.NORMAL), CLOSE);
        }

        @Test
        void explainsMissingSound() {
            asked(new End(CallEnd.of(HangupCause.MEDIA_FAILED)));

            assertThat(sent).hasAtLeastOneElementOfType(InviterMessage.Notice.class);
        }

        @Test
        void endsWhenTheUserLeavesTheRoom() {
            arrives(new InviterArrival.Left());

            assertThat(told).hasSize(1);
        }
    }

    /// Two devices answer, a third declines, and one that answered hangs up since it was not chosen.
    @Nested
    class WithSeveralDevices {

        private final List<InviterArrival> signs = List.of(
                answered("A"),
                answered("B"),
                new InviterArrival.Rejected("C", NORMAL),
                new InviterArrival.HungUp("D", CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3})
        void theFirstSignDecidesWhateverFollows(int first) {
            for (int second = 0; second < signs.size(); second++) {
                for (int third = 0; third < signs.size(); third++) {
                    decides(first, second, third);
                }
            }
        }

        private void decides(int first, int second, int third) {
            state = new InviterState.Ringing();
            forget();
            arrives(signs.get(first));
            List<InviterMessage> sentAtOnce = List.copyOf(sent);
            List<LegEvent> toldAtOnce = List.copyOf(told);
            if (first != second && first != third) {
                arrives(signs.get(second));
                arrives(signs.get(third));
            }

            assertThat(sent).isEqualTo(sentAtOnce);
            assertThat(told).isEqualTo(toldAtOnce);
            switch (first) {
                case 0, 1 -> {
                    String party = first == 0 ? "A" : "B";
                    assertThat(sent).containsExactly(new InviterMessage.SelectAnswer(party));
                    assertThat(told).containsExactly(new LegEvent.Answered(ANSWER));
                }
                case 2 -> {
                    assertThat(sent).containsExactly(new InviterMessage.SelectAnswer("C"), CLOSE);
                    assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.REJECTED)));
                }
                default ->
                    assertThat(told).containsExactly(new LegEvent.Ended(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE)));
            }
        }

        @Test
        void onlyTheChosenOneMayChangeTheCall() {
            state = new InviterState.Ringing();
            arrives(answered("A"));
            forget();

            arrives(new TalkArrival.Reoffered("B", OFFER));
            assertThat(told).isEmpty();

            arrives(new TalkArrival.Reoffered("A", OFFER));
            assertThat(told).containsExactly(new LegEvent.Reoffered(OFFER));
        }

        @Test
        void aVersionZeroDeviceNeedsNotBeChosen() {
            state = new InviterState.Ringing();
            arrives(answered(""));

            assertThat(sent).doesNotHaveAnyElementsOfTypes(InviterMessage.SelectAnswer.class);
        }
    }
}
