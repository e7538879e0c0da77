package dev.callbridge.media.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A pair of sockets towards a trunk: RTP on an even port, RTCP on the one above.
final class RtpPair {

    private static final Logger log = LoggerFactory.getLogger(RtpPair.class);

    /// Ports of the range may be in use by others; so many are tried.
    private static final int TRIES = 50;

    private final PortPool pool;
    private final DatagramChannel rtp;
    private final DatagramChannel rtcp;
    private final InetSocketAddress address;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RtpPair(PortPool pool, DatagramChannel rtp, DatagramChannel rtcp, InetSocketAddress address) {
        this.pool = pool;
        this.rtp = rtp;
        this.rtcp = rtcp;
        this.address = address;
    }

    /// @return empty if no pair of ports is free
    static Optional<RtpPair> open(PortPool pool, InetAddress local) {
        for (int i = 0; i < TRIES; i++) {
            OptionalInt port = pool.take();
            if (port.isEmpty()) {
                return Optional.empty();
            }
            Optional<RtpPair> pair = open(pool, new InetSocketAddress(local, port.getAsInt()));
            if (pair.isPresent()) {
                return pair;
            }
            pool.giveBack(port.getAsInt());
        }
        return Optional.empty();
    }

    private static Optional<RtpPair> open(PortPool pool, InetSocketAddress address) {
        try {
            DatagramChannel rtp = Udp.bound(address);
            try {
                DatagramChannel rtcp = Udp.bound(new InetSocketAddress(address.getAddress(), address.getPort() + 1));
                return Optional.of(new RtpPair(pool, rtp, rtcp, address));
            } catch (IOException e) {
                rtp.close();
                throw e;
            }
        } catch (IOException e) {
            log.debug("RTP port {} can't be used: {}", address.getPort(), e.toString());
            return Optional.empty();
        }
    }

    DatagramChannel rtp() {
        return rtp;
    }

    DatagramChannel rtcp() {
        return rtcp;
    }

    InetSocketAddress address() {
        return address;
    }

    void register(Shard shard, Shard.Receiver ofRtp, Shard.Receiver ofRtcp) {
        shard.register(rtp, ofRtp);
        shard.register(rtcp, ofRtcp);
    }

    void close(Shard shard) {
        if (closed.compareAndSet(false, true)) {
            shard.unregister(rtp);
            shard.unregister(rtcp);
            pool.giveBack(address.getPort());
        }
    }
}
