package dev.callbridge.sip;

import dev.callbridge.bridge.SettingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host and a port as they are written in settings: `host`, `host:port`, `[2001:db8::1]:5060`.
///
/// @param host a name or an address, without brackets
record HostPort(String host, int port) {

    private static final Pattern BRACKETED = Pattern.compile("\\[([0-9a-fA-F:.%]+)](?::(\\d{1,5}))?");
    private static final Pattern PLAIN = Pattern.compile("([A-Za-z0-9._-]+)(?::(\\d{1,5}))?");
    private static final Pattern BARE_IPV6 = Pattern.compile("([0-9a-fA-F]*:[0-9a-fA-F:.]*:[0-9a-fA-F.]*)()");

    static HostPort parse(String setting, String written, int defaultPort, String remedy) {
        String text = written.strip();
        for (Pattern form : new Pattern[] {BRACKETED, PLAIN, BARE_IPV6}) {
            Matcher matcher = form.matcher(text);
            if (matcher.matches()) {
                String port = matcher.group(2);
                int number = port == null || port.isEmpty() ? defaultPort : Integer.parseInt(port);
                if (number <= 65_535) {
                    return new HostPort(matcher.group(1), number);
                }
            }
        }
        throw new SettingException(setting, written, remedy);
    }

    /// As it stands in a URI.
    String inUri() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    @Override
    public String toString() {
        return inUri() + ":" + port;
    }
}
