package dev.callbridge.media;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedMap;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// One leg's side of a [Negotiation]: what its peer and we have told each other.
///
/// @param known every format ever agreed on, by the number that it keeps
/// @param spoken what the peer sends, by the numbers of our description
/// @param heard what the peer takes, by the numbers of its own
/// @param told the direction that our last description in force wrote
/// @param wish the direction that the peer's last one wrote, in the bits that it was free to choose
/// @param offered our last offer to it
/// @param pending whether it has yet to answer that
/// @param owed what it should be told instead of what it was; null: nothing else
record Party(
        MediaProfile profile,
        AudioFormats known,
        AudioFormats spoken,
        AudioFormats heard,
        Direction told,
        Direction wish,
        @Nullable Proposal offered,
        boolean pending,
        @Nullable Owed owed) {

    /// @param codecs that the other side takes
    record Owed(Direction direction, List<AudioCodec> codecs) {}

    static Party of(MediaProfile profile) {
        AudioFormats none = AudioFormats.NONE;
        return new Party(profile, none, none, none, Direction.SENDRECV, Direction.SENDRECV, null, false, null);
    }

    private List<AudioCodec> allowed() {
        return switch (profile) {
            case MediaProfile.PlainRtp plain -> plain.codecs();
            case MediaProfile.WebRtc _ -> List.of(AudioCodec.values());
        };
    }

    /// What can be sent to it, as far as is known, best liked first.
    SequencedSet<AudioCodec> takes() {
        if (!heard.isEmpty()) {
            return heard.codecs().sequencedKeySet();
        }
        return offered == null
                ? new LinkedHashSet<>(allowed())
                : offered.formats().codecs().sequencedKeySet();
    }

    /// The peer made an offer. One of ours that it has not answered is forgotten.
    Party offering(SessionDescription offer) {
        AudioFormats all = formats(offer);
        AudioFormats sound = all.inOrderOf(
                all.codecs().keySet().stream().filter(allowed()::contains).toList());
        AudioFormats usable = takesEvents() ? sound : sound.withoutEvents();
        Direction written = offer.audioDirection().orElse(Direction.SENDRECV);
        return new Party(profile, known, spoken, usable, told, written, offered, false, owed);
    }

    /// We answered its offer.
    ///
    /// @param ours by its numbers
    Party told(Proposal ours) {
        AudioFormats agreed = ours.formats();
        return new Party(
                profile, known.updatedBy(agreed), agreed, agreed, ours.direction(), wish, offered, false, owed);
    }

    /// What we can offer it: first what is in use, then as the other side likes it or, while nothing is settled,
    /// the trunk; by numbers that never change (RFC 3264 §8.3.2).
    AudioFormats offerable(Party other) {
        SequencedSet<AudioCodec> others = other.takes();
        SequencedSet<AudioCodec> order = new LinkedHashSet<>(spoken.codecs().keySet());
        if (other.spoken.isEmpty() && profile instanceof MediaProfile.PlainRtp plain) {
            order.addAll(plain.codecs());
        }
        order.addAll(others);
        order.retainAll(allowed());
        order.retainAll(others);
        SequencedMap<AudioCodec, Integer> numbers = new LinkedHashMap<>();
        for (AudioCodec codec : order) {
            numbers.put(codec, known.codecs().getOrDefault(codec, codec.payloadType()));
        }
        return new AudioFormats(numbers, takesEvents() ? event() : null);
    }

    private boolean takesEvents() {
        return !(profile instanceof MediaProfile.PlainRtp plain) || plain.events();
    }

    private int event() {
        Integer agreed = known.telephoneEvent();
        if (agreed != null) {
            return agreed;
        }
        int number = switch (profile) {
            case MediaProfile.PlainRtp _ -> OfferAnswer.TRUNK_EVENT;
            case MediaProfile.WebRtc _ -> OfferAnswer.WEBRTC_EVENT;
        };
        while (known.codecs().containsValue(number)) {
            number--;
        }
        return number;
    }

    Party offered(Proposal ours) {
        return new Party(profile, known, spoken, heard, told, wish, ours, true, owed);
    }

    /// The peer answered our last offer. What that left no choice about says nothing of its wish.
    Party answered(SessionDescription answer) {
        if (offered == null) {
            throw new IllegalStateException("there was no offer");
        }
        AudioFormats theirs = formats(answer);
        List<AudioCodec> taken = new ArrayList<>(theirs.codecs().keySet());
        taken.retainAll(offered.formats().codecs().keySet());
        AudioFormats listensTo = theirs.inOrderOf(taken);
        AudioFormats sends = offered.formats().commonWith(listensTo);
        Direction written = answer.audioDirection().orElse(Direction.SENDRECV);
        Direction asked = offered.direction();
        Direction wished = Direction.of(
                asked.receives() ? written.sends() : wish.sends(),
                asked.sends() ? written.receives() : wish.receives());
        return new Party(profile, known.updatedBy(sends), sends, listensTo, asked, wished, offered, false, owed);
    }

    Party reverted() {
        return new Party(profile, known, spoken, heard, told, wish, offered, false, owed);
    }

    /// The direction that the other side is told. Who holds and doesn't even send has us send the signal of it.
    Direction shown() {
        return wish == Direction.INACTIVE ? Direction.SENDONLY : wish;
    }

    /// What it should be told as things stand with the other side. What its own wish rules out makes no difference,
    /// and while an offer is under way there is time.
    Party owed(Party other) {
        if (pending || spoken.isEmpty() || other.heard.isEmpty()) {
            return this;
        }
        Direction possible = wish.mirrored();
        boolean otherDirection = told.and(possible) != other.shown().and(possible);
        boolean otherCodec =
                !other.heard.codecs().containsKey(spoken.codecs().firstEntry().getKey());
        Owed now = otherDirection || otherCodec
                ? new Owed(other.shown(), List.copyOf(other.heard.codecs().keySet()))
                : null;
        return new Party(profile, known, spoken, heard, told, wish, offered, false, now);
    }

    private static AudioFormats formats(SessionDescription description) {
        return description.audio().map(AudioFormats::of).orElse(AudioFormats.NONE);
    }
}
