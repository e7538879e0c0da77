package dev.callbridge.matrix.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.HangupCause;
import dev.callbridge.matrix.leg.PeerVersion;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class CallEventsTest {

    @Nested
    class InVersionOne {

        private final CallEvents events = new CallEvents("c", "P", PeerVersion.ONE);

        @ParameterizedTest
        @EnumSource(HangupCause.class)
        void everyHangupSaysWhoAndWhy(HangupCause cause) {
            JsonNode hangup = events.hangup(cause);

            assertThat(hangup.path("version").asString("")).isEqualTo("1");
            assertThat(hangup.path("party_id").asString("")).isEqualTo("P");
            assertThat(hangup.path("reason").asString("")).isNotEmpty();
        }
    }

    /// Its version is a number, and it knows neither party ids nor most reasons.
    @Nested
    class InVersionZero {

        private final CallEvents events = new CallEvents("c", "P", PeerVersion.ZERO);

        @Test
        void aHangupIsNumberedZeroAndNamesNoParty() {
            JsonNode hangup = events.hangup(HangupCause.NORMAL);

            assertThat(hangup.path("version").isInt()).isTrue();
            assertThat(hangup.path("version").asInt(7)).isZero();
            assertThat(hangup.has("party_id")).isFalse();
        }

        @Test
        void aHangupHasNoReasonThatCameLater() {
            assertThat(events.hangup(HangupCause.NORMAL).has("reason")).isFalse();
            assertThat(events.hangup(HangupCause.BUSY).has("reason")).isFalse();
            assertThat(events.hangup(HangupCause.MEDIA_FAILED).path("reason").asString(""))
                    .isEqualTo("ice_failed");
            assertThat(events.hangup(HangupCause.NO_ANSWER).path("reason").asString(""))
                    .isEqualTo("invite_timeout");
        }
    }
}
