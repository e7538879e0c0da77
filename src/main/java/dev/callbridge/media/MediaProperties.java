package dev.callbridge.media;

import dev.callbridge.bridge.RelayServer;
import dev.callbridge.bridge.SettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings under `callbridge.media`.
///
/// @param listen our addresses towards browsers; `0.0.0.0` and `::` stand for those of all interfaces
/// @param publicAddress how the outside reaches us behind 1:1 NAT; empty: as `callbridge.public-address` says
/// @param webrtcPort UDP port of the first shard for all browsers; the next shard has the next; 0: any
/// @param rtpPorts towards trunks, two per call, written as `20000-29999`
/// @param turn TURN servers for calls that don't find us otherwise, best first
/// @param turnFromHomeserver when to ask the homeserver for some; those of `turn` go first
/// @param shards how many threads carry packets; one is enough for some hundred calls
/// @param firstAudio a side of a call of which nothing is heard by then is warned of, written as `5s`
/// @param silence and so is one of which no packet came for so long; if only silence came, that is written down
/// @param rtpTimeout a trunk of which no packet came for so long has lost the call, unless somebody holds
@ConfigurationProperties("callbridge.media")
record MediaProperties(
        @DefaultValue({"0.0.0.0", "::"}) List<String> listen,
        @Nullable String publicAddress,
        @DefaultValue("10000") int webrtcPort,
        @DefaultValue("20000-29999") String rtpPorts,
        @DefaultValue List<Turn> turn,
        @DefaultValue("if-private") TurnFromHomeserver turnFromHomeserver,
        @DefaultValue("1") int shards,
        @DefaultValue("5s") Duration firstAudio,
        @DefaultValue("30s") Duration silence,
        @DefaultValue("60s") Duration rtpTimeout) {

    private static final Pattern RANGE = Pattern.compile("\\s*([0-9]{1,5})\\s*-\\s*([0-9]{1,5})\\s*");

    MediaProperties {
        listen = List.copyOf(listen);
        if (listen.isEmpty()) {
            throw new SettingException("callbridge.media.listen", "", "name at least one address, or 0.0.0.0 for all");
        }
        listen.forEach(address -> literal("callbridge.media.listen", address));
        if (shards < 1 || shards > 64) {
            throw new SettingException("callbridge.media.shards", shards, "it must be 1 to 64");
        }
        if (webrtcPort < 0 || webrtcPort + shards > 65536) {
            throw new SettingException(
                    "callbridge.media.webrtc-port", webrtcPort, "it must be a port number, like 10000");
        }
        turn = List.copyOf(turn);
        Ports.read(rtpPorts);
        positive("callbridge.media.first-audio", firstAudio);
        positive("callbridge.media.silence", silence);
        positive("callbridge.media.rtp-timeout", rtpTimeout);
    }

    private static void positive(String setting, Duration time) {
        if (!time.isPositive()) {
            throw new SettingException(setting, time, "it must be a time, like 30s");
        }
    }

    /// When the homeserver's TURN servers are used.
    enum TurnFromHomeserver {
        ALWAYS,
        /// If we have no public address.
        IF_PRIVATE,
        NEVER
    }

    /// @param url like `turn:turn.example.org:3478`; over UDP
    /// @param passwordFile instead of `password`
    record Turn(
            String url,
            String user,
            @Nullable String password,
            @Nullable Path passwordFile) {

        Turn {
            if (!RelayServer.isOverUdp(url)) {
                throw new SettingException(
                        "callbridge.media.turn.url",
                        url,
                        "write it like turn:turn.example.org:3478; only UDP is known");
            }
            if (password == null && passwordFile == null) {
                throw new SettingException("callbridge.media.turn.password", "", "set password or password-file");
            }
        }

        RelayServer server() {
            return new RelayServer(url, user, secret());
        }

        private String secret() {
            if (password != null || passwordFile == null) {
                return String.valueOf(password);
            }
            try {
                return Files.readString(passwordFile).strip();
            } catch (IOException _) {
                throw new SettingException(
                        "callbridge.media.turn.password-file", passwordFile, "it must be a file that can be read");
            }
        }

        @Override
        public String toString() {
            return "Turn[" + url + "]";
        }
    }

    /// The ports towards trunks.
    Ports ports() {
        return Ports.read(rtpPorts);
    }

    /// @param first the lowest
    /// @param last the highest, may be used too
    record Ports(int first, int last) {

        private static Ports read(String written) {
            Matcher range = RANGE.matcher(written);
            if (range.matches()) {
                var ports = new Ports(Integer.parseInt(range.group(1)), Integer.parseInt(range.group(2)));
                if (ports.first > 0 && ports.last <= 65535 && ports.last > ports.first) {
                    return ports;
                }
            }
            throw new SettingException("callbridge.media.rtp-ports", written, "write it like 20000-29999");
        }
    }

    static InetAddress literal(String setting, String written) {
        try {
            return InetAddress.ofLiteral(written.strip());
        } catch (IllegalArgumentException _) {
            throw new SettingException(setting, written, "write an IP address, not a name");
        }
    }
}
