package dev.callbridge.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// A small internet in network namespaces of this machine, without a way out of it; needs root.
///
/// ```
/// client 192.168.50.2 ── router (NAT) 203.0.113.66 ── net ── 203.0.113.34 gate (1:1 NAT) ── 192.168.60.2 bridge
///        203.0.113.130, as from a mobile network ────┘ └── 198.51.100.2, without NAT ───────────┘
/// ```
public final class Laboratory implements AutoCloseable {

    /// Of the client behind its router.
    public static final String AT_HOME = "192.168.50.2";

    /// Of that router, as the outside sees it.
    public static final String ROUTER = "203.0.113.66";

    /// Of the client in another network.
    public static final String MOBILE = "203.0.113.130";

    /// Of the bridge, behind 1:1 NAT, and how the outside knows it.
    public static final String BEHIND = "192.168.60.2";

    public static final String OUTSIDE = "203.0.113.34";

    /// Of the bridge, without NAT.
    public static final String PUBLIC = "198.51.100.2";

    /// How the client's router gives ports, and what it lets in.
    public enum Nat {
        /// Once the client has sent from a port, everybody may send there.
        CONE,
        /// Only those that were sent to may answer.
        RESTRICTED,
        /// And each of those sees another port.
        SYMMETRIC
    }

    private static final List<String> PLACES = List.of("client", "router", "net", "gate", "bridge");

    /// The device in the middle of the net that holds packets.
    private static final String DELAY = "delay";

    private final List<Program> running = new ArrayList<>();
    private final String prefix = "cb" + ProcessHandle.current().pid() + "x"
            + ThreadLocalRandom.current().nextInt(1 << 20) + "-";

