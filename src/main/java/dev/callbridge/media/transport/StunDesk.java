package dev.callbridge.media.transport;

import dev.callbridge.media.rtp.RtpPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ice4j.StunException;
import org.ice4j.StunMessageEvent;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.attribute.UsernameAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.Request;
import org.ice4j.message.Response;
import org.ice4j.stack.RawMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads STUN on a thread of its own and hands it to the ICE agent it is for: requests by our user name fragment,
/// responses by the transaction they answer.
final class StunDesk {

    private static final Logger log = LoggerFactory.getLogger(StunDesk.class);

    /// About one a second and call arrive; what is too much is lost, and sent again by the peer.
    private static final int MAX_WAITING = 4096;

    private static final int TRANSACTION_AT = 8;
    private static final int HEADER = 20;
    private static final int COOKIE = 0x2112A442;

    private record Transaction(long high, int low) {

        static Transaction of(byte[] message, int offset) {
            ByteBuffer bytes = ByteBuffer.wrap(message);
            return new Transaction(
                    bytes.getLong(offset + TRANSACTION_AT), bytes.getInt(offset + TRANSACTION_AT + Long.BYTES));
        }
    }

    private final Map<String, IceLeg> byFragment = new ConcurrentHashMap<>();
    private final Map<Transaction, IceLeg> asked = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor thread;

    /// @param number of the shard
    StunDesk(int number) {
        thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().name("ice-" + number).daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    void stop() {
        thread.shutdownNow();
    }

    void open(IceLeg leg) {
        byFragment.put(leg.local().fragment(), leg);
    }

    void close(IceLeg leg) {
        byFragment.remove(leg.local().fragment(), leg);
        asked.values().removeIf(leg::equals);
    }

    /// `leg` sends this; if it is a request, the response will be for it.
    void sending(IceLeg leg, byte[] message, int offset, int length) {
        boolean request = length >= HEADER && (message[offset] & 1) == 0 && (message[offset + 1] & 0x10) == 0;
        if (request) {
            asked.put(Transaction.of(message, offset), leg);
        }
    }

    /// Whether this looks like a whole STUN message (RFC 8489 §5), before anything is spent on it.
    static boolean isStun(RtpPacket packet) {
        byte[] bytes = packet.bytes();
        int at = packet.offset();
        if (packet.length() < HEADER) {
            return false;
        }
        int promised = (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
        int cookie = (bytes[at + 4] & 0xFF) << 24
                | (bytes[at + 5] & 0xFF) << 16
                | (bytes[at + 6] & 0xFF) << 8
                | (bytes[at + 7] & 0xFF);
        return cookie == COOKIE && promised % 4 == 0 && HEADER + promised == packet.length();
    }

    /// @param bytes what [#isStun] was true of
    void received(byte[] bytes, IcePort port, InetSocketAddress from) {
        thread.execute(() -> read(bytes, port, from));
    }

    private void read(byte[] bytes, IcePort port, InetSocketAddress from) {
        try {
            var remote = new TransportAddress(from, Transport.UDP);
            Message message = Message.decode(bytes, (char) 0, (char) bytes.length);
            RawMessage raw = RawMessage.build(bytes, bytes.length, remote, port.address());
            switch (message) {
                case Request request -> request(request, raw, port, from);
                case Response response -> response(response, raw);
                default -> log.trace("STUN indication ignored");
            }
        } catch (StunException | RuntimeException e) {
            log.debug("STUN message dropped: {}", e.toString());
        }
    }

    /// ice4j takes a request without MESSAGE-INTEGRITY for a good one unless told otherwise, so it is checked here.
    private void request(Request request, RawMessage raw, IcePort port, InetSocketAddress from) {
        if (request.getAttribute(Attribute.USERNAME) instanceof UsernameAttribute attribute
                && request.getAttribute(Attribute.MESSAGE_INTEGRITY) instanceof MessageIntegrityAttribute integrity) {
            String username = new String(attribute.getUsername(), StandardCharsets.UTF_8);
            int colon = username.indexOf(':');
            IceLeg leg = colon < 0 ? null : byFragment.get(username.substring(0, colon));
            String fragment = username.substring(colon + 1);
            if (leg != null
                    && leg.mayBe(fragment)
                    && leg.stack().validateMessageIntegrity(integrity, username, true, raw)) {
                leg.checkedFrom(port, from, fragment);
                leg.stack().handleMessageEvent(new StunMessageEvent(leg.stack(), raw, request));
            }
        }
    }

    private void response(Response response, RawMessage raw) {
        IceLeg leg = asked.remove(Transaction.of(raw.getBytes(), 0));
        if (leg != null) {
            leg.stack().handleMessageEvent(new StunMessageEvent(leg.stack(), raw, response));
        }
    }
}
