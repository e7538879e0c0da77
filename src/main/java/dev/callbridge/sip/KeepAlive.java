package dev.callbridge.sip;

import gov.nist.javax.sip.ListeningPointExt;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends two line breaks again and again, so that routers on the way to a registrar keep the path open (RFC 5626 §3.5,
/// §4.4).
final class KeepAlive {

    private static final Logger log = LoggerFactory.getLogger(KeepAlive.class);

    private final SipStackHost host;
    private @Nullable Future<?> beat;

    KeepAlive(SipStackHost host) {
        this.host = host;
    }

    /// From now on, and no longer to where they went before.
    ///
    /// @param interval zero: never
    void start(Outlet outlet, Target target, Duration interval) {
        stop();
        if (interval.isPositive()) {
            beat = host.every(
                    interval, () -> Thread.ofVirtual().name("keep-alive").start(() -> send(outlet, target)));
        }
    }

    void stop() {
        if (beat != null) {
            beat.cancel(false);
        }
    }

    private static void send(Outlet outlet, Target target) {
        try {
            if (outlet.provider().getListeningPoint(target.transport().token()) instanceof ListeningPointExt point) {
                point.sendHeartbeat(target.address().getHostAddress(), target.port());
            }
        } catch (IOException e) {
            log.debug("no sign of life to {}: {}", target, e.getMessage());
        }
    }
}
