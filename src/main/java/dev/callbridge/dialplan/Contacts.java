package dev.callbridge.dialplan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whose numbers these are, as somebody wrote it down: one number and one name per line, with a comma or a semicolon
/// between them.
public final class Contacts {

    private static final Contacts NONE = new Contacts(Map.of(), 0);

    private final Map<Party, String> names;
    private final int unreadable;

    private Contacts(Map<Party, String> names, int unreadable) {
        this.names = Map.copyOf(names);
        this.unreadable = unreadable;
    }

    public static Contacts none() {
        return NONE;
    }

    /// Empty lines, lines that begin with `#`, and a first line of headings are passed over. A number that is there
    /// twice has its first name.
    ///
    /// @param plan reads the numbers, as people write them
    public static Contacts read(List<String> lines, NumberPlan plan) {
        Map<Party, String> names = new HashMap<>();
        int unreadable = 0;
        boolean first = true;
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> fields = fields(line);
            Optional<Party> party = plan.read(fields.getFirst());
            String name = fields.size() < 2 ? "" : fields.get(1);
            if (party.isPresent() && !name.isEmpty()) {
                names.putIfAbsent(party.get(), name);
            } else if (!first) {
                unreadable++;
            }
            first = false;
        }
        return new Contacts(names, unreadable);
    }

    /// As spreadsheets write them: a field in quotes may hold separators, and quotes twice (RFC 4180 §2).
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        var field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                boolean twice = quoted && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (twice) {
                    field.append(c);
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (c == ',' || c == ';')) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else if (c != '\uFEFF') {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }

    /// What `party` is called; empty if nobody wrote it down.
    public Optional<String> name(Party party) {
        return Optional.ofNullable(names.get(party));
    }

    public int size() {
        return names.size();
    }

    /// How many lines say no number or no name.
    public int unreadable() {
        return unreadable;
    }

    /// Without numbers and names.
    @Override
    public String toString() {
        return names.size() + " contacts";
    }
}
