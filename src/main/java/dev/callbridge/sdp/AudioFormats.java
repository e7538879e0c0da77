package dev.callbridge.sdp;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What passes through the bridge untouched, and the payload type numbers by which one side knows it.
///
/// @param codecs in order of preference
/// @param telephoneEvent the number of telephone events at 8 000 Hz
public record AudioFormats(
        SequencedMap<AudioCodec, Integer> codecs, @Nullable Integer telephoneEvent) {

    public AudioFormats {
        codecs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(codecs));
    }

    /// Nothing.
    public static final AudioFormats NONE = new AudioFormats(new LinkedHashMap<>(), null);

    /// Those that an `m=` section lists.
    public static AudioFormats of(MediaDescription audio) {
        SequencedMap<AudioCodec, Integer> codecs = new LinkedHashMap<>();
        Integer event = null;
        for (PayloadType type : audio.payloadTypes()) {
            type.codec().ifPresent(codec -> codecs.putIfAbsent(codec, type.number()));
            if (event == null && type.isTelephoneEvent()) {
                event = type.number();
            }
        }
        return new AudioFormats(codecs, event);
    }

    /// The codecs alone.
    public AudioFormats withoutEvents() {
        return new AudioFormats(codecs, null);
    }

    /// What can't be sent on to the other side has no use.
    public boolean isEmpty() {
        return codecs.isEmpty();
    }

    /// Those of `wanted` that are here, in the order of `wanted`, by the numbers used here.
    public AudioFormats inOrderOf(Collection<AudioCodec> wanted) {
        SequencedMap<AudioCodec, Integer> kept = new LinkedHashMap<>();
        for (AudioCodec codec : wanted) {
            Integer number = codecs.get(codec);
            if (number != null) {
                kept.put(codec, number);
            }
        }
        return new AudioFormats(kept, telephoneEvent);
    }

    /// What both sides have: the order of `other`, the numbers used here.
    public AudioFormats commonWith(AudioFormats other) {
        return new AudioFormats(
                inOrderOf(other.codecs.keySet()).codecs, other.telephoneEvent == null ? null : telephoneEvent);
    }

    /// These, with the numbers of `later` where it has one, and what only `later` has.
    public AudioFormats updatedBy(AudioFormats later) {
        SequencedMap<AudioCodec, Integer> all = new LinkedHashMap<>(codecs);
        all.putAll(later.codecs);
        return new AudioFormats(all, later.telephoneEvent == null ? telephoneEvent : later.telephoneEvent);
    }

    /// Which number becomes which when packets that come by the numbers used here go to a side that uses those of
    /// `other`.
    public Map<Integer, Integer> mappedTo(AudioFormats other) {
        SequencedMap<Integer, Integer> numbers = new LinkedHashMap<>();
        codecs.forEach((codec, number) -> {
            Integer theirs = other.codecs.get(codec);
            if (theirs != null) {
                numbers.put(number, theirs);
            }
        });
        if (telephoneEvent != null && other.telephoneEvent != null) {
            numbers.putIfAbsent(telephoneEvent, other.telephoneEvent);
        }
        return numbers;
    }

    List<String> numbers() {
        return Stream.concat(codecs.values().stream(), Stream.ofNullable(telephoneEvent))
                .map(String::valueOf)
                .toList();
    }

    List<Attribute> attributes() {
        List<Attribute> lines = new ArrayList<>();
        codecs.forEach((codec, number) ->
                lines.add(Attribute.of("rtpmap", number + " " + codec.name() + "/" + codec.clockRate())));
        if (telephoneEvent != null) {
            lines.add(Attribute.of("rtpmap", telephoneEvent + " telephone-event/8000"));
            lines.add(Attribute.of("fmtp", telephoneEvent + " 0-15"));
        }
        lines.add(Attribute.of("ptime", "20"));
        return lines;
    }
}
