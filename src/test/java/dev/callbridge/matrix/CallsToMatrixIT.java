package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A telephone calls a Matrix user, through real HTTP.
class CallsToMatrixIT {

    private static final String PROVISIONED = "@provisioned:" + MatrixBench.SERVER;

    /// Comes before the other, and the homeserver refuses it.
    private static final String IMPOSSIBLE = "@impossible:" + MatrixBench.SERVER;

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage(
            CallsToMatrixIT::refuseTheImpossible,
            "--callbridge.dialplan.numbers.[+4930110]=" + IMPOSSIBLE,
            "--callbridge.dialplan.numbers.[+4930111]=" + PROVISIONED);

    private final FakeUser bob = STAGE.newUser();
    private final PhoneNumber number = MatrixStage.newNumber();
    private final String ghost = MatrixStage.ghost(number);

    private static void refuseTheImpossible(FakeHomeserver homeserver) {
        homeserver.disturb(
                request -> request.path().endsWith("/createRoom")
                        && request.body().path("invite").path(0).asString("").equals(IMPOSSIBLE),
                1,
                403,
                null,
                Duration.ZERO);
    }

    private FakePhones.Phone calls(Party caller) {
        return STAGE.calls(caller, bob);
    }

    private String knownCaller() {
        return STAGE.chat(bob, number);
    }

