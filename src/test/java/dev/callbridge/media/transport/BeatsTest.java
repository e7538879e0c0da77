package dev.callbridge.media.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BeatsTest {

    private static final long MILLISECOND = 1_000_000;

    private final Beats beats = new Beats();

    private List<Long> due(long now) {
        List<Long> due = new ArrayList<>();
        while (beats.next(now * MILLISECOND)) {
            due.add(beats.current() / MILLISECOND);
        }
        return due;
    }

    @Test
    void aBeatIsDueTwentyMillisecondsAfterTheOneBefore() {
        beats.start(0);

        assertThat(due(19)).isEmpty();
        assertThat(due(20)).containsExactly(20L);
        assertThat(due(39)).isEmpty();
        assertThat(due(40)).containsExactly(40L);
    }

    @Test
    void lateBeatsDontDelayThoseThatFollow() {
        beats.start(0);

        assertThat(due(37)).containsExactly(20L);
        assertThat(due(41)).containsExactly(40L);
        assertThat(due(60)).containsExactly(60L);
    }

    @Test
    void makesUpForAShortSleep() {
        beats.start(0);

        assertThat(due(120)).containsExactly(20L, 40L, 60L, 80L, 100L, 120L);
    }

    @Test
    void beginsAnewAfterALongSleep() {
        beats.start(0);

        assertThat(due(5000)).containsExactly(5000L);
        assertThat(due(5020)).containsExactly(5020L);
    }

    @Test
    void saysHowLongThereIsNothingToDo() {
        beats.start(0);

        assertThat(beats.idle(0)).isEqualTo(20);
        assertThat(beats.idle(500_000)).isEqualTo(20);
        assertThat(beats.idle(19 * MILLISECOND + 1)).isEqualTo(1);
        assertThat(beats.idle(20 * MILLISECOND)).isZero();
        assertThat(beats.idle(90 * MILLISECOND)).isZero();
    }

    @Test
    void aShardBeatsWhileSomebodyIsThere() throws InterruptedException {
        var shard = new Shard(98);
        BlockingQueue<Long> heard = new LinkedBlockingQueue<>();
        Beat member = (_, now) -> heard.add(now);
        Beat broken = (_, _) -> {
            throw new IllegalStateException("on purpose");
        };
        try {
            shard.join(broken);
            shard.join(member);
            List<Long> beat = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                beat.add(heard.poll(Duration.ofSeconds(5).toMillis(), TimeUnit.MILLISECONDS));
            }
            assertThat(beat).doesNotContainNull().isSorted();
            assertThat((beat.getLast() - beat.getFirst()) / MILLISECOND).isBetween(180L, 1500L);
        } finally {
            shard.leave(member);
            shard.stop();
        }
    }
}
