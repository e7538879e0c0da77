package dev.callbridge.media;

import dev.callbridge.call.Digit;
import dev.callbridge.call.LegId;
import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.Reception;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import dev.callbridge.media.rtp.codec.Loudness;
import dev.callbridge.media.rtp.dtmf.DigitReceiver;
import dev.callbridge.media.rtp.dtmf.DigitSender;
import dev.callbridge.media.rtp.dtmf.Keys;
import dev.callbridge.media.transport.Beat;
import dev.callbridge.media.transport.Endpoint;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One direction of a call: what a packet of one leg goes through after its endpoint has checked it, and what the other
/// leg gets when there is none. Of the shard's thread.
///
/// ```
/// counted ─▶ watched over ─┬─ sound ─▶ (a key, or a hold signal, has the word?) ─┬─▶ one stream ─▶ other leg
///                          └─ keys ─▶ made anew ─────────────────────────────────┘
/// ```
final class Way implements RtpSink, Beat {

    private static final Logger log = LoggerFactory.getLogger(Way.class);

    private static final SecureRandom RANDOM = new SecureRandom();

    /// All codecs that pass have the same clock, and so have their keys.
    private static final int CLOCK_RATE = AudioCodec.PCMU.clockRate();

    private static final int UNKNOWN = -1;
    private static final int TYPES = 128;

    /// One packet in so many is listened to.
    private static final int SAMPLE = 10;

    /// Hears of keys that the other leg can't take as sound, on the shard's thread.
    interface Listener extends Watchdog.Listener {

        void pressed(Digit digit, Duration length);
    }

    private final Reception reception;
    private final OutgoingStream stream;
    private final Mouth mouth;
    private final DigitReceiver keysIn;
    private final DigitSender keysOut;
    private final Watchdog watchdog;
    private final int[] numbers = new int[TYPES];
    private final boolean[] keys = new boolean[TYPES];
    private final @Nullable AudioCodec[] codecs = new AudioCodec[TYPES];
    private boolean leaves;
    private long foreign;

    /// @param stream to the other leg
    /// @param keepsAlive whether the other leg has to get packets all the time
    Way(OutgoingStream stream, boolean keepsAlive, Watchdog.Limits limits, Listener listener) {
        int clockRate = CLOCK_RATE;
        this.reception = new Reception(clockRate);
        this.stream = stream;
        this.mouth = new Mouth(stream, keepsAlive);
        this.keysOut = new DigitSender(clockRate, stream, mouth);
        this.keysIn = new DigitReceiver(clockRate, new Typed(listener));
        this.watchdog = new Watchdog(limits, listener);
        Arrays.fill(numbers, UNKNOWN);
    }

    /// @param to where packets leave
    static Way to(Endpoint to, boolean keepsAlive, Watchdog.Limits limits, Listener listener) {
        // The first sequence number is in the lower half, so that SRTP can't miss the first wrap (RFC 3711 §3.3.1).
        int first = RANDOM.nextInt(1, 1 << 15);
        var stream = new OutgoingStream(to.ssrc(), first, RANDOM.nextInt(), CLOCK_RATE, to.speak());
        return new Way(stream, keepsAlive, limits, listener);
    }

    /// From now on this is agreed on.
    void agree(Terms terms, long now) {
        Arrays.fill(numbers, UNKNOWN);
        Arrays.fill(keys, false);
        Arrays.fill(codecs, null);
        terms.keys().forEach(number -> keys[number] = true);
        terms.sound().forEach((from, to) -> numbers[from] = to);
        terms.spoken()
                .codecs()
                .forEach((codec, number) -> terms.sound().forEach((from, to) -> {
                    if (to.equals(number)) {
                        codecs[from] = codec;
                    }
                }));
        leaves = terms.leaves();
        if (!leaves) {
            keysOut.forget();
        }
        mouth.agree(terms, now);
        watchdog.expect(terms.expected(), now);
    }

    /// The call is up.
    void begin(long now) {
        watchdog.begin(now);
    }

    /// Lets a router or a peer that waits for our first packet hear of us.
    ///
    /// @param heard what the peer takes
    void open(AudioFormats heard, Shard shard) {
        var best = heard.codecs().firstEntry();
        if (best != null) {
            shard.join(new Opening(best.getKey(), best.getValue(), stream, shard));
        }
    }

    @Override
    public void take(RtpPacket packet) {
        packet.strip();
        int type = packet.payloadType();
        reception.count(packet, !keys[type]);
        watchdog.packet(packet.arrival());
        AudioCodec codec = codecs[type];
        if (keys[type]) {
            keysIn.take(packet);
        } else if (codec == null) {
            foreign++;
        } else {
            sound(codec, packet);
        }
    }

    private void sound(AudioCodec codec, RtpPacket packet) {
        boolean sampled = reception.packets() % SAMPLE == 0;
        if ((sampled || mouth.isHolding())
                && Loudness.isSound(codec, packet.bytes(), packet.payload(), packet.payloadLength())) {
            watchdog.sound(packet.arrival());
            mouth.heard(packet.arrival());
        }
        if (!keysOut.busy() && mouth.passes(codec, packet.arrival())) {
            packet.payloadType(numbers[packet.payloadType()]);
            stream.take(packet);
        }
    }

    /// Lets the other leg hear a key, as an event or as a tone, whatever it understands.
    void press(Digit digit, Duration length) {
        if (!leaves || !mouth.speaksKeys()) {
            log.debug("a key can't be sent");
        } else if (!keysOut.press(digit.event(), Math.toIntExact(length.toNanos() / 1000))) {
            log.info("too many keys at once; one was not sent");
        }
    }

    /// The leg shows that it lives, though nothing is to be heard of it.
    void life(long now) {
        watchdog.life(now);
    }

    @Override
    public void tick(RtpPacket packet, long now) {
        keysIn.tick(now);
        if (leaves) {
            keysOut.tick(packet, now);
            if (!keysOut.busy()) {
                mouth.tick(packet, now);
            }
        }
        watchdog.tick(now);
    }

    Reception reception() {
        return reception;
    }

    OutgoingStream stream() {
        return stream;
    }

    void log(LegId from) {
        log.debug(
                "from {}: {} packets came, {} of other payload types, {} never came; {} were sent on, {} repeated or late",
                from,
                reception.packets(),
                foreign,
                reception.lost(),
                stream.passed(),
                stream.dropped());
    }

    /// Keys of the one who speaks go on as events, or are told of if the other leg knows none.
    private final class Typed implements Keys {

        private final Listener listener;
        private int event;
        private boolean sent;

        private Typed(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void down(int code) {
            event = code;
            sent = mouth.eventNumber() >= 0;
            if (sent && leaves) {
                keysOut.down(code);
            }
        }

        @Override
        public void held(int micros) {
            if (sent && leaves) {
                keysOut.held(micros);
            }
        }

        @Override
        public void up(int micros) {
            if (!sent) {
                Digit.ofEvent(event).ifPresent(digit -> listener.pressed(digit, Duration.ofNanos(micros * 1000L)));
            } else if (leaves) {
                keysOut.up(micros);
            }
        }
    }
}