    /// Whether this machine lets us make one; otherwise why not.
    public static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "only root may make network namespaces";
        }
        if (!Files.isExecutable(Path.of("/usr/sbin/nft")) || tries("ip", "netns", "list") != 0) {
            return "the packages iproute2 and nftables are missing";
        }
        String probe = "cb-probe" + ThreadLocalRandom.current().nextInt(1 << 20);
        boolean works = tries("ip", "netns", "add", probe) == 0
                && tries("ip", "netns", "exec", probe, "nft", "add table ip probe") == 0;
        tries("ip", "netns", "del", probe);
        return works ? "" : "this kernel has no network namespaces, or no nftables";
    }

    public Laboratory() {
        try {
            build();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void build() {
        for (String place : PLACES) {
            run("ip", "netns", "add", prefix + place);
            in(place, "ip", "link", "set", "lo", "up");
            in(place, "sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0");
        }
        wire("client", "lan", AT_HOME + "/24", "router", "lan", "192.168.50.1/24");
        wire("router", "wan", ROUTER + "/28", "net", "home", "203.0.113.65/28");
        wire("client", "radio", MOBILE + "/28", "net", "radio", "203.0.113.129/28");
        wire("gate", "wan", OUTSIDE + "/28", "net", "gate", "203.0.113.33/28");
        wire("bridge", "lan", BEHIND + "/24", "gate", "lan", "192.168.60.1/24");
        wire("bridge", "wan", PUBLIC + "/24", "net", "wan", "198.51.100.1/24");
        in("client", "ip", "route", "add", "default", "via", "192.168.50.1");
        from("client", MOBILE, "203.0.113.129");
        in("router", "ip", "route", "add", "default", "via", "203.0.113.65");
        in("gate", "ip", "route", "add", "default", "via", "203.0.113.33");
        in("bridge", "ip", "route", "add", "default", "via", "192.168.60.1");
        from("bridge", PUBLIC, "198.51.100.1");
        rules("gate", """
                table ip nat {
                  chain pre { type nat hook prerouting priority dstnat; iifname wan dnat to %s; }
                  chain post { type nat hook postrouting priority srcnat; oifname wan masquerade; }
                }
                """.formatted(BEHIND));
        nat(Nat.RESTRICTED);
    }

    /// What is sent from `address` goes that way.
    private void from(String place, String address, String gateway) {
        in(place, "ip", "rule", "add", "from", address, "table", "100");
        in(place, "ip", "route", "add", "default", "via", gateway, "table", "100");
    }

    private void wire(String one, String name, String address, String other, String otherName, String otherAddress) {
        run(
                "ip",
                "link",
                "add",
                name,
                "netns",
                prefix + one,
                "type",
                "veth",
                "peer",
                "name",
                otherName,
                "netns",
                prefix + other);
        in(one, "ip", "addr", "add", address, "dev", name);
        in(other, "ip", "addr", "add", otherAddress, "dev", otherName);
        in(one, "ip", "link", "set", name, "up");
        in(other, "ip", "link", "set", otherName, "up");
    }

    /// Replaces the client's router, which forgets who talked to whom.
    public void nat(Nat kind) {
        String masquerade = kind == Nat.SYMMETRIC ? "masquerade fully-random" : "masquerade";
        boolean open = kind == Nat.CONE;
        rules("router", """
                table ip nat {
                  set open { type inet_service; flags dynamic, timeout; timeout 60s; }
                  chain pre { type nat hook prerouting priority dstnat; %s }
                  chain post { type nat hook postrouting priority srcnat; oifname wan %s; }
                  chain through { type filter hook forward priority filter; policy drop;
                    %s
                    ct state established,related accept
                    iifname lan accept
                  }
                  chain own { type filter hook input priority filter; policy drop; ct state established accept; }
                }
                """.formatted(
                        open ? "iifname wan udp dport @open dnat to " + AT_HOME + ";" : "",
                        masquerade,
                        open
                                ? "iifname lan udp sport 1-65535 update @open { udp sport }\n"
                                        + "iifname wan ct status dnat accept"
                                : ""));
    }

    /// Loses packets at random, whichever way they go.
    public void lose(int percent) {
        rules("net", """
                table ip loss {
                  chain through { type filter hook forward priority filter;
                    iifname != delay numgen random mod 100 < %d drop
                  }
                }
                """.formatted(percent));
    }

    /// Why there can be no [#delay] here; empty if there can.
    public static String missingForDelay() {
        boolean works = tries("python3", "-c", "open('/dev/net/tun', 'r+b', 0)") == 0;
        return works ? "" : "this kernel has no /dev/net/tun, or python3 is missing";
    }

    /// From now on each packet is under way for `delay` ± `jitter`, whichever way it goes.
    public void delay(Duration delay, Duration jitter) {
        Program started = new Program(
                Path.of("").toAbsolutePath(),
                at("net", List.of("python3", resource("net/delay.py"), DELAY, millis(delay), millis(jitter)))
                        .toArray(String[]::new));
        running.add(started);
        String _ = started.line("ready", Duration.ofSeconds(10));
        in("net", "ip", "route", "add", "default", "dev", DELAY, "table", "200");
        for (String link : List.of("home", "radio", "gate", "wan")) {
            in("net", "ip", "rule", "add", "iif", link, "table", "200");
        }
    }

    /// The bridge's machine has its public address alone: whatever it sends leaves by that one.
    public void bridgeInPublic() {
        in("bridge", "ip", "route", "replace", "default", "via", "198.51.100.1");
    }

    private static String millis(Duration time) {
        return String.valueOf(time.toMillis());
    }

    private static String resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(Laboratory.class.getResource("/" + name), name)
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The client's network at home is gone.
    public void cutHome() {
        in("client", "ip", "link", "set", "lan", "down");
    }

    private void rules(String place, String rules) {
        try {
            Path file = Files.createTempFile("rules", ".nft");
            Files.writeString(file, "flush ruleset\n" + rules);
            in(place, "nft", "-f", file.toString());
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A command as it is run at a place: `client` or `bridge`.
    public List<String> at(String place, List<String> command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", prefix + place));
        whole.addAll(command);
        return whole;
    }

    private void in(String place, String... command) {
        run(at(place, List.of(command)).toArray(String[]::new));
    }

    private static void run(String... command) {
        int code = tries(command);
        if (code != 0) {
            throw new IllegalStateException(Arrays.toString(command) + " ended with " + code);
        }
    }

    private static int tries(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var output = process.inputReader(StandardCharsets.UTF_8)) {
                List<String> _ = output.readAllLines();
            }
            return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException _) {
            return -1;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    @Override
    public void close() {
        running.forEach(Program::close);
        PLACES.forEach(place -> {
            int _ = tries("ip", "netns", "del", prefix + place);
        });
    }
}
