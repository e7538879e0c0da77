package dev.callbridge.sdp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What packets with a payload type number carry: an `a=rtpmap` and its `a=fmtp` (RFC 8866 §6.6, §6.15).
///
/// @param number 0 to 127
/// @param encoding as written: `PCMU`, `telephone-event`
/// @param clockRate ticks per second of the RTP timestamp
/// @param channels 1 unless said otherwise
/// @param parameters the text of `a=fmtp`
public record PayloadType(
        int number,
        String encoding,
        int clockRate,
        int channels,
        @Nullable String parameters) {

    /// The codec that this is, if it is one that passes through the bridge.
    public Optional<AudioCodec> codec() {
        for (AudioCodec codec : AudioCodec.values()) {
            if (is(codec.name(), codec.clockRate())) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }

    /// Telephone events whose clock agrees with that of the codecs that pass through (RFC 4733).
    public boolean isTelephoneEvent() {
        return is("telephone-event", 8000);
    }

    private boolean is(String otherEncoding, int otherClockRate) {
        return encoding.equalsIgnoreCase(otherEncoding) && clockRate == otherClockRate && channels == 1;
    }

    /// A payload type without `a=rtpmap` means what RFC 3551 says.
    static Optional<PayloadType> fixed(int number) {
        for (AudioCodec codec : AudioCodec.values()) {
            if (codec.payloadType() == number) {
                return Optional.of(new PayloadType(number, codec.name(), codec.clockRate(), 1, null));
            }
        }
        return Optional.empty();
    }

    /// @param mapping what follows the number in `a=rtpmap`: `opus/48000/2`
    static Optional<PayloadType> parse(int number, String mapping, @Nullable String parameters) {
        String[] parts = mapping.strip().split("/", -1);
        if (parts.length < 2) {
            return Optional.empty();
        }
        try {
            int channels = parts.length > 2 ? Integer.parseInt(parts[2].strip()) : 1;
            return Optional.of(new PayloadType(
                    number, parts[0].strip(), Integer.parseInt(parts[1].strip()), channels, parameters));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }
}
