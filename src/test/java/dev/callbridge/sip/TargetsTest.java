package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TargetsTest {

    final List<String> asked = new ArrayList<>();
    List<Names.Service> services = List.of();
    Map<String, List<InetAddress>> hosts = Map.of();
    long now;

    final Names names = new Names() {
        @Override
        public List<InetAddress> addresses(String host) {
            return hosts.getOrDefault(
                    host, AddressRange.isLiteral(host) ? List.of(InetAddress.ofLiteral(host)) : List.of());
        }

        @Override
        public List<Service> services(String name) {
            asked.add(name);
            return services;
        }
    };

    Targets targets(String peer) {
        var targets = new Targets(Peer.parse("x", peer), new Random(1), () -> now);
        targets.resolve(names);
        return targets;
    }

    static Target at(String address, int port) {
        return new Target(InetAddress.ofLiteral(address), port, Transport.UDP);
    }

    @Test
    void asksForTheServersOfADomainByTransport() {
        targets("provider.test");
        targets("sip:provider.test;transport=tcp");
        targets("sips:provider.test");
        targets("provider.test:5060");
        targets("10.0.0.1");

        assertThat(asked)
                .containsExactly("_sip._udp.provider.test", "_sip._tcp.provider.test", "_sips._tcp.provider.test");
    }

    @Test
    void triesServersByPriority() {
        services = List.of(
                new Names.Service("10.0.0.2", 5062, 20, 0),
                new Names.Service("10.0.0.1", 5061, 10, 0),
                new Names.Service("10.0.0.3", 5063, 30, 0));

        assertThat(targets("provider.test").inOrder())
                .containsExactly(at("10.0.0.1", 5061), at("10.0.0.2", 5062), at("10.0.0.3", 5063));
    }

    @Test
    void triesServersOfOnePriorityAsOftenAsTheirWeightSays() {
        services = List.of(new Names.Service("10.0.0.1", 5060, 10, 90), new Names.Service("10.0.0.2", 5060, 10, 10));
        var targets = targets("provider.test");

        int first = 0;
        for (int i = 0; i < 1_000; i++) {
            first += targets.inOrder().getFirst().equals(at("10.0.0.1", 5060)) ? 1 : 0;
        }
        assertThat(first).isBetween(850, 950);
    }

    @Test
    void takesTheHostItselfWhereTheDomainListsNoServers() {
        hosts = Map.of("provider.test", List.of(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("10.0.0.2")));

        assertThat(targets("provider.test").inOrder()).containsExactly(at("10.0.0.1", 5060), at("10.0.0.2", 5060));
    }

    @Test
    void leavesAServerThatFailedForLater() {
        services = List.of(new Names.Service("10.0.0.1", 5060, 10, 0), new Names.Service("10.0.0.2", 5060, 20, 0));
        var targets = targets("provider.test");

        targets.rest(at("10.0.0.1", 5060), Duration.ofSeconds(30));
        assertThat(targets.inOrder()).containsExactly(at("10.0.0.2", 5060), at("10.0.0.1", 5060));
        assertThat(targets.allRest()).isFalse();

        targets.rest(at("10.0.0.2", 5060), Duration.ofSeconds(30));
        assertThat(targets.allRest()).isTrue();

        now = Duration.ofSeconds(31).toNanos();
        assertThat(targets.inOrder()).containsExactly(at("10.0.0.1", 5060), at("10.0.0.2", 5060));
    }

    @Test
    void goesFirstToWhereWeAreRegistered() {
        services = List.of(new Names.Service("10.0.0.1", 5060, 10, 0), new Names.Service("10.0.0.2", 5060, 20, 0));
        var targets = targets("provider.test");

        targets.favour(at("10.0.0.2", 5060));
        assertThat(targets.inOrder()).containsExactly(at("10.0.0.2", 5060), at("10.0.0.1", 5060));
    }

    @Test
    void keepsWhatItKnowsWhileNobodyAnswers() {
        services = List.of(new Names.Service("10.0.0.1", 5060, 10, 0));
        var targets = targets("provider.test");

        services = List.of();
        targets.resolve(names);
        assertThat(targets.inOrder()).containsExactly(at("10.0.0.1", 5060));
    }
}
