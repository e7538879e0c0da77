package dev.callbridge.sip;

import gov.nist.javax.sip.SipStackImpl;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sip.SipStack;
import org.jspecify.annotations.Nullable;

/// What the classes need that the stack makes itself, by name. Each stack carries a key in its properties.
///
/// @param admission who is heard
/// @param tls null: nobody uses it
record StackParts(Admission admission, @Nullable Tls tls) {

    static final String KEY = "dev.callbridge.sip.PARTS";

    private static final Map<String, StackParts> BY_KEY = new ConcurrentHashMap<>();

    static void put(String key, StackParts parts) {
        BY_KEY.put(key, parts);
    }

    static void remove(String key) {
        BY_KEY.remove(key);
    }

    static StackParts of(SipStack stack) {
        String key = ((SipStackImpl) stack).getConfigurationProperties().getProperty(KEY);
        StackParts parts = key == null ? null : BY_KEY.get(key);
        if (parts == null) {
            throw new IllegalStateException("a stack without parts");
        }
        return parts;
    }
}
