package dev.callbridge.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Ports that nobody uses now, for programs that must be told one before they start.
public final class FreePort {

    private FreePort() {}

    /// Free for TCP and UDP on the loopback address.
    public static int onLoopback() {
        var loopback = InetAddress.getLoopbackAddress();
        while (true) {
            try (var tcp = new ServerSocket(0, 1, loopback);
                    var _ = new DatagramSocket(new InetSocketAddress(loopback, tcp.getLocalPort()))) {
                return tcp.getLocalPort();
            } catch (java.net.BindException _) {
                // taken for UDP: another one
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
