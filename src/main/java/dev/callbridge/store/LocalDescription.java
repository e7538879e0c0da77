package dev.callbridge.store;

import dev.callbridge.call.Sdp;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a row keeps apart of our own description: the session version of its `o=` line and the audio port.
record LocalDescription(@Nullable Long version, @Nullable Integer port) {

    private static final Pattern ORIGIN = Pattern.compile("(?m)^o=\\S+ \\S+ (\\d{1,18}) ");
    private static final Pattern AUDIO = Pattern.compile("(?m)^m=audio (\\d{1,5}) ");

    static LocalDescription of(@Nullable Sdp sdp) {
        if (sdp == null) {
            return new LocalDescription(null, null);
        }
        Matcher origin = ORIGIN.matcher(sdp.text());
        Matcher audio = AUDIO.matcher(sdp.text());
        return new LocalDescription(
                origin.find() ? Long.valueOf(origin.group(1)) : null,
                audio.find() ? Integer.valueOf(audio.group(1)) : null);
    }
}
