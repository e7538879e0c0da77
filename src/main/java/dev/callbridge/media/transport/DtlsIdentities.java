package dev.callbridge.media.transport;

import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// Our DTLS certificate: one for all calls, a new one every day.
public final class DtlsIdentities {

    private final InstantSource clock;
    private final AtomicReference<DtlsIdentity> current;

    public DtlsIdentities(InstantSource clock) {
        this.clock = clock;
        this.current = new AtomicReference<>(DtlsIdentity.make(clock.instant()));
    }

    DtlsIdentity current() {
        DtlsIdentity known = current.get();
        if (known.isStale(clock.instant())) {
            current.compareAndSet(known, DtlsIdentity.make(clock.instant()));
        }
        return current.get();
    }
}
