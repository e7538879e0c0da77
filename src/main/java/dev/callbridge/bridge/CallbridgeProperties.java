package dev.callbridge.bridge;

import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberClass;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Settings directly under `callbridge`, which several modules need.
///
/// @param publicAddress how the outside reaches us behind 1:1 NAT; empty: the address of the interface
@ConfigurationProperties("callbridge")
public record CallbridgeProperties(
        Homeserver homeserver,
        @DefaultValue Dialplan dialplan,
        @DefaultValue List<RightsRule> rights,
        @DefaultValue Limits limits,
        @Nullable String publicAddress) {

    private static final Duration LONGEST_CALL = Duration.ofHours(24);

    /// @param name the part after the colon in user ids
    /// @param url where client API requests go
    public record Homeserver(
            @DefaultValue("localhost") String name,
            @DefaultValue("http://localhost:8008") URI url) {

        public Homeserver {
            if (url.getHost() == null
                    || url.getScheme() == null
                    || !url.getScheme().startsWith("http")) {
                throw new SettingException("callbridge.homeserver.url", url, "write it like http://localhost:8008");
            }
        }
    }

    /// @param region how a number without a country code is read, as a two-letter country code
    /// @param routes which trunk carries what
    /// @param numbers our own numbers, and the Matrix user that rings for each
    public record Dialplan(
            @DefaultValue("DE") String region,
            @DefaultValue List<RouteRule> routes,
            @DefaultValue Map<String, String> numbers) {

        Map<String, MatrixUser> users() {
            return numbers.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, entry -> new MatrixUser(entry.getValue())));
        }
    }

    /// @param prefix of the number in international form, or of an extension
    /// @param trunk a name under `callbridge.trunks`
    public record RouteRule(
            @DefaultValue("") String prefix,
            @DefaultValue("") String trunk) {}

    /// @param who a user id in which `*` stands for any text
    /// @param may which classes of numbers
    /// @param callerNumber what telephones see when such a user calls
    /// @param withhold whether they see nothing
    public record RightsRule(
            @DefaultValue("") String who,
            @DefaultValue Set<NumberClass> may,
            @Nullable String callerNumber,
            @DefaultValue("false") boolean withhold) {}

    /// @param calls how many calls the bridge carries at once
    /// @param callsPerUser how many of them one Matrix user may have placed
    /// @param callLength how long one call may last
    public record Limits(
            @DefaultValue("500") int calls,
            @DefaultValue("2") int callsPerUser,
            @DefaultValue("4h") Duration callLength) {

        public Limits {
            if (calls < 1) {
                throw new SettingException("callbridge.limits.calls", calls, "it must be at least 1");
            }
            if (callsPerUser < 1) {
                throw new SettingException("callbridge.limits.calls-per-user", callsPerUser, "it must be at least 1");
            }
            if (!callLength.isPositive() || callLength.compareTo(LONGEST_CALL) > 0) {
                throw new SettingException(
                        "callbridge.limits.call-length", callLength, "write it like 4h or 90m, 24h at most");
            }
        }
    }
}
