package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.sip.leg.Alarm;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class DialogAlarmsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTime time = new VirtualTime(1);
    private final List<DialogArrival> rung = new ArrayList<>();
    private final DialogAlarms alarms = new DialogAlarms(() -> "tag", true, this::after, rung::add);

    private Future<?> after(Duration delay, Runnable task) {
        VirtualTime.Timer timer = time.after(delay, task);
        return new CompletableFuture<Void>() {
            @Override
            public boolean cancel(boolean whileItRuns) {
                timer.cancel();
                return super.cancel(whileItRuns);
            }
        };
    }

    @Test
    void anAlarmRingsWhenItIsTime() {
        alarms.wake(Alarm.EXPIRY, MINUTE, 3);
        time.passUntil(MINUTE);

        assertThat(rung).containsExactly(new DialogArrival.Woken("tag", Alarm.EXPIRY, 3));
    }

    @Test
    void aNewAlarmTakesThePlaceOfTheOneBefore() {
        alarms.wake(Alarm.EXPIRY, MINUTE, 3);
        alarms.wake(Alarm.EXPIRY, MINUTE.multipliedBy(2), 4);
        time.passUntil(MINUTE.multipliedBy(3));

        assertThat(rung).containsExactly(new DialogArrival.Woken("tag", Alarm.EXPIRY, 4));
    }

    @Test
    void nothingWaitsOnceTheDialogIsOver() {
        alarms.wake(Alarm.EXPIRY, MINUTE, 3);
        alarms.stop();
        alarms.wake(Alarm.REFRESH, MINUTE, 4);
        alarms.backOff(Duration.ZERO);

        assertThat(time.waiting()).isZero();
    }
}
