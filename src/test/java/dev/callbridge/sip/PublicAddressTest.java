package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.callbridge.bridge.SettingException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicAddressTest {

    static final InetAddress ANYWHERE = InetAddress.ofLiteral("198.51.100.1");

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.5:5060", "203.0.113.300", "[2001:db8::1]:5060", "a b", "0.0.0.0", "host:5060"})
    void isAnAddressOrANameWithoutAPort(String written) {
        assertThatThrownBy(() -> PublicAddress.parse("callbridge.public-address", written))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("callbridge.public-address");
    }

    @Test
    void standsInBracketsInAUriWhenItIsIpv6() {
        assertThat(PublicAddress.parse("x", "2001:db8::1").host()).isEqualTo("[2001:db8:0:0:0:0:0:1]");
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.5, 192.168.0.5, true",
        "203.0.113.5, fd00::5, false",
        "2001:db8::1, fd00::5, true",
        "sip.example.org, 192.168.0.5, true",
        "sip.example.org, fd00::5, true",
        "203.0.113.5, 127.0.0.1, false",
        "sip.example.org, ::1, false"
    })
    void standsForAddressesOfItsFamilyThatOthersCanSee(String written, String local, boolean stands) {
        assertThat(PublicAddress.parse("x", written).standsFor(InetAddress.ofLiteral(local), ANYWHERE))
                .isEqualTo(stands);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.5, 192.168.0.5, 198.51.100.1, true",
        "203.0.113.5, 192.168.0.5, 192.168.0.9, false",
        "203.0.113.5, 192.168.0.5, 10.8.0.1, false",
        "203.0.113.5, 192.168.0.5, 169.254.0.9, false",
        "2001:db8::1, fd00::5, 2001:db8:1::9, true",
        "2001:db8::1, fd00::5, fd00::9, false",
        "2001:db8::1, fd00::5, fe80::9, false",
        "sip.example.org, 192.168.0.5, 198.51.100.1, true",
        "sip.example.org, 192.168.0.5, 192.168.0.9, false"
    })
    void isNotToldToNeighbours(String written, String local, String peer, boolean told) {
        assertThat(PublicAddress.parse("x", written)
                        .standsFor(InetAddress.ofLiteral(local), InetAddress.ofLiteral(peer)))
                .isEqualTo(told);
    }

    /// Of the machine around a container.
    @Test
    void isToldToNeighboursWhereItIsAPrivateOneItself() {
        var around = PublicAddress.parse("x", "192.168.0.5");

        assertThat(around.standsFor(InetAddress.ofLiteral("172.17.0.2"), InetAddress.ofLiteral("192.168.0.9")))
                .isTrue();
    }
}
