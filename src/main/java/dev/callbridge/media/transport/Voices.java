package dev.callbridge.media.transport;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tells the DTLS of the peer from that of others who got our offer too: each device of a user may answer, and begins
/// to talk before it knows which of them was chosen. Told apart by what they call themselves in ICE. Of the shard's
/// thread.
final class Voices {

    private static final int MAX_VOICES = 8;
    private static final int MAX_RECORDS = 32;

    /// Of the peer, of all its restarts.
    private final Set<String> chosen = new HashSet<>();
    private final Map<String, List<byte[]>> early = new HashMap<>();

    /// @return whether the record is the peer's; else it is kept if nobody is chosen yet
    boolean mayPass(byte[] record, String fragment) {
        if (chosen.contains(fragment)) {
            return true;
        }
        if (chosen.isEmpty() && (early.containsKey(fragment) || early.size() < MAX_VOICES)) {
            List<byte[]> records = early.computeIfAbsent(fragment, _ -> new ArrayList<>());
            if (records.size() < MAX_RECORDS) {
                records.add(record);
            }
        }
        return false;
    }

    /// @return what came of it before it was chosen
    List<byte[]> choose(String fragment) {
        chosen.add(fragment);
        List<byte[]> kept = early.getOrDefault(fragment, List.of());
        early.clear();
        return kept;
    }
}
