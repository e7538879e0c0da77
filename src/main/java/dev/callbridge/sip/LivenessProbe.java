package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks our own ports by OPTIONS. A thread of the stack that has died leaves a process that lives on deaf; then it is
/// better to be started anew.
///
/// ## Threads
/// Each round runs on a virtual thread, one at a time.
final class LivenessProbe {

    private static final Logger log = LoggerFactory.getLogger(LivenessProbe.class);
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int MISSES = 3;

    private final SipStackHost host;
    private final Admission admission;
    private final Duration interval;
    private final Runnable deaf;
    private int misses;

    /// @param deaf ends the process
    LivenessProbe(SipStackHost host, Admission admission, Duration interval, Runnable deaf) {
        this.host = host;
        this.admission = admission;
        this.interval = interval;
        this.deaf = deaf;
    }

    void start() {
        var _ = host.after(
                interval, () -> Thread.ofVirtual().name("sip-liveness").start(this::round));
    }

    private void round() {
        List<SipStackHost.Point> points = host.points();
        boolean hears = points.stream().allMatch(point -> answersUdp(point) && answersTcp(point));
        misses = hears ? 0 : misses + 1;
        if (misses >= MISSES) {
            log.error("SIP does not hear itself on {} any more: the process ends", points);
            deaf.run();
        } else if (!host.stopped()) {
            start();
        }
    }

    private static InetAddress target(SipStackHost.Point point) {
        return point.address().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : point.address();
    }

    private boolean answersUdp(SipStackHost.Point point) {
        InetAddress address = target(point);
        try (var socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            var local = new InetSocketAddress(address, socket.getLocalPort());
            admission.addOurselves(local);
            try {
                socket.setSoTimeout(PATIENCE_MILLIS);
                byte[] request = options("UDP", local, point);
                socket.send(new DatagramPacket(request, request.length, address, point.port()));
                var answer = new DatagramPacket(new byte[2_048], 2_048);
                socket.receive(answer);
                return true;
            } finally {
                admission.removeOurselves(local);
            }
        } catch (IOException e) {
            log.debug("no answer from ourselves by UDP on {}: {}", point, e.getMessage());
            return false;
        }
    }

    private boolean answersTcp(SipStackHost.Point point) {
        InetAddress address = target(point);
        try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(address, 0));
            var local = new InetSocketAddress(address, socket.getLocalPort());
            admission.addOurselves(local);
            try {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(new InetSocketAddress(address, point.port()), PATIENCE_MILLIS);
                socket.getOutputStream().write(options("TCP", local, point));
                return socket.getInputStream().read() >= 0;
            } finally {
                admission.removeOurselves(local);
            }
        } catch (IOException e) {
            log.debug("no answer from ourselves by TCP on {}: {}", point, e.getMessage());
            return false;
        }
    }

    private static byte[] options(String protocol, InetSocketAddress local, SipStackHost.Point point) {
        String us = Outlet.inUri(local.getAddress()) + ":" + local.getPort();
        String uri = "sip:" + Outlet.inUri(target(point)) + ":" + point.port();
        String text = "OPTIONS " + uri + " SIP/2.0\r\n"
                + "Via: SIP/2.0/" + protocol + " " + us + ";rport;branch=z9hG4bK" + Ids.random(16) + "\r\n"
                + "Max-Forwards: 1\r\n"
                + "From: <sip:liveness@" + us + ">;tag=" + Ids.random(8) + "\r\n"
                + "To: <" + uri + ">\r\n"
                + "Call-ID: " + Ids.random(16) + "\r\n"
                + "CSeq: 1 OPTIONS\r\n"
                + "Content-Length: 0\r\n\r\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
