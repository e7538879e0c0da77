package dev.callbridge.media;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.codec.DualTone;
import dev.callbridge.media.rtp.codec.Sounds;
import dev.callbridge.media.rtp.dtmf.DigitSender;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What we say to a leg ourselves when the other has nothing to say: silence, so that a trunk doesn't take the call for
/// dead, and a signal while it is on hold. Of the shard's thread.
final class Mouth implements DigitSender.Form {

    private static final int NONE = -1;

    private static final long PAUSE = Duration.ofMillis(200).toNanos();

    /// Who holds and is not heard for so long has no music of its own.
    private static final long NO_MUSIC = Duration.ofSeconds(1).toNanos();

    private final OutgoingStream stream;
    private final boolean keepsAlive;
    private AudioFormats spoken = AudioFormats.NONE;
    private @Nullable AudioCodec codec;
    private int codecNumber = NONE;
    private int eventNumber = NONE;
    private boolean held;
    private boolean filling;
    private long lastSound;
    private int frame;

    Mouth(OutgoingStream stream, boolean keepsAlive) {
        this.stream = stream;
        this.keepsAlive = keepsAlive;
    }

    void agree(Terms terms, long now) {
        spoken = terms.spoken();
        Integer event = spoken.telephoneEvent();
        eventNumber = event == null ? NONE : event;
        if (codec == null || !spoken.codecs().containsKey(codec)) {
            codec = spoken.isEmpty() ? null : spoken.codecs().firstEntry().getKey();
        }
        codecNumber = codec == null ? NONE : spoken.codecs().getOrDefault(codec, NONE);
        if (terms.held() && !held) {
            lastSound = now;
            frame = 0;
        }
        held = terms.held();
    }

    /// Whether it matters if anything is to be heard of the one who speaks.
    boolean isHolding() {
        return held;
    }

    /// The one who speaks is heard.
    void heard(long now) {
        lastSound = now;
    }

    /// Whether sound may go on to the leg: not instead of the signal that it is on hold.
    boolean passes(AudioCodec of, long now) {
        if (signals(now)) {
            return false;
        }
        filling = false;
        if (codec != of) {
            codec = of;
            codecNumber = spoken.codecs().getOrDefault(of, NONE);
        }
        return true;
    }

    private boolean signals(long now) {
        return held && now - lastSound > NO_MUSIC;
    }

    /// Every 20 ms, while no key has the word.
    void tick(RtpPacket packet, long now) {
        AudioCodec in = codec;
        if (in == null) {
            return;
        }
        if (signals(now)) {
            packet.compose(codecNumber, Sounds.FRAME, now);
            Sounds.of(in).onHold(frame++, packet.bytes(), packet.payload());
            say(packet, now);
        } else if (keepsAlive && isDue(now)) {
            packet.compose(codecNumber, Sounds.FRAME, now);
            Sounds.of(in).silence(packet.bytes(), packet.payload());
            say(packet, now);
        }
    }

    private boolean isDue(long now) {
        filling |= stream.idle(now) >= PAUSE;
        return filling;
    }

    private void say(RtpPacket packet, long now) {
        stream.insert(packet, stream.timestampAt(now), Sounds.FRAME);
    }

    @Override
    public int eventNumber() {
        return eventNumber;
    }

    /// Whether the leg can be told of keys, as events or as tones.
    boolean speaksKeys() {
        return eventNumber >= 0 || (codec != null && DualTone.speaks(codec));
    }

    @Override
    public boolean tone(RtpPacket packet, int event, int number, long now) {
        AudioCodec of = codec;
        if (of == null || !DualTone.speaks(of)) {
            return false;
        }
        packet.compose(codecNumber, Sounds.FRAME, now);
        DualTone.write(of, event, number, packet.bytes(), packet.payload());
        return true;
    }
}
