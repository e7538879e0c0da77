package dev.callbridge.matrix;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What was needed lately; the longest unused goes first. May be used from any thread.
final class Recent<K, V> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<K, V> kept;

    Recent(int most) {
        this.kept = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    Optional<V> find(K key) {
        lock.lock();
        try {
            @Nullable V value = kept.get(key);
            return Optional.ofNullable(value);
        } finally {
            lock.unlock();
        }
    }

    void keep(K key, V value) {
        lock.lock();
        try {
            kept.put(key, value);
        } finally {
            lock.unlock();
        }
    }

    /// Changes what is kept; what isn't, is left alone.
    void change(K key, UnaryOperator<V> change) {
        lock.lock();
        try {
            V value = kept.get(key);
            if (value != null) {
                kept.put(key, change.apply(value));
            }
        } finally {
            lock.unlock();
        }
    }

    void forget(K key) {
        lock.lock();
        try {
            kept.remove(key);
        } finally {
            lock.unlock();
        }
    }
}
