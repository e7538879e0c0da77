package dev.callbridge.bridge;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.node.ObjectNode;

/// Writes a leg's states as versioned JSON, for the journal: `{"v": 1, "state": "confirmed", ...}`.
///
/// States are named by hand, never by class, so that code can be renamed while calls are up.
public final class StateFormat<S> {

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
    private interface Named {}

    private final Class<S> type;
    private final int version;
    private final JsonMapper json;

    /// @param type the sealed interface of all states
    /// @param version counted up when a state's content changes so that older rows can't be read as they are
    /// @param names what each state is called in the journal
    public StateFormat(Class<S> type, int version, Map<String, Class<? extends S>> names) {
        this.type = type;
        this.version = version;
        var builder = JsonMapper.builder().addMixIn(type, Named.class);
        names.forEach((name, state) -> builder.registerSubtypes(new NamedType(state, name)));
        this.json = builder.build();
    }

    public String write(S state) {
        ObjectNode node = json.readValue(json.writerFor(type).writeValueAsString(state), ObjectNode.class);
        return node.put("v", version).toString();
    }

    /// @throws IllegalArgumentException if the text was written by another version, or is no state
    public S read(String text) {
        try {
            ObjectNode node = json.readValue(text, ObjectNode.class);
            int written = node.path("v").asInt(0);
            if (written != version) {
                throw new IllegalArgumentException("state of version " + written + ", expected " + version);
            }
            node.remove("v");
            return json.readerFor(type).readValue(node.toString());
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a state: " + e.getOriginalMessage(), e);
        }
    }
}
