package dev.callbridge.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CandidateTest {

    @ParameterizedTest
    @CsvSource({
        "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host, 192.0.2.1",
        "a=candidate:1 1 UDP 2122260223 192.0.2.1 50000 typ host generation 0, 192.0.2.1",
        "842163049 1 udp 1677729535 203.0.113.7 46154 typ srflx raddr 10.0.0.7 rport 46154, 203.0.113.7",
        "candidate:2 1 udp 41885439 2001:db8::7 49152 typ relay raddr :: rport 0, 2001:db8::7"
    })
    void theAddressOfACandidateIsReadHoweverItIsHandedOn(String written, String address) {
        assertThat(Candidate.address(written)).contains(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "candidate:",
                "candidate:1 2 udp 2122260222 192.0.2.1 50001 typ host",
                "candidate:1 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active",
                "candidate:1 1 udp 2122260223 2cdc2f5a-0a3b.local 50000 typ host",
                "candidate:1 1 udp 2122260223 example.org 50000 typ host"
            })
    void whatIsNotForRtpOverUdpOrHidesItsAddressHasNone(String written) {
        assertThat(Candidate.address(written)).isEmpty();
    }
}
