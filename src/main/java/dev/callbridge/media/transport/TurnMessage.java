package dev.callbridge.media.transport;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A message between us and a TURN server (RFC 8489, RFC 8656).
final class TurnMessage {

    static final int ALLOCATE = 0x003;
    static final int REFRESH = 0x004;
    static final int CREATE_PERMISSION = 0x008;
    static final int SEND_INDICATION = 0x016;
    static final int DATA_INDICATION = 0x017;
    static final int SUCCESS = 0x100;
    static final int ERROR = 0x110;

    static final int USERNAME = 0x0006;
    static final int INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int LIFETIME = 0x000D;
    static final int PEER_ADDRESS = 0x0012;
    static final int DATA = 0x0013;
    static final int REALM = 0x0014;
    static final int NONCE = 0x0015;
    static final int RELAYED_ADDRESS = 0x0016;
    static final int REQUESTED_TRANSPORT = 0x0019;
    static final int MAPPED_ADDRESS = 0x0020;

    static final int COOKIE = 0x2112A442;
    static final int HEADER = 20;
    static final int TRANSACTION = 12;

    private final int type;
    private final byte[] transaction;
    private final Map<Integer, byte[]> attributes;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private TurnMessage(int type, byte[] transaction, Map<Integer, byte[]> attributes) {
        this.type = type;
        this.transaction = transaction;
        this.attributes = attributes;
    }

    static TurnMessage request(int type, byte[] transaction) {
        return new TurnMessage(type, transaction.clone(), Map.of());
    }

    /// @return empty if these bytes are nothing that a TURN server says
    static Optional<TurnMessage> read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER || in.getInt(4) != COOKIE || (in.getShort(2) & 0xFFFF) != bytes.length - HEADER) {
            return Optional.empty();
        }
        Map<Integer, byte[]> attributes = new HashMap<>();
        in.position(HEADER);
        while (in.remaining() >= 4) {
            int attribute = in.getShort() & 0xFFFF;
            int length = in.getShort() & 0xFFFF;
            int padded = (length + 3) & ~3;
            if (padded > in.remaining()) {
                return Optional.empty();
            }
            int at = in.position();
            attributes.putIfAbsent(attribute, Arrays.copyOfRange(bytes, at, at + length));
            in.position(at + padded);
        }
        byte[] transaction = Arrays.copyOfRange(bytes, HEADER - TRANSACTION, HEADER);
        return Optional.of(new TurnMessage(in.getShort(0), transaction, attributes));
    }

    int type() {
        return type;
    }

    /// As a key of a map.
    ByteBuffer transaction() {
        return ByteBuffer.wrap(transaction);
    }

    boolean isError() {
        return (type & ERROR) == ERROR;
    }

    /// 0 if there is none.
    int errorCode() {
        byte[] value = attributes.get(ERROR_CODE);
        return value == null || value.length < 4 ? 0 : (value[2] & 7) * 100 + value[3];
    }

    Optional<byte[]> value(int attribute) {
        return Optional.ofNullable(attributes.get(attribute));
    }

    Optional<Integer> number(int attribute) {
        return value(attribute)
                .filter(value -> value.length == 4)
                .map(value -> ByteBuffer.wrap(value).getInt());
    }

    /// An address that is written with XOR (RFC 8489 §14.2).
    Optional<InetSocketAddress> address(int attribute) {
        return value(attribute).flatMap(value -> address(value, transaction));
    }

    private static Optional<InetSocketAddress> address(byte[] value, byte[] transaction) {
        if (value.length != 8 && value.length != 20) {
            return Optional.empty();
        }
        byte[] host = Arrays.copyOfRange(value, 4, value.length);
        mask(host, transaction);
        int port = (ByteBuffer.wrap(value).getShort(2) ^ (COOKIE >>> 16)) & 0xFFFF;
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(host), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void mask(byte[] host, byte[] transaction) {
        byte[] mask = ByteBuffer.allocate(4 + TRANSACTION)
                .putInt(COOKIE)
                .put(transaction)
                .array();
        for (int i = 0; i < host.length; i++) {
            host[i] ^= mask[i];
        }
    }

    /// The value of an attribute for `address`.
    static byte[] masked(InetSocketAddress address, byte[] transaction) {
        byte[] host = address.getAddress().getAddress();
        mask(host, transaction);
        return ByteBuffer.allocate(4 + host.length)
                .putShort((short) (host.length == 4 ? 1 : 2))
                .putShort((short) (address.getPort() ^ (COOKIE >>> 16)))
                .put(host)
                .array();
    }

    TurnMessage with(int attribute, byte... value) {
        body.writeBytes(ByteBuffer.allocate(4)
                .putShort((short) attribute)
                .putShort((short) value.length)
                .array());
        body.writeBytes(value);
        body.writeBytes(new byte[-value.length & 3]);
        return this;
    }

    TurnMessage with(int attribute, String value) {
        return with(attribute, value.getBytes(StandardCharsets.UTF_8));
    }

    TurnMessage withNumber(int attribute, int value) {
        return with(attribute, ByteBuffer.allocate(4).putInt(value).array());
    }

    TurnMessage withPeer(InetSocketAddress peer) {
        return with(PEER_ADDRESS, masked(peer, transaction));
    }

    /// As it is, without MESSAGE-INTEGRITY.
    byte[] bytes() {
        return bytes(0);
    }

    /// With MESSAGE-INTEGRITY by `key` (RFC 8489 §14.5).
    byte[] signed(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            return with(INTEGRITY, mac.doFinal(bytes(24))).bytes();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// @param more bytes that the header counts and that are not there yet
    private byte[] bytes(int more) {
        return ByteBuffer.allocate(HEADER + body.size())
                .putShort((short) type)
                .putShort((short) (body.size() + more))
                .putInt(COOKIE)
                .put(transaction)
                .put(body.toByteArray())
                .array();
    }
}
