package dev.callbridge.play;

import static java.util.Objects.requireNonNull;

import dev.callbridge.call.Sdp;
import dev.callbridge.media.VirtualMedia;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.SessionDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Somebody at one end of a call, as far as descriptions go: what it wishes, what it said and what it was told.
abstract class Person {

    private static final List<AudioCodec> CODECS = List.of(AudioCodec.PCMA, AudioCodec.PCMU);

    private final AudioFormats formats;
    private Direction wish = Direction.SENDRECV;
    private @Nullable SessionDescription said;
    private @Nullable SessionDescription local;
    private @Nullable SessionDescription remote;

    /// @param event the number of telephone events in its offers
    Person(int event) {
        SequencedMap<AudioCodec, Integer> numbers = new LinkedHashMap<>();
        CODECS.forEach(codec -> numbers.put(codec, codec.payloadType()));
        formats = new AudioFormats(numbers, event);
    }

    abstract SessionDescription offer(AudioFormats all, Direction direction);

    abstract SessionDescription answer(SessionDescription offer, AudioFormats taken, Direction direction);

    void wishes(Direction direction) {
        wish = direction;
    }

    /// Its next offer; in force once it is [#taken].
    Sdp describe() {
        return new Sdp(say(offer(formats, wish)).text());
    }

    /// Takes an offer.
    ///
    /// @return its answer
    Sdp accept(Sdp offer) {
        SessionDescription theirs = VirtualMedia.read(offer);
        remote = theirs;
        AudioFormats taken = AudioFormats.of(theirs.audio().orElseThrow()).inOrderOf(CODECS);
        SessionDescription ours = say(answer(theirs, taken, wish));
        local = ours;
        return new Sdp(ours.text());
    }

    /// Its last offer was answered.
    void taken(Sdp answer) {
        local = said;
        remote = VirtualMedia.read(answer);
    }

    private SessionDescription say(SessionDescription description) {
        SessionDescription next = said == null ? description : description.following(said);
        said = next;
        return next;
    }

    SessionDescription local() {
        return requireNonNull(local, "nothing was agreed on");
    }

    SessionDescription remote() {
        return requireNonNull(remote, "nothing was agreed on");
    }

    /// Whether it sends sound, and the bridge takes it.
    boolean speaks() {
        return direction(local()).sends() && direction(remote()).receives();
    }

    /// Whether it takes sound, and the bridge sends it.
    boolean listens() {
        return direction(local()).receives() && direction(remote()).sends();
    }

    private static Direction direction(SessionDescription description) {
        return description.audioDirection().orElseThrow();
    }
}
