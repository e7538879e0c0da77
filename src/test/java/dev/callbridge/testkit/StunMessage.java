package dev.callbridge.testkit;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// A STUN message as connectivity checks use it (RFC 8489, RFC 8445 §7): written here, without a library, so that the
/// bridge's own library is held to the specification.
final class StunMessage {

    static final int REQUEST = 0x0001;
    static final int SUCCESS = 0x0101;
    static final int ERROR = 0x0111;

    static final int USERNAME = 0x0006;
    static final int ERROR_CODE = 0x0009;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    private static final int INTEGRITY = 0x0008;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int FINGERPRINT = 0x8028;

    private static final int COOKIE = 0x2112A442;
    private static final int HEADER = 20;
    private static final int FINGERPRINT_XOR = 0x5354554E;

    private final int type;
    private final byte[] transaction;
    private final Map<Integer, byte[]> attributes = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private byte @Nullable [] received;
    private int integrityAt = -1;

    StunMessage(int type, byte[] transaction) {
        this.type = type;
        this.transaction = transaction.clone();
    }

    /// @return null if these are no STUN message, or a broken one
    static @Nullable StunMessage read(byte[] bytes) {
        if (bytes.length < HEADER || (bytes[0] & 0xC0) != 0) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int type = in.getShort();
        int length = in.getShort() & 0xFFFF;
        if (in.getInt() != COOKIE || length != bytes.length - HEADER || length % 4 != 0) {
            return null;
        }
        byte[] transaction = new byte[12];
        in.get(transaction);
        var message = new StunMessage(type, transaction);
        message.received = bytes.clone();
        while (in.remaining() >= 4) {
            int at = in.position();
            int attribute = in.getShort() & 0xFFFF;
            byte[] value = new byte[in.getShort() & 0xFFFF];
            int padded = (value.length + 3) & ~3;
            if (padded > in.remaining()) {
                return null;
            }
            in.get(value).position(at + 4 + padded);
            if (message.integrityAt < 0) {
                message.attributes.put(attribute, value);
            }
            if (attribute == INTEGRITY) {
                message.integrityAt = at;
            }
        }
        return message;
    }

    int type() {
        return type;
    }

    byte[] transaction() {
        return transaction.clone();
    }

    boolean has(int attribute) {
        return attributes.containsKey(attribute);
    }

    String text(int attribute) {
        return new String(attributes.getOrDefault(attribute, new byte[0]), StandardCharsets.UTF_8);
    }

    long number(int attribute) {
        return ByteBuffer.wrap(attributes.getOrDefault(attribute, new byte[Long.BYTES]))
                .getLong();
    }

    /// 0 if there is none.
    int errorCode() {
        byte[] value = attributes.get(ERROR_CODE);
        return value == null || value.length < 4 ? 0 : value[2] * 100 + value[3];
    }

    StunMessage with(int attribute, byte... value) {
        body.writeBytes(ByteBuffer.allocate(4)
                .putShort((short) attribute)
                .putShort((short) value.length)
                .array());
        body.writeBytes(value);
        body.writeBytes(new byte[-value.length & 3]);
        return this;
    }

    StunMessage with(int attribute, String value) {
        return with(attribute, value.getBytes(StandardCharsets.UTF_8));
    }

    StunMessage with(int attribute, long value) {
        return with(attribute, ByteBuffer.allocate(8).putLong(value).array());
    }

    StunMessage withInt(int attribute, int value) {
        return with(attribute, ByteBuffer.allocate(4).putInt(value).array());
    }

    /// XOR-MAPPED-ADDRESS (RFC 8489 §14.2).
    StunMessage mapped(InetSocketAddress address) {
        byte[] host = address.getAddress().getAddress();
        byte[] mask = mask();
        for (int i = 0; i < host.length; i++) {
            host[i] ^= mask[i];
        }
        byte[] value = ByteBuffer.allocate(4 + host.length)
                .putShort((short) (host.length == 4 ? 1 : 2))
                .putShort((short) (address.getPort() ^ COOKIE >>> 16))
                .put(host)
                .array();
        return with(XOR_MAPPED_ADDRESS, value);
    }

    /// What XOR-MAPPED-ADDRESS says; null if it says nothing.
    @Nullable InetSocketAddress mapped() {
        byte[] value = attributes.get(XOR_MAPPED_ADDRESS);
        if (value == null || value.length < 8) {
            return null;
        }
        byte[] host = Arrays.copyOfRange(value, 4, value.length);
        byte[] mask = mask();
        for (int i = 0; i < host.length; i++) {
            host[i] ^= mask[i];
        }
        try {
            int port = (ByteBuffer.wrap(value).getShort(2) ^ COOKIE >>> 16) & 0xFFFF;
            return new InetSocketAddress(InetAddress.getByAddress(host), port);
        } catch (UnknownHostException _) {
            return null;
        }
    }

    private byte[] mask() {
        return ByteBuffer.allocate(16).putInt(COOKIE).put(transaction).array();
    }

    /// The message with MESSAGE-INTEGRITY and FINGERPRINT.
    byte[] signed(String password) {
        byte[] soFar = body.toByteArray();
        byte[] hmac = hmac(password, head(soFar, HEADER + soFar.length + 24));
        byte[] integrity = attribute(soFar, INTEGRITY, hmac);
        var crc = new CRC32();
        crc.update(head(integrity, HEADER + integrity.length + 8));
        byte[] value = ByteBuffer.allocate(4)
                .putInt((int) crc.getValue() ^ FINGERPRINT_XOR)
                .array();
        byte[] whole = attribute(integrity, FINGERPRINT, value);
        return head(whole, HEADER + whole.length);
    }

    private static byte[] attribute(byte[] before, int type, byte[] value) {
        return ByteBuffer.allocate(before.length + 4 + value.length)
                .put(before)
                .putShort((short) type)
                .putShort((short) value.length)
                .put(value)
                .array();
    }

    /// @param length that the header states, with itself
    private byte[] head(byte[] content, int length) {
        return ByteBuffer.allocate(HEADER + content.length)
                .putShort((short) type)
                .putShort((short) (length - HEADER))
                .putInt(COOKIE)
                .put(transaction)
                .put(content)
                .array();
    }

    /// Whether whoever sent it knows `password`.
    boolean isSigned(String password) {
        byte[] whole = received;
        if (whole == null || integrityAt < 0) {
            return false;
        }
        byte[] content = Arrays.copyOfRange(whole, HEADER, integrityAt);
        byte[] expected = hmac(password, head(content, integrityAt + 24));
        return MessageDigest.isEqual(expected, attributes.get(INTEGRITY));
    }

    private static byte[] hmac(String password, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
