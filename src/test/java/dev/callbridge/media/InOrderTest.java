package dev.callbridge.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InOrderTest {

    private final InOrder inOrder = new InOrder("test");

    @Test
    void whatComesAfterATaskThatThrowsIsDoneAllTheSame() throws InterruptedException {
        var done = new CountDownLatch(1);
        inOrder.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        inOrder.execute(() -> {
            throw new AssertionError("on purpose");
        });
        inOrder.execute(done::countDown);

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void tasksRunInTheOrderTheyCameInAndNeverAtOnce() throws InterruptedException {
        int tasks = 1000;
        var done = new CountDownLatch(tasks);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            int number = i;
            inOrder.execute(() -> {
                order.add(number);
                done.countDown();
            });
        }

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(order).hasSize(tasks).isSorted();
    }
}
