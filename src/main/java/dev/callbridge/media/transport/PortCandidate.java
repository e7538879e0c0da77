package dev.callbridge.media.transport;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ice4j.TransportAddress;
import org.ice4j.ice.Component;
import org.ice4j.ice.HostCandidate;
import org.ice4j.socket.IceSocketWrapper;
import org.jspecify.annotations.Nullable;

/// A local ICE candidate on a shared port. ice4j sends through it; what comes is handed to ice4j by the [StunDesk].
///
/// ice4j parks one daemon thread per candidate that is in use, in [Wrapper#receive]; so a candidate is put to use only
/// when a check comes in on it.
final class PortCandidate extends HostCandidate {

    private final IcePort port;
    private final IceLeg leg;
    private final Wrapper wrapper = new Wrapper();
    private final AtomicBoolean inUse = new AtomicBoolean();

    PortCandidate(IcePort port, IceLeg leg, Component component) {
        super(port.address(), component);
        this.port = port;
        this.leg = leg;
    }

    IcePort port() {
        return port;
    }

    /// Lets ice4j send from here.
    void use() {
        if (inUse.compareAndSet(false, true)) {
            // No remote address: one connector serves all of them.
            leg.stack().addSocket(wrapper, null);
        }
    }

    @Override
    public IceSocketWrapper getCandidateIceSocketWrapper() {
        return wrapper;
    }

    @Override
    protected IceSocketWrapper getCandidateIceSocketWrapper(SocketAddress remote) {
        return wrapper;
    }

    /// Asked for when something could not be sent, for a log line.
    @Override
    public IceSocketWrapper getStunSocket(@Nullable TransportAddress server) {
        return wrapper;
    }

    @Override
    public void free() {
        if (inUse.get()) {
            leg.stack().removeSocket(port.address(), null);
        }
        wrapper.close();
        super.free();
    }

    private final class Wrapper extends IceSocketWrapper {

        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void send(DatagramPacket packet) throws IOException {
            if (leg.sending(packet)) {
                port.send(packet.getData(), packet.getOffset(), packet.getLength(), packet.getSocketAddress());
            }
        }

        @Override
        public void receive(DatagramPacket packet) throws IOException {
            try {
                closed.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            throw new SocketException("closed");
        }

        @Override
        public void close() {
            closed.countDown();
        }

        @Override
        public InetAddress getLocalAddress() {
            return port.address().getAddress();
        }

        @Override
        public int getLocalPort() {
            return port.address().getPort();
        }

        @Override
        public SocketAddress getLocalSocketAddress() {
            return port.address();
        }

        @Override
        public @Nullable Socket getTCPSocket() {
            return null;
        }

        @Override
        public DatagramSocket getUDPSocket() {
            return port.facade();
        }
    }
}
