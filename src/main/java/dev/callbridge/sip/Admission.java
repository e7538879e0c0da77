package dev.callbridge.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Who is heard at all, and how often. Everybody else gets not one byte back.
///
/// ## Threads
/// Any; asked for every packet.
final class Admission {

    /// Packets that one source may send per second, on average and at once. Far above what any trunk needs.
    private static final int RATE = 2_000;

    private static final int BURST = 4_000;
    private static final byte[] RESPONSE = {'S', 'I', 'P', '/', '2', '.', '0', ' '};

    private final Trunks trunks;
    private final Map<InetAddress, TokenBucket> buckets = new ConcurrentHashMap<>();
    private final Set<InetSocketAddress> ourselves = ConcurrentHashMap.newKeySet();

    Admission(Trunks trunks) {
        this.trunks = trunks;
    }

    /// Whether a datagram from there is looked at. A trunk that may not call us may still answer us.
    boolean admits(InetSocketAddress source, byte[] data, int length) {
        InetAddress address = source.getAddress();
        boolean known = trunks.mayCall(address)
                || ourselves.contains(source)
                || (trunks.isPeer(address) && isResponse(data, length));
        return known && withinRate(address);
    }

    private static boolean isResponse(byte[] data, int length) {
        if (length < RESPONSE.length) {
            return false;
        }
        for (int i = 0; i < RESPONSE.length; i++) {
            if (data[i] != RESPONSE[i]) {
                return false;
            }
        }
        return true;
    }

    /// Whether a connection from there is kept.
    boolean admitsConnection(InetSocketAddress source) {
        return trunks.mayCall(source.getAddress()) || ourselves.contains(source);
    }

    /// Whether a request from there is answered.
    boolean admitsRequest(InetAddress source, int port) {
        return trunks.mayCall(source) || ourselves.contains(new InetSocketAddress(source, port));
    }

    /// Whether a response from there may be one to a request of ours.
    boolean admitsResponse(InetAddress source) {
        return trunks.isPeer(source) || trunks.mayCall(source);
    }

    boolean withinRate(InetAddress source) {
        return buckets.computeIfAbsent(source, _ -> new TokenBucket(RATE, BURST, System.nanoTime()))
                .take(System.nanoTime());
    }

    /// Our own health probe may ask, from this address and port.
    void addOurselves(InetSocketAddress local) {
        ourselves.add(local);
    }

    void removeOurselves(InetSocketAddress local) {
        ourselves.remove(local);
    }
}
