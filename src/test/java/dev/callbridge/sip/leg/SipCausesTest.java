package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SipCausesTest {

    @ParameterizedTest(name = "{0} with cause {1} is {2}, {3}")
    @CsvSource({
        "486, 0, BUSY, busy",
        "600, 0, BUSY, busy",
        "480, 0, NO_ANSWER, no-answer",
        "603, 0, REJECTED, rejected",
        "403, 21, REJECTED, rejected",
        "403, 0, TRUNK_REFUSED, carrier-403",
        "607, 21, BLOCKED, carrier-607",
        "433, 21, ANONYMITY_REFUSED, carrier-433",
        "404, 0, UNKNOWN_NUMBER, carrier-404",
        "484, 0, INCOMPLETE_NUMBER, carrier-484",
        "401, 0, TRUNK_LOGIN_REFUSED, carrier-401",
        "488, 0, NO_COMMON_CODEC, carrier-488",
        "420, 0, FEATURE_MISSING, carrier-420",
        "482, 0, LOOP, carrier-482",
        "503, 0, NETWORK_DOWN, carrier-503",
        "503, 17, BUSY, busy",
        "500, 1, UNKNOWN_NUMBER, carrier-500",
        "480, 20, UNREACHABLE, carrier-480",
        "302, 0, MOVED, carrier-302",
        "499, 0, UNREACHABLE, carrier-499",
        "599, 0, NETWORK_DOWN, carrier-599",
        "699, 0, REJECTED, rejected",
        "503, 16, NETWORK_DOWN, carrier-503",
        "500, 23, MOVED, carrier-500",
        "500, 25, LOOP, carrier-500",
        "500, 28, INCOMPLETE_NUMBER, carrier-500",
        "500, 57, TRUNK_REFUSED, carrier-500",
        "500, 88, NO_COMMON_CODEC, carrier-500",
        "500, 127, FEATURE_MISSING, carrier-500",
        "480, 38, NETWORK_DOWN, carrier-480",
        "500, 19, NO_ANSWER, no-answer"
    })
    void readsWhyATrunkRefused(int status, int q850, HangupCause cause, String reason) {
        assertThat(SipCauses.ofFinal(status, q850, false)).isEqualTo(new CallEnd(cause, reason));
    }

    @Test
    void knowsARequestTimeoutAfterItRangForNoAnswer() {
        assertThat(SipCauses.ofFinal(408, 0, true).cause()).isEqualTo(HangupCause.NO_ANSWER);
        assertThat(SipCauses.ofFinal(408, 0, false).cause()).isEqualTo(HangupCause.NETWORK_DOWN);
    }

    @Test
    void readsWhyTheOtherSideHungUp() {
        assertThat(SipCauses.ofBye(16, false)).isEqualTo(CallEnd.of(HangupCause.NORMAL));
        assertThat(SipCauses.ofBye(0, true)).isEqualTo(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE));
        assertThat(SipCauses.ofBye(38, false)).isEqualTo(new CallEnd(HangupCause.NETWORK_DOWN, "carrier-q850-38"));
    }

    @ParameterizedTest
    @EnumSource
    void refusesWithAFinalStatusAndAValidCause(HangupCause cause) {
        assertThat(SipCauses.status(cause)).isBetween(400, 699);
        assertThat(SipCauses.q850(cause)).isBetween(1, 127);
    }
}
