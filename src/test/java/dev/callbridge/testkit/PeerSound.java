package dev.callbridge.testkit;

import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.Direction;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a [WebRtcPeer] says and hears: every 20 ms a packet of its tone or of a key, both ways secured. What is public
/// may be asked from any thread; the rest belongs to the peer's.
public final class PeerSound {

    private static final String KEYS = "0123456789*#ABCD";
    private static final int TICKS = 160;

    /// 100 ms a key, then 60 ms nothing of it.
    private static final int KEY_PACKETS = 5;

    private static final int KEY_ENDS = 3;
    private static final int KEY_PAUSE = 3;

    private static final int SENDER_REPORT = 200;

    private final Tone voice;
    private final Consumer<byte[]> out;
    private final Hearing hearing = new Hearing();
    private final int ssrc = ThreadLocalRandom.current().nextInt();
    private final Map<AudioCodec, TelephoneCodec> decoders = new EnumMap<>(AudioCodec.class);
    private final Deque<Integer> pressed = new ArrayDeque<>();
    private final Queue<String> keys = new ConcurrentLinkedQueue<>();
    private final Queue<byte[]> reports = new ConcurrentLinkedQueue<>();
    private final Set<Integer> sources = ConcurrentHashMap.newKeySet();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong forged = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean muted;
    private boolean answersReports;
    private @Nullable SrtpPeer keysOfCall;
    private @Nullable TelephoneCodec encoder;
    private @Nullable AudioCodec codec;
    private int number;
    private int event;
    private Direction direction = Direction.INACTIVE;
    private int sequence = ThreadLocalRandom.current().nextInt(1 << 15);
    private int timestamp = ThreadLocalRandom.current().nextInt();
    private long spoken;
    private int keyBeat;
    private int keyStart;
    private int highest = -1;
    private long lastKey = -1;

    PeerSound(Tone voice, Consumer<byte[]> out) {
        this.voice = voice;
        this.out = out;
    }

    int ssrc() {
        return ssrc;
    }

    void agreed(AudioCodec newCodec, int newNumber, int newEvent, Direction newDirection) {
        if (newCodec != codec) {
            codec = newCodec;
            encoder = TelephoneCodec.of(newCodec);
        }
        number = newNumber;
        event = newEvent;
        direction = newDirection;
    }

    void secured(SrtpPeer newKeys) {
        keysOfCall = newKeys;
    }

    void mute() {
        muted = true;
    }

    void press(String more) {
        more.chars().forEach(key -> pressed.add(KEYS.indexOf(key)));
    }

    void answerReports() {
        answersReports = true;
    }

    void report(byte[] rtcp) {
        SrtpPeer known = keysOfCall;
        if (known != null) {
            out.accept(known.protectReport(rtcp, ByteBuffer.wrap(rtcp).getInt(4)));
        }
    }

    void speak() {
        TelephoneCodec coder = encoder;
        timestamp += TICKS;
        if (coder == null || keysOfCall == null || muted || !direction.sends()) {
            return;
        }
        Integer key = pressed.peek();
        if (key != null && event >= 0) {
            press(key);
            return;
        }
        int samples = coder.sampleRate() / 50;
        send(number, timestamp, coder.encode(voice.samples(spoken, samples, coder.sampleRate())));
        spoken += samples;
    }

    /// RFC 4733 §2.5: one timestamp for all packets of a key, the end three times.
    private void press(int key) {
        if (keyBeat == 0) {
            keyStart = timestamp;
        }
        keyBeat++;
        if (keyBeat <= KEY_PACKETS) {
            boolean end = keyBeat == KEY_PACKETS;
            int duration = keyBeat * TICKS;
            byte[] payload = {(byte) key, (byte) (end ? 0x8A : 0x0A), (byte) (duration >> 8), (byte) duration};
            for (int i = 0; i < (end ? KEY_ENDS : 1); i++) {
                send(event | (keyBeat == 1 ? 0x80 : 0), keyStart, payload);
            }
        } else if (keyBeat > KEY_PACKETS + KEY_PAUSE) {
            keyBeat = 0;
            pressed.remove();
        }
    }

    private void send(int markerAndType, int at, byte[] payload) {
        byte[] packet = ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) markerAndType)
                .putShort((short) sequence++)
                .putInt(at)
                .putInt(ssrc)
                .put(payload)
                .array();
        SrtpPeer known = keysOfCall;
        if (known != null) {
            out.accept(known.protect(packet, ssrc));
            sent.incrementAndGet();
        }
    }

    void received(byte[] packet) {
        SrtpPeer known = keysOfCall;
        if (known == null || packet.length < 12) {
            return;
        }
        int type = packet[1] & 0xFF;
        boolean report = type >= 192 && type <= 223;
        int source = ByteBuffer.wrap(packet).getInt(report ? 4 : 8);
        byte[] plain = report ? known.unprotectReport(packet, source) : known.unprotect(packet, source);
        if (plain == null) {
            forged.incrementAndGet();
        } else if (report) {
            reports.add(plain);
            if (answersReports && type == SENDER_REPORT) {
                report(RtpPhone.answer(plain, ssrc, Math.toIntExact(lost())));
            }
        } else {
            heard(plain, source);
        }
    }

    private void heard(byte[] bytes, int source) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        received.incrementAndGet();
        sources.add(source);
        count(packet.getShort(2) & 0xFFFF);
        int type = packet.get(1) & 0x7F;
        byte[] payload = Arrays.copyOfRange(bytes, 12, bytes.length);
        AudioCodec current = codec;
        if (type == event) {
            key(payload[0], packet.getInt(4) & 0xFFFFFFFFL);
        } else if (current != null && type == number) {
            TelephoneCodec decoder = decoders.computeIfAbsent(current, TelephoneCodec::of);
            hearing.add(decoder.decode(payload), decoder.sampleRate());
        }
    }

    private void count(int arrived) {
        int step = (short) (arrived - highest);
        if (highest >= 0) {
            lost.addAndGet(step > 0 ? step - 1 : Math.max(step, -1));
        }
        if (highest < 0 || step > 0) {
            highest = arrived;
        }
    }

    private void key(byte code, long at) {
        if (lastKey != at) {
            lastKey = at;
            keys.add(KEYS.substring(code, code + 1));
        }
    }

    boolean hears(Tone other) {
        return hearing.isOnly(other, voice);
    }

    String hearing(Tone other) {
        return hearing.describe(other, voice);
    }

    /// Forgets what it heard so far.
    public void forget() {
        hearing.forget();
    }

    /// Whether it has heard nothing at all, or nothing since [#forget].
    public boolean hearsNothing() {
        return hearing.isNothing();
    }

    /// The keys that were pressed at the other end, in order.
    public List<String> keys() {
        return List.copyOf(keys);
    }

    /// RTCP that came, one compound packet each.
    public List<byte[]> reports() {
        return List.copyOf(reports);
    }

    /// How many different sources have sent to it.
    public int sources() {
        return sources.size();
    }

    /// How many packets of sound came.
    public long received() {
        return received.get();
    }

    /// How many packets of sound went.
    public long sent() {
        return sent.get();
    }

    /// How many sequence numbers are missing among what came.
    public long lost() {
        return lost.get();
    }

    /// How many packets were not genuine.
    public long forged() {
        return forged.get();
    }
}