    private void awaitInviteOnItsWay() {
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        STAGE.homeserver().requests().stream().anyMatch(MatrixStage.sending("m.call.invite", ghost)));
    }

    @Nested
    class WhenTheUserHasJoinedTheCallersChat {

        @Test
        void itRingsThere() {
            String room = knownCaller();
            FakePhones.Phone phone = calls(number);

            FakeCall ringing = bob.expectCall();

            assertThat(ringing.room()).isEqualTo(room);
            JsonNode invite = ringing.expectInvite();
            assertThat(invite.path("version").asString("")).isEqualTo("1");
            assertThat(invite.path("lifetime").asInt()).isEqualTo(65_000);
            assertThat(invite.path("invitee").asString("")).isEqualTo(bob.id());
            assertThat(invite.path("offer").path("sdp").asString("")).isEqualTo(MatrixBench.OUR_SDP);
            assertThat(invite.path("capabilities").path("m.call.dtmf").asBoolean())
                    .isTrue();
            assertThat(invite.path("org.matrix.msc3077.sdp_stream_metadata").has(MatrixBench.STREAM))
                    .isTrue();
            LegCommand.Ring _ = phone.expect(LegCommand.Ring.class);
            JsonNode _ = ringing.expect("m.call.candidates");
            phone.ends(HangupCause.CANCELED);
        }

        @Test
        void theFirstAnswerWins() {
            String _ = knownCaller();
            FakePhones.Phone phone = calls(number);
            FakeCall first = bob.expectCall();
            JsonNode _ = first.expect("m.call.candidates");

            first.answers(MatrixBench.ALICES_SDP);
            first.on("SECOND").answers(MatrixBench.ALICES_SDP);

            JsonNode select = first.expect("m.call.select_answer");
            assertThat(select.path("selected_party_id").asString("")).isEqualTo("ALICEPHONE");
            LegCommand.Answer answer = phone.expect(LegCommand.Answer.class);
            assertThat(answer.answer()).isEqualTo(new Sdp(MatrixBench.OUR_SDP));
            phone.ends(HangupCause.NORMAL);
            JsonNode hangup = first.expectHangup();
            assertThat(hangup.path("reason").asString("")).isEqualTo("user_hangup");
            assertThat(first.heard()).containsOnlyOnce("m.call.select_answer");
        }

        @Test
        void aVersionZeroDeviceIsSpokenToInVersionZero() {
            String _ = knownCaller();
            FakePhones.Phone phone = calls(number);
            FakeCall call = bob.expectCall();
            ObjectNode answer = call.content().put("version", 0).without("party_id");
            answer.putObject("answer").put("type", "answer").put("sdp", MatrixBench.ALICES_SDP);
            String _ = bob.sends(call.room(), "m.call.answer", answer, 0, true);
            LegCommand.Answer _ = phone.expect(LegCommand.Answer.class);

            phone.ends(HangupCause.NORMAL);

            JsonNode hangup = call.expectHangup();
            assertThat(hangup.path("version").isInt()).isTrue();
            assertThat(hangup.has("party_id")).isFalse();
            assertThat(call.heard()).doesNotContain("m.call.select_answer");
        }

        @Test
        void theUsersHangupEndsTheTelephone() {
            String _ = knownCaller();
            FakePhones.Phone phone = calls(number);
            FakeCall call = bob.expectCall();
            call.answers(MatrixBench.ALICES_SDP);
            LegCommand.Answer _ = phone.expect(LegCommand.Answer.class);

            call.hangsUp();

            assertThat(phone.expectEnd()).isEqualTo(CallEnd.of(HangupCause.NORMAL));
        }

        @Test
        void aRejectIsSelectedAndTold() {
            String _ = knownCaller();
            FakePhones.Phone phone = calls(number);
            FakeCall call = bob.expectCall();

            call.rejects();

            assertThat(phone.expectEnd()).isEqualTo(CallEnd.of(HangupCause.REJECTED));
            JsonNode _ = call.expect("m.call.select_answer");
        }

        @Test
        void aCallerWhoGivesUpLeavesAMissedCall() {
            String room = knownCaller();
            FakePhones.Phone phone = calls(number);
            FakeCall call = bob.expectCall();
            LegCommand.Ring _ = phone.expect(LegCommand.Ring.class);

            phone.ends(HangupCause.CANCELED);

            assertThat(call.expectHangup().path("reason").asString("")).isEqualTo("user_hangup");
            assertThat(bob.expectNotice(room, "Missed call from")).contains("+49 30 9018");
        }

        @Test
        void theHangupWaitsForAnInviteThatIsOnItsWay() {
            String _ = knownCaller();
            STAGE.homeserver().disturb(MatrixStage.sending("m.call.invite", ghost), 1, 0, null, Duration.ofMillis(800));
            FakePhones.Phone phone = calls(number);
            awaitInviteOnItsWay();

            phone.ends(HangupCause.CANCELED);

            FakeCall call = bob.expectCall();
            JsonNode _ = call.expectHangup();
            assertThat(call.heard().getFirst()).isEqualTo("m.call.invite");
        }

        @Test
        void anInviteThatWaitsForTheRateLimitIsTakenBack() {
            String room = knownCaller();
            STAGE.homeserver().disturb(MatrixStage.sending("m.call.invite", ghost), 9, 429, 5_000L, Duration.ZERO);
            FakePhones.Phone phone = calls(number);
            awaitInviteOnItsWay();

            phone.ends(HangupCause.CANCELED);

            String _ = bob.expectNotice(room, "Missed call from");
            assertThat(bob.wasCalled()).isFalse();
        }

        @Test
        void anInviteThatTheHomeserverRefusesEndsTheCall() {
            String _ = knownCaller();
            STAGE.homeserver().disturb(MatrixStage.sending("m.call.invite", ghost), 1, 403, null, Duration.ZERO);

            assertThat(calls(number).expectEnd().reason()).isEqualTo("invite-not-sent");
        }

        @Test
        void leavingTheRoomEndsTheCall() {
            String _ = knownCaller();
            FakePhones.Phone phone = calls(number);
            FakeCall call = bob.expectCall();
            LegCommand.Ring _ = phone.expect(LegCommand.Ring.class);

            bob.leaves(call.room());

            assertThat(phone.expectEnd().reason()).isEqualTo("left-room");
        }
    }

    @Nested
    class WhenTheCallerIsNew {

        @Test
        void itRingsInTheLineRoomAndSaysForWhom() {
            String line = MatrixStage.lineRoom(bob);
            FakePhones.Phone phone = calls(number);

            FakeCall call = bob.expectCall();

            assertThat(call.room()).isEqualTo(line);
            assertThat(bob.heard(line).stream().map(event -> event.path("type").asString("")))
                    .containsSubsequence("m.room.message", "m.call.invite");
            String _ = bob.expectNotice(line, "is calling you");
            JsonNode identity = call.expect("m.call.asserted_identity").path("asserted_identity");
            assertThat(identity.path("id").asString("")).isEqualTo(ghost);
            assertThat(identity.path("display_name").asString("")).startsWith("+49 30");
            JsonNode _ = call.expect("org.matrix.call.asserted_identity");
            assertThat(bob.isInvitedTo(bob.expectRoomWith(ghost))).isTrue();

            call.answers(MatrixBench.ALICES_SDP);
            LegCommand.Answer _ = phone.expect(LegCommand.Answer.class);
            phone.ends(HangupCause.NORMAL);
        }

        @Test
        void itRingsInTheChatIfThatIsAcceptedByItself() {
            STAGE.homeserver().acceptInvitesFor(bob.id());
            FakePhones.Phone phone = calls(number);

            FakeCall call = bob.expectCall();

            assertThat(call.room()).isEqualTo(bob.expectRoomWith(ghost));
            phone.ends(HangupCause.CANCELED);
        }

        @Test
        void itRingsInTheChatIfTheUserJoinsInTime() {
            FakePhones.Phone phone = calls(number);
            bob.joins(bob.expectRoomWith(ghost));

            FakeCall call = bob.expectCall();

            assertThat(call.room()).isEqualTo(bob.expectRoomWith(ghost));
            phone.ends(HangupCause.CANCELED);
        }

        @Test
        void nobodyRingsWithoutAJoinedRoomAndANoteWaits() {
            FakePhones.Phone phone = calls(number);

            assertThat(phone.expectEnd()).isEqualTo(new CallEnd(HangupCause.UNREACHABLE, "no-joined-room"));
            String room = bob.expectRoomWith(ghost);
            String _ = bob.expectNotice(room, "Missed call from");
            assertThat(bob.wasCalled()).isFalse();
        }

        @Test
        void whoLeftTheChatIsInvitedAnew() {
            String room = knownCaller();
            bob.leaves(room);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> !STAGE.bench().context.getBean(Rooms.class).hasJoined(room, ghost, bob.id()));

            FakePhones.Phone phone = calls(number);

            await().atMost(Duration.ofSeconds(5)).until(() -> bob.isInvitedTo(room));
            assertThat(phone.expectEnd().cause()).isEqualTo(HangupCause.UNREACHABLE);
        }

        @Test
        void whoHidesIsOneGhostForAll() {
            String line = MatrixStage.lineRoom(bob);
            FakePhones.Phone phone = calls(new Anonymous());

            String _ = bob.expectNotice(line, "Anonymous caller is calling you");
            assertThat(STAGE.homeserver().registered()).contains("@_sip_anonymous:" + MatrixBench.SERVER);
            phone.ends(HangupCause.CANCELED);
        }
    }

    @Test
    void usersWithANumberAreInvitedToALineRoomAtStartWhateverBecomesOfOthers() {
        FakeUser user = STAGE.homeserver().user(PROVISIONED);

        assertThat(user.isInvitedTo(user.expectRoomWith(MatrixStage.BOT))).isTrue();
    }

    @Test
    void aHomeserverThatIsDownIsNotTheUsersFault() {
        STAGE.homeserver().disturb(request -> request.path().endsWith("/createRoom"), 99, 500, 6_000L, Duration.ZERO);

        FakePhones.Phone phone = calls(number);

        await().atMost(Duration.ofSeconds(20))
                .until(() -> phone.asked.stream().anyMatch(LegCommand.End.class::isInstance));
        assertThat(phone.expectEnd().cause()).isEqualTo(HangupCause.NETWORK_DOWN);
    }

    @Test
    void aHomeserverThatHiccupsIsAskedAgain() {
        STAGE.homeserver().acceptInvitesFor(bob.id());
        STAGE.homeserver().disturb(request -> request.path().endsWith("/createRoom"), 2, 500, null, Duration.ZERO);
        FakePhones.Phone phone = calls(number);

        assertThat(bob.expectCall().room()).isEqualTo(bob.expectRoomWith(ghost));
        phone.ends(HangupCause.CANCELED);
    }

    @Test
    void aTelephoneThatEndsWhileTheRoomIsMadeRingsNobody() {
        STAGE.homeserver().acceptInvitesFor(bob.id());
        STAGE.homeserver()
                .disturb(request -> request.path().endsWith("/createRoom"), 1, 0, null, Duration.ofMillis(500));
        FakePhones.Phone phone = calls(number);
        await().atMost(Duration.ofSeconds(5))
                .until(() -> STAGE.homeserver().requests().stream()
                        .anyMatch(request ->
                                request.as().equals(ghost) && request.path().endsWith("/createRoom")));
        phone.says(new LegEvent.Ended(CallEnd.of(HangupCause.CANCELED)));

        String _ = bob.expectNotice(bob.expectRoomWith(ghost), "Missed call from");
        assertThat(bob.wasCalled()).isFalse();
    }
}
