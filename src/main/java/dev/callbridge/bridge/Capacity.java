package dev.callbridge.bridge;

import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// How many calls may live, in all and for each Matrix user that places them. From any thread; taken and
/// given back as one step, so that no number of calls at once gets past a limit.
final class Capacity {

    private final int calls;
    private final int callsPerUser;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<MatrixUser, Integer> byUser = new HashMap<>();
    private int all;

    Capacity(int calls, int callsPerUser) {
        this.calls = calls;
        this.callsPerUser = callsPerUser;
    }

    /// @return false if there is no room for a call of this caller
    boolean take(Party caller) {
        lock.lock();
        try {
            boolean free =
                    all < calls && !(caller instanceof MatrixUser user && byUser.getOrDefault(user, 0) >= callsPerUser);
            if (free) {
                all++;
                if (caller instanceof MatrixUser user) {
                    byUser.merge(user, 1, Integer::sum);
                }
            }
            return free;
        } finally {
            lock.unlock();
        }
    }

    void giveBack(Party caller) {
        lock.lock();
        try {
            all--;
            if (caller instanceof MatrixUser user) {
                byUser.computeIfPresent(user, (_, count) -> count > 1 ? count - 1 : null);
            }
        } finally {
            lock.unlock();
        }
    }
}
