package dev.callbridge.sip;

import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.SettingException;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.sdp.AudioCodec;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All trunks of the configuration.
final class Trunks {

    private final Map<String, Trunk> byName = new TreeMap<>();

    /// @throws SettingException if a value can't be used, or a route names a trunk that is not there
    Trunks(TrunksProperties properties, CallbridgeProperties.Dialplan dialplan, NumberPlan plan) {
        properties.trunks().forEach((name, settings) -> byName.put(name, trunk(name, settings, plan)));
        for (var route : dialplan.routes()) {
            if (!byName.containsKey(route.trunk())) {
                throw new SettingException(
                        "callbridge.dialplan.routes.trunk",
                        route.trunk(),
                        "name one of the trunks under callbridge.trunks: " + byName.keySet());
            }
        }
    }

    private static Trunk trunk(String name, TrunksProperties.Settings settings, NumberPlan plan) {
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
        Peer host = Peer.parse(prefix + ".peer", peer);
        if (settings.srtp() == MediaProfile.Srtp.REQUIRED && !hidesKeys(host)) {
            throw new SettingException(
                    prefix + ".srtp", "required", "keys travel in the open this way; let peer use TLS too");
        }
        for (int i = 0; i < settings.sources().size(); i++) {
            check(prefix + ".sources[" + i + "]", settings.sources().get(i));
        }
        return new Trunk(
                name,
                host,
                credentials(prefix + ".login", settings.login()),
                callerNumber(prefix + ".caller-number", settings.callerNumber(), plan),
                codecs(prefix + ".codecs", settings.codecs()),
                settings);
    }

    /// Descriptions carry the keys, so that these are worth as much as the way of the messages.
    private static boolean hidesKeys(Peer peer) {
        String host = peer.address().host();
        boolean here = host.equals("localhost")
                || (AddressRange.isLiteral(host)
                        && AddressRange.parse(host).base().isLoopbackAddress());
        return here || peer.transport().token().equals("tls");
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

    private static @Nullable Credentials credentials(String setting, TrunksProperties.@Nullable Login login) {
        if (login == null) {
            return null;
        }
        if (login.user() == null || login.user().isBlank()) {
            throw new SettingException(setting + ".user", "", "write the user name that the trunk gave you");
        }
        String password = login.secret(setting + ".password");
        if (password.isEmpty()) {
            throw new SettingException(setting + ".password", "", "set password or password-file");
        }
        return new Credentials(login.user(), password, login.realm());
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

    private static @Nullable PhoneNumber callerNumber(String setting, @Nullable String written, NumberPlan plan) {
        if (written == null) {
            return null;
        }
        if (plan.read(written).orElse(null) instanceof PhoneNumber number) {
            return number;
        }
        throw new SettingException(setting, written, "write the number like +4930901820");
    }

    List<Trunk> all() {
        return List.copyOf(byName.values());
    }

    Optional<Trunk> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// The trunk that a request from there belongs to. Where two share an address, the port decides.
    Optional<Trunk> from(InetAddress source, int port) {
        List<Trunk> candidates =
                byName.values().stream().filter(trunk -> trunk.mayCall(source)).toList();
        return candidates.stream()
                .filter(trunk -> trunk.isPeer(source) && trunk.peer().address().port() == port)
                .findFirst()
                .or(() -> candidates.stream()
                        .filter(trunk -> trunk.isPeer(source))
                        .findFirst())
                .or(() -> candidates.stream().findFirst());
    }

    boolean mayCall(InetAddress source) {
        return byName.values().stream().anyMatch(trunk -> trunk.mayCall(source));
    }

    boolean isPeer(InetAddress source) {
        return byName.values().stream().anyMatch(trunk -> trunk.isPeer(source));
    }

    /// Looks all names up again. May block on DNS.
    void resolve() {
        byName.values().forEach(Trunk::resolve);
    }
}
