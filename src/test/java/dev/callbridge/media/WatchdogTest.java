package dev.callbridge.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    private static final long SECOND = 1_000_000_000;

    private final List<String> told = new ArrayList<>();
    private final Watchdog watchdog = new Watchdog(
            new Watchdog.Limits(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(60)),
            new Watchdog.Listener() {
                @Override
                public void disturbed(Trouble trouble) {
                    told.add(trouble + " at " + now / SECOND);
                }

                @Override
                public void undisturbed(Trouble trouble) {
                    told.add(trouble + " over at " + now / SECOND);
                }

                @Override
                public void fellSilent(boolean begins) {
                    told.add("fell silent" + (begins ? "" : " over") + " at " + now / SECOND);
                }

                @Override
                public void lost() {
                    told.add("lost at " + now / SECOND);
                }
            });
    private long now;

    private void passes(int seconds) {
        for (int i = 0; i < seconds * 50; i++) {
            now += SECOND / 50;
            watchdog.tick(now);
        }
    }

    private void sends(int seconds, boolean sound) {
        for (int i = 0; i < seconds * 50; i++) {
            now += SECOND / 50;
            watchdog.packet(now);
            if (sound) {
                watchdog.sound(now);
            }
            watchdog.tick(now);
        }
    }

    @Test
    void expectsNothingBeforeTheCallIsUp() {
        passes(100);
        watchdog.begin(now);
        passes(4);

        assertThat(told).isEmpty();
    }

    @Test
    void whatWasHeardBeforeTheCallWasUpDoesNotCount() {
        sends(20, true);
        watchdog.begin(now);
        sends(15, false);

        assertThat(told).containsExactly("SILENT at 30");
    }

    @Nested
    class WhenTheCallIsUp {

        @BeforeEach
        void begin() {
            watchdog.begin(now);
        }

        @Test
        void noticesASideThatIsNeverHeardAndGivesItUp() {
            passes(200);

            assertThat(told).containsExactly("NEVER_HEARD at 5", "NEVER_HEARD over at 60", "lost at 60");
        }

        @Test
        void isContentWithTalk() {
            sends(300, true);

            assertThat(told).isEmpty();
        }

        @Test
        void noticesThatASideIsHeardAfterAll() {
            passes(7);
            sends(3, true);

            assertThat(told).containsExactly("NEVER_HEARD at 5", "NEVER_HEARD over at 7");
        }

        @Test
        void noticesWhenThereIsNothingButSilence() {
            sends(15, false);
            assertThat(told).containsExactly("SILENT at 10");

            sends(1, true);
            assertThat(told).containsExactly("SILENT at 10", "SILENT over at 15");
        }

        @Test
        void whoWasHeardAndSendsOnlySilenceForLongIsNoticedAllTheCallLong() {
            sends(100, true);
            sends(29, false);
            assertThat(told).isEmpty();

            sends(600, false);
            assertThat(told).containsExactly("fell silent at 130");

            told.clear();
            sends(100, true);
            sends(40, false);
            assertThat(told).containsExactly("fell silent over at 729", "fell silent at 859");
        }

        @Test
        void aWordNowAndThenIsEnough() {
            for (int i = 0; i < 20; i++) {
                sends(1, true);
                sends(29, false);
            }

            assertThat(told).isEmpty();
        }

        @Test
        void silenceBeginsAnewWithAGapOrWithHold() {
            sends(10, true);
            sends(20, false);
            passes(2);
            sends(20, false);
            watchdog.expect(false, now);
            sends(100, false);
            watchdog.expect(true, now);
            sends(29, false);
            assertThat(told).isEmpty();

            sends(2, false);
            assertThat(told).containsExactly("fell silent at 182");
            watchdog.expect(false, now);
            assertThat(told).endsWith("fell silent over at 183");
        }

        @Test
        void whoFellSilentMayBeInterruptedToo() {
            sends(10, true);
            sends(40, false);
            passes(35);

            assertThat(told).containsExactly("fell silent at 40", "fell silent over at 80", "INTERRUPTED at 80");
        }

        @Test
        void noticesAnInterruption() {
            sends(10, true);
            passes(35);
            assertThat(told).containsExactly("INTERRUPTED at 40");

            sends(10, true);
            assertThat(told).containsExactly("INTERRUPTED at 40", "INTERRUPTED over at 45");
        }

        @Test
        void givesUpAfterAMinute() {
            sends(10, true);
            passes(100);

            assertThat(told)
                    .endsWith("lost at 70")
                    .filteredOn(line -> line.startsWith("lost"))
                    .hasSize(1);
        }

        @Test
        void waitsWhileSomebodyHolds() {
            sends(10, true);
            passes(20);
            watchdog.expect(false, now);
            passes(600);
            watchdog.expect(true, now);
            passes(29);
            assertThat(told).isEmpty();

            passes(2);
            assertThat(told).containsExactly("INTERRUPTED at 660");
        }

        @Test
        void givesUpACallOnHoldThatShowsNoLifeForAnHour() {
            watchdog.expect(false, now);
            passes(1800);
            watchdog.life(now);
            passes(1801);
            assertThat(told).isEmpty();

            passes(1800);
            assertThat(told).containsExactly("lost at 5400");
        }

        @Test
        void lifeIsNoSubstituteForSoundOtherwise() {
            sends(10, true);
            passes(20);
            watchdog.life(now);
            passes(12);

            assertThat(told).containsExactly("INTERRUPTED at 40");
        }
    }
}
