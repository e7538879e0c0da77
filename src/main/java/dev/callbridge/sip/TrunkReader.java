package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.SettingException;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.sip.leg.SessionInterval;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a trunk of its settings, or says what is wrong with them.
final class TrunkReader {

    private static final Duration SHORTEST = Duration.ofSeconds(30);

    private TrunkReader() {}

    /// @param bridge tells our accounts from those of another bridge
    /// @throws SettingException if a value can't be used
    static Trunk read(String bridge, String name, TrunksProperties.Settings settings, NumberPlan plan) {
        String prefix = "callbridge.trunks." + name;
        String peer = settings.peer();
        if (peer == null || peer.isBlank()) {
            throw new SettingException(prefix + ".peer", "", "write the trunk's host, like sip.example.org");
        }
        if (settings.maxCalls() < 1) {
            throw new SettingException(prefix + ".max-calls", settings.maxCalls(), "it must be at least 1");
        }
        if (settings.probe().isNegative()) {
            throw new SettingException(prefix + ".probe", settings.probe(), "write it like 30s, or 0s for none");
        }
        Duration expires = settings.sessionExpires();
        if (expires.isNegative() || (!expires.isZero() && expires.compareTo(SessionInterval.LEAST) < 0)) {
            throw new SettingException(prefix + ".session-expires", expires, "at least 90s, or 0s for none");
        }
        Peer host = Peer.parse(prefix + ".peer", peer);
        String proxy = settings.outboundProxy();
        Peer gate = proxy == null || proxy.isBlank() ? null : Peer.parse(prefix + ".outbound-proxy", proxy);
        if (settings.srtp() == MediaProfile.Srtp.REQUIRED && !hidesKeys(gate == null ? host : gate)) {
            throw new SettingException(
                    prefix + ".srtp", "required", "keys travel in the open this way; let peer use TLS too");
        }
        for (int i = 0; i < settings.sources().size(); i++) {
            check(prefix + ".sources[" + i + "]", settings.sources().get(i));
        }
        if (settings.registerFor().compareTo(SHORTEST) < 0) {
            throw new SettingException(
                    prefix + ".register-for", settings.registerFor(), "write it like 10m; at least 30s");
        }
        Duration keepalive = settings.keepalive();
        if (keepalive != null && keepalive.isNegative()) {
            throw new SettingException(prefix + ".keepalive", keepalive, "write it like 25s, or 0s for none");
        }
        return new Trunk(
                name,
                host,
                gate,
                accounts(bridge, name, settings, plan),
                number(prefix + ".caller-number", settings.callerNumber(), plan),
                codecs(prefix + ".codecs", settings.codecs()),
                new CallerId(plan, settings.numbers(), settings.identity()),
                settings);
    }

    private static List<Account> accounts(
            String bridge, String trunk, TrunksProperties.Settings settings, NumberPlan plan) {
        String prefix = "callbridge.trunks." + trunk;
        String where = bridge + "/" + trunk;
        List<Account> accounts = new ArrayList<>();
        if (settings.login() != null) {
            accounts.add(account(where, prefix + ".login", settings.login(), settings.register(), plan));
        }
        for (int i = 0; i < settings.accounts().size(); i++) {
            String setting = prefix + ".accounts[" + i + "]";
            accounts.add(account(where, setting, settings.accounts().get(i), settings.register(), plan));
        }
        if (settings.register() && accounts.isEmpty()) {
            throw new SettingException(prefix + ".register", true, "set login or accounts: who is to be registered?");
        }
        if (accounts.stream().map(Account::user).distinct().count() < accounts.size()) {
            throw new SettingException(prefix + ".accounts", "", "each account may be named once");
        }
        return accounts;
    }

    /// Descriptions carry the keys, so that these are worth as much as the way of the messages.
    private static boolean hidesKeys(Peer gate) {
        String host = gate.address().host();
        boolean here = host.equals("localhost")
                || (AddressRange.isLiteral(host)
                        && AddressRange.parse(host).base().isLoopbackAddress());
        return here || gate.transport() == Transport.TLS;
    }

    private static void check(String setting, String source) {
        if (AddressRange.isLiteral(source)) {
            try {
                AddressRange.parse(source);
            } catch (IllegalArgumentException _) {
                throw new SettingException(
                        setting, source, "write an address, a range like 198.51.100.0/24, or a host");
            }
        } else if (!source.matches("[A-Za-z0-9._-]+")) {
            throw new SettingException(setting, source, "write an address, a range like 198.51.100.0/24, or a host");
        }
    }

    private static Account account(
            String where, String setting, TrunksProperties.Login login, boolean registers, NumberPlan plan) {
        String user = login.user();
        if (user == null || user.isBlank()) {
            throw new SettingException(setting + ".user", "", "write the user name that the trunk gave you");
        }
        String password = login.secret(setting + ".password");
        if (password.isEmpty()) {
            throw new SettingException(setting + ".password", "", "set password or password-file");
        }
        String address = login.address();
        return new Account(
                where,
                new Credentials(user, password, login.realm()),
                address == null || address.isBlank() ? user : address,
                number(setting + ".number", login.number(), plan),
                registers);
    }

    private static List<AudioCodec> codecs(String setting, List<String> written) {
        List<AudioCodec> codecs = new ArrayList<>();
        for (String each : written) {
            String name = each.strip();
            codecs.add(Arrays.stream(AudioCodec.values())
                    .filter(codec -> codec.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new SettingException(setting, name, "name some of PCMA, PCMU, G722")));
        }
        if (codecs.isEmpty()) {
            throw new SettingException(setting, "", "name at least one of PCMA, PCMU, G722");
        }
        return codecs;
    }

    private static @Nullable PhoneNumber number(String setting, @Nullable String written, NumberPlan plan) {
        if (written == null) {
            return null;
        }
        if (plan.read(written).orElse(null) instanceof PhoneNumber number) {
            return number;
        }
        throw new SettingException(setting, written, "write the number like +4930901820");
    }
}
