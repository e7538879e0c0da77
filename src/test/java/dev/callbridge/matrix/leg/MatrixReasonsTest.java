package dev.callbridge.matrix.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MatrixReasonsTest {

    private static final Set<String> SPECIFIED = Set.of(
            "ice_failed",
            "ice_timeout",
            "invite_timeout",
            "user_hangup",
            "user_media_failed",
            "user_busy",
            "unknown_error",
            "answered_elsewhere");

    @ParameterizedTest
    @EnumSource(HangupCause.class)
    void areSentAsTheSpecificationHasThem(HangupCause cause) {
        assertThat(SPECIFIED).contains(MatrixReasons.reason(cause));
    }

    @ParameterizedTest(name = "\"{0}\" means {1}")
    @CsvSource({
        "'',NORMAL",
        "user_hangup,NORMAL",
        "userHangup,NORMAL",
        "user hangup,NORMAL",
        "replaced,NORMAL",
        "user_busy,BUSY",
        "USER_BUSY,BUSY",
        "invite_timeout,NO_ANSWER",
        "ice_failed,MEDIA_FAILED",
        "ice_timeout,MEDIA_LOST",
        "user_media_failed,MEDIA_FAILED",
        "answered_elsewhere,ANSWERED_ELSEWHERE",
        "org.matrix.msc4006.completed_elsewhere,ANSWERED_ELSEWHERE",
        "unknown_error,UNREACHABLE",
        "set_remote_description,UNREACHABLE"
    })
    void areReadAsClientsWriteThem(String reason, HangupCause cause) {
        assertThat(MatrixReasons.end(reason).cause()).isEqualTo(cause);
    }

    @Test
    void survivesTheWayThereAndBack() {
        for (HangupCause cause : Set.of(
                HangupCause.BUSY,
                HangupCause.NO_ANSWER,
                HangupCause.ANSWERED_ELSEWHERE,
                HangupCause.MEDIA_FAILED,
                HangupCause.MEDIA_LOST)) {
            assertThat(MatrixReasons.end(MatrixReasons.reason(cause)).cause()).isEqualTo(cause);
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "BUSY,busy",
        "NO_ANSWER,Nobody answered",
        "UNREACHABLE,can't be reached",
        "REJECTED,declined",
        "BLOCKED,blocks this call",
        "UNKNOWN_NUMBER,not in use",
        "INCOMPLETE_NUMBER,not complete",
        "TRUNK_REFUSED,Ask your admin",
        "TRUNK_LOGIN_REFUSED,login",
        "NO_COMMON_CODEC,sound format",
        "ANONYMITY_REFUSED,hidden numbers",
        "FEATURE_MISSING,feature",
        "LOOP,where it started",
        "NETWORK_DOWN,busy or down",
        "MOVED,changed",
        "MEDIA_FAILED,No sound",
        "MEDIA_LOST,connection was lost",
        "EMERGENCY,Emergency calls can't be made here. Use a telephone.",
        "NOT_ALLOWED,no right",
        "TOO_LATE,too late"
    })
    void areExplainedInPlainWords(HangupCause cause, String words) {
        assertThat(Notices.toCaller(CallEnd.of(cause)).orElseThrow()).contains(words);
    }

    @Test
    void needNoWordsWhenSomebodyHungUp() {
        assertThat(Notices.toCaller(CallEnd.of(HangupCause.NORMAL))).isEmpty();
        assertThat(Notices.toCaller(CallEnd.of(HangupCause.CANCELED))).isEmpty();
        assertThat(Notices.toCallee(CallEnd.of(HangupCause.NORMAL))).isEmpty();
    }
}
