package dev.callbridge.matrix.appservice;

import java.util.List;
import java.util.Map;

/// The telephone as a third-party network (Application Service API §Third-party networks).
final class PhoneProtocol {

    /// Newer clients ask for the first, older ones for the second.
    static final List<String> NAMES = List.of("m.protocol.pstn", "im.vector.protocol.pstn");

    static final String FIELD = "m.id.phone";

    private PhoneProtocol() {}

    static Map<String, Object> description() {
        return Map.of(
                "user_fields", List.of(FIELD),
                "location_fields", List.of(),
                "icon", "",
                "field_types", Map.of(FIELD, Map.of("regexp", "[+0-9*#()./ -]+", "placeholder", "+49 30 901820")),
                // Without an instance homeservers drop the whole protocol.
                "instances",
                        List.of(Map.of("desc", "Telephone", "icon", "", "fields", Map.of(), "network_id", "pstn")));
    }

    static Map<String, Object> entry(String protocol, Directory.Listed listed) {
        return Map.of("userid", listed.userId(), "protocol", protocol, "fields", Map.of(FIELD, listed.number()));
    }
}
