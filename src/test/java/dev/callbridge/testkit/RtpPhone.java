package dev.callbridge.testkit;

import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnRtp;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The sound of a telephone: plain RTP, every 20 ms, from a port of its own. It sends one tone and hears another, and
/// has keys to press.
public final class RtpPhone implements AutoCloseable {

    private static final int TICKS = 160;
    private static final int KEY_PACKETS = 5;

    /// Everything that can differ between two numbers for the same thing is different here.
    private static final int MY_EVENT = 97;

    private final Tone voice;
    private final List<AudioCodec> codecs;
    private final DatagramSocket socket;
    private final DatagramSocket control;
    private final Hearing hearing = new Hearing();
    private final Map<AudioCodec, TelephoneCodec> decoders = new ConcurrentHashMap<>();
    private final Queue<String> keys = new ConcurrentLinkedQueue<>();
    private final Set<Integer> sources = ConcurrentHashMap.newKeySet();
    private final AtomicLong received = new AtomicLong();
    private final ScheduledExecutorService speech = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("rtp-phone").daemon().factory());
    private final int ssrc = ThreadLocalRandom.current().nextInt();
    private volatile @Nullable Partner partner;
    private int sequence = ThreadLocalRandom.current().nextInt(1 << 16);
    private int timestamp = ThreadLocalRandom.current().nextInt();
    private long spoken;
    private long lastKey = -1;
    private final Deque<byte[]> reports = new ConcurrentLinkedDeque<>();
    private volatile boolean stopped;
    private volatile boolean muted;
    private volatile int lastKeyLength;

    private record Partner(InetSocketAddress address, TelephoneCodec codec, int number, int event) {}

    /// @param local an address of this machine
    /// @param codecs those it has, best liked first
    public RtpPhone(InetAddress local, Tone voice, AudioCodec... codecs) {
        this.voice = voice;
        this.codecs = List.of(codecs);
        List<DatagramSocket> pair = pair(local);
        socket = pair.getFirst();
        control = pair.getLast();
        Thread.ofVirtual().name("rtp-phone").start(() -> receive(socket, this::heard));
        Thread.ofVirtual().name("rtp-phone").start(() -> receive(control, this::told));
        var _ = speech.scheduleAtFixedRate(this::speak, 20, 20, TimeUnit.MILLISECONDS);
    }

    /// An even port, and the one above it.
    private static List<DatagramSocket> pair(InetAddress local) {
        for (int i = 0; i < 100; i++) {
            int even = ThreadLocalRandom.current().nextInt(24000, 29000) * 2;
            try {
                var rtp = new DatagramSocket(new InetSocketAddress(local, even));
                try {
                    return List.of(rtp, new DatagramSocket(new InetSocketAddress(local, even + 1)));
                } catch (SocketException _) {
                    rtp.close();
                }
            } catch (SocketException _) {
                // Taken by somebody else.
            }
        }
        throw new IllegalStateException("no pair of ports is free");
    }

    /// Its session description, as offer or as answer: all codecs it has, and telephone events.
    public String description() {
        SequencedMap<AudioCodec, Integer> numbers = new LinkedHashMap<>();
        codecs.forEach(codec -> numbers.put(codec, codec.payloadType()));
        String address = socket.getLocalAddress().getHostAddress();
        var own = new OwnRtp(Origin.first("1", address), address, socket.getLocalPort());
        return OfferAnswer.plainOffer(own, new AudioFormats(numbers, MY_EVENT), Direction.SENDRECV)
                .text();
    }

    /// Begins to send where `description` wants it, by the first codec of it that the phone has.
    public void talkTo(String description) {
        try {
            SessionDescription theirs = SessionDescription.parse(description);
            var address = new InetSocketAddress(
                    InetAddress.ofLiteral(theirs.audioConnection().orElseThrow().address()),
                    theirs.audioPort().orElseThrow());
            AudioFormats formats = AudioFormats.of(theirs.audio().orElseThrow());
            AudioCodec codec = formats.codecs().keySet().stream()
                    .filter(codecs::contains)
                    .findFirst()
                    .orElseThrow();
            Integer number = formats.codecs().getOrDefault(codec, codec.payloadType());
            Integer event = formats.telephoneEvent();
            partner = new Partner(address, TelephoneCodec.of(codec), number, event == null ? -1 : event);
        } catch (SdpException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// Whether for the last second it heard `other`, and not itself.
    public boolean hears(Tone other) {
        return hearing.isOnly(other, voice);
    }

    /// What it heard in the last second, for people to read.
    public String hearing(Tone other) {
        return hearing.describe(other, voice);
    }

    /// Whether nothing was to be heard in all that came.
    public boolean isSilent() {
        return hearing.isSilent();
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

    /// How many different sources have sent to it.
    public int sources() {
        return sources.size();
    }

    /// Sends nothing any more, or does again.
    public void stop(boolean now) {
        stopped = now;
    }

    /// Sends packets in which nothing is to be heard, or speaks again.
    public void mute(boolean now) {
        muted = now;
    }

    /// RTCP that came, in order.
    public List<byte[]> reports() {
        return List.copyOf(reports);
    }

    /// What somebody who hears a stream answers at once to a sender report on it: a receiver report (RFC 3550 §6.4.2).
    ///
    /// @param report with the sender report first
    /// @param lost how many packets never came; the jitter is 10 ms
    public static byte[] answer(byte[] report, int ssrc, int lost) {
        ByteBuffer theirs = ByteBuffer.wrap(report);
        return ByteBuffer.allocate(32)
                .putInt(0x81C90007)
                .putInt(ssrc)
                .putInt(theirs.getInt(4))
                .putInt(lost & 0xFFFFFF)
                .putInt(0)
                .putInt(80)
                .putInt((theirs.getInt(8) << 16) | (theirs.getInt(12) >>> 16))
                .putInt(0)
                .array();
    }

    /// Tells by RTCP that it lost `lost` packets, and how long ago the last report came: just now.
    public void report(int lost) {
        Partner to = partner;
        byte[] last = reports.peekLast();
        if (to == null || last == null) {
            throw new IllegalStateException("nothing to report on");
        }
        byte[] report = answer(last, ssrc, lost);
        try {
            var address = new InetSocketAddress(to.address.getAddress(), to.address.getPort() + 1);
            control.send(new DatagramPacket(report, report.length, address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Milliseconds that the last key lasted.
    public int lastKeyLength() {
        return lastKeyLength;
    }

    /// How many packets came.
    public long received() {
        return received.get();
    }

    /// Presses a digit for 100 ms; instead of the tone, as telephones do (RFC 4733 §2.5).
    public void press(int digit) {
        speech.execute(() -> {
            Partner to = partner;
            if (to == null || to.event < 0) {
                throw new IllegalStateException("nobody understands keys");
            }
            timestamp += TICKS;
            for (int i = 1; i <= KEY_PACKETS + 2; i++) {
                boolean end = i >= KEY_PACKETS;
                int duration = Math.min(i, KEY_PACKETS) * TICKS;
                byte[] event = {(byte) digit, (byte) ((end ? 0x80 : 0) | 10), (byte) (duration >> 8), (byte) duration};
                send(to, to.event | (i == 1 ? 0x80 : 0), event);
            }
            timestamp += KEY_PACKETS * TICKS;
        });
    }

    private void speak() {
        Partner to = partner;
        if (to == null || stopped) {
            return;
        }
        int samples = to.codec.sampleRate() / 50;
        short[] sound = muted ? new short[samples] : voice.samples(spoken, samples, to.codec.sampleRate());
        byte[] payload = to.codec.encode(sound);
        spoken += samples;
        timestamp += TICKS;
        send(to, to.number, payload);
    }

    private void send(Partner to, int markerAndType, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(12 + payload.length)
                .put((byte) 0x80)
                .put((byte) markerAndType)
                .putShort((short) sequence++)
                .putInt(timestamp)
                .putInt(ssrc)
                .put(payload);
        try {
            socket.send(new DatagramPacket(packet.array(), packet.position(), to.address));
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void told(ByteBuffer packet) {
        byte[] report = new byte[packet.remaining()];
        packet.get(report);
        reports.add(report);
    }

    private static void receive(DatagramSocket socket, Consumer<ByteBuffer> listener) {
        byte[] bytes = new byte[2048];
        var packet = new DatagramPacket(bytes, bytes.length);
        while (!socket.isClosed()) {
            try {
                packet.setLength(bytes.length);
                socket.receive(packet);
                listener.accept(ByteBuffer.wrap(bytes, 0, packet.getLength()));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void heard(ByteBuffer packet) {
        received.incrementAndGet();
        sources.add(packet.getInt(8));
        int type = packet.get(1) & 0x7F;
        byte[] payload = new byte[packet.remaining() - 12];
        packet.get(12, payload);
        if (type == MY_EVENT) {
            int at = packet.getInt(4);
            lastKeyLength = (((payload[2] & 0xFF) << 8) | (payload[3] & 0xFF)) / 8;
            if (lastKey != (at & 0xFFFFFFFFL)) {
                lastKey = at & 0xFFFFFFFFL;
                keys.add(String.valueOf(payload[0]));
            }
            return;
        }
        codecs.stream().filter(codec -> codec.payloadType() == type).findFirst().ifPresent(codec -> {
            TelephoneCodec decoder = decoders.computeIfAbsent(codec, TelephoneCodec::of);
            hearing.add(decoder.decode(payload), decoder.sampleRate());
        });
    }

    @Override
    public void close() {
        speech.shutdownNow();
        socket.close();
        control.close();
    }
}
