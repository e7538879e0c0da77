package dev.callbridge.sip;

import dev.callbridge.bridge.Ids;
import dev.callbridge.sip.leg.Challenge;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.sip.header.Header;
import org.jspecify.annotations.Nullable;

/// Answers the challenges that come to one account in one call: remembers who asked, and how often each nonce was used.
///
/// ## Threads
/// Any.
final class DigestClient {

    private final @Nullable Credentials login;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Challenge> known = new LinkedHashMap<>();
    private final Map<String, Integer> used = new HashMap<>();

    /// @param login null: there is nothing to answer with
    DigestClient(@Nullable Credentials login) {
        this.login = login;
    }

    /// The challenges of a 401 or 407 that this account may answer.
    List<Challenge> challenges(SIPResponse response) {
        return Challenges.of(response, Optional.ofNullable(login));
    }

    /// Credentials for everybody who has asked so far: a second realm's challenge doesn't take the first one's away.
    List<Header> answer(List<Challenge> challenges, String method, String uri) {
        if (login == null) {
            return List.of();
        }
        lock.lock();
        try {
            challenges.forEach(challenge -> known.put(challenge.realm(), challenge));
            return known.values().stream()
                    .map(each -> header(login, each, method, uri))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    private Header header(Credentials us, Challenge challenge, String method, String uri) {
        int count = used.merge(challenge.nonce(), 1, Integer::sum);
        String value = Digest.answer(challenge, us, method, uri, count, Ids.random(16));
        return Jain.header(challenge.proxy() ? "Proxy-Authorization" : "Authorization", value);
    }
}
