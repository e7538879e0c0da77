package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import dev.callbridge.sip.leg.Challenge;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sip.header.Header;

/// Answers the challenges of one trunk for one call: remembers who asked, and how often each nonce was used. Belongs to
/// the loop of the call.
final class DigestClient {

    private final Credentials login;
    private final Map<String, Challenge> known = new LinkedHashMap<>();
    private final Map<String, Integer> used = new HashMap<>();

    DigestClient(Credentials login) {
        this.login = login;
    }

    /// Credentials for everybody who has asked so far: a second realm's challenge doesn't take the first one's away.
    List<Header> answer(List<Challenge> challenges, String method, String uri) {
        challenges.forEach(challenge -> known.put(challenge.realm(), challenge));
        return known.values().stream().map(each -> header(each, method, uri)).toList();
    }

    private Header header(Challenge challenge, String method, String uri) {
        int count = used.merge(challenge.nonce(), 1, Integer::sum);
        String value = Digest.answer(challenge, login, method, uri, count, Ids.random(16));
        return Jain.header(challenge.proxy() ? "Proxy-Authorization" : "Authorization", value);
    }
}
