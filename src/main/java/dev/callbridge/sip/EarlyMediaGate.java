package dev.callbridge.sip;

import dev.callbridge.sip.leg.UacArrival.Gate;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.sip.header.Header;
import org.jspecify.annotations.Nullable;

/// Reads P-Early-Media (RFC 5009 §8): which early media the network lets pass. Directions are as the called
/// side sees
/// them.
final class EarlyMediaGate {

    private EarlyMediaGate() {}

    /// @return null if nothing is said
    static @Nullable Gate of(SIPResponse response) {
        Header header = response.getHeader("P-Early-Media");
        if (header == null) {
            return null;
        }
        String text = header.toString();
        List<String> values = Arrays.stream(text.substring(text.indexOf(':') + 1)
                        .toLowerCase(Locale.ROOT)
                        .split("[,;]", -1))
                .map(String::strip)
                .toList();
        boolean both = values.contains("sendrecv");
        boolean said =
                both || values.contains("sendonly") || values.contains("recvonly") || values.contains("inactive");
        return said ? new Gate(both || values.contains("sendonly"), both || values.contains("recvonly")) : null;
    }
}
