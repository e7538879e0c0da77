package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PinnedRouterTest {

    private static String reached(String named, String source) {
        var from = new InetSocketAddress(InetAddress.ofLiteral(source), 1024);
        var hop = PinnedRouter.reachable(new HopImpl(named, 5060, "udp"), from);
        return hop.getHost() + " " + hop.getPort();
    }

    @ParameterizedTest
    @CsvSource({"192.168.50.2", "10.0.0.1", "100.64.0.1", "127.0.0.1", "[fd00::1]"})
    void aPeerThatNamesAPrivateAddressIsReachedWhereItsMessagesComeFrom(String named) {
        assertThat(reached(named, "203.0.113.66")).isEqualTo("203.0.113.66 1024");
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.7", "[2001:db8::7]", "pbx.example.org", "192.168.50.2.", "300.1.1.1"})
    void aPeerThatNamesAnythingElseIsReachedThere(String named) {
        assertThat(reached(named, "203.0.113.66")).isEqualTo(named + " 5060");
    }

    @Test
    void aNeighbourIsReachedWhereItSays() {
        assertThat(reached("192.168.50.2", "192.168.50.9")).isEqualTo("192.168.50.2 5060");
        assertThat(reached("127.0.0.2", "127.0.0.1")).isEqualTo("127.0.0.2 5060");
    }
}
