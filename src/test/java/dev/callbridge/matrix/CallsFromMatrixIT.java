package dev.callbridge.matrix;

import static dev.callbridge.matrix.MatrixStage.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A Matrix user calls a telephone, through real HTTP.
class CallsFromMatrixIT {

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage(
            "--callbridge.rights[0].who=@shy*:" + MatrixBench.SERVER,
            "--callbridge.rights[0].may=ordinary",
            "--callbridge.rights[0].withhold=true");

    private final FakeUser alice = STAGE.newUser();
    private final PhoneNumber number = MatrixStage.newNumber();
    private final String ghost = MatrixStage.ghost(number);

    private FakeCall call() {
        return alice.calls(alice.dm(ghost), MatrixBench.ALICES_SDP);
    }

    private FakePhones.Phone phone() {
        return STAGE.phones().expectDialled(alice.id(), number);
    }

    @Test
    void aCallInAGhostsChatIsDialledAndAnswered() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();
        phone.answers();

        JsonNode answer = call.expectAnswer();

        assertThat(answer.path("version").asString("")).isEqualTo("1");
        assertThat(answer.path("answer").path("type").asString("")).isEqualTo("answer");
        assertThat(answer.path("capabilities").path("m.call.dtmf").asBoolean()).isTrue();
        assertThat(answer.path("capabilities").path("m.call.transferee").asBoolean(true))
                .isFalse();
        for (String key : List.of("sdp_stream_metadata", "org.matrix.msc3077.sdp_stream_metadata")) {
            JsonNode stream = answer.path(key).path(MatrixBench.STREAM);
            assertThat(stream.path("purpose").asString("")).isEqualTo("m.usermedia");
            assertThat(stream.path("video_muted").asBoolean()).isTrue();
        }
        JsonNode end = call.expect("m.call.candidates");
        assertThat(end.path("candidates").path(0).path("candidate").asString("x"))
                .isEmpty();
        assertThat(phone.expect(LegCommand.Dial.class).offer()).isEqualTo(new Sdp(MatrixBench.OUR_SDP));
    }

    @Test
    void aNumberDialledWithTheCodeForItDoesNotSeeTheCallers() {
        String hidden = "@_sip_hide=-" + number.digits() + ":" + MatrixBench.SERVER;
        FakeCall call = alice.calls(alice.dm(hidden), MatrixBench.ALICES_SDP);

        assertThat(phone().expect(LegCommand.Dial.class).parties().withheld()).isTrue();
        assertThat(STAGE.homeserver().displayName(hidden)).endsWith("(your number hidden)");
        call.hangsUp();

        FakeCall shown = call();
        await().atMost(Duration.ofSeconds(5)).until(() -> STAGE.phones().dialled(number) == 2);
        assertThat(STAGE.phones()
                        .lastDialled(number)
                        .expect(LegCommand.Dial.class)
                        .parties()
                        .withheld())
                .isFalse();
        shown.hangsUp();
    }

    @Test
    void whoHidesTheirNumberCanShowItInOneCall() {
        FakeUser shy = STAGE.homeserver().user("@shy:" + MatrixBench.SERVER);
        FakeCall usual = shy.calls(shy.dm(ghost), MatrixBench.ALICES_SDP);
        FakePhones.Phone first = STAGE.phones().expectDialled(shy.id(), number);
        assertThat(first.expect(LegCommand.Dial.class).parties().withheld()).isTrue();
        usual.hangsUp();
        CallEnd _ = first.expectEnd();

        String shown = "@_sip_show=-" + number.digits() + ":" + MatrixBench.SERVER;
        FakeCall call = shy.calls(shy.dm(shown), MatrixBench.ALICES_SDP);
        await().atMost(Duration.ofSeconds(8)).until(() -> STAGE.phones().dialled(number) == 2);
        assertThat(STAGE.phones()
                        .lastDialled(number)
                        .expect(LegCommand.Dial.class)
                        .parties()
                        .withheld())
                .isFalse();
        call.hangsUp();
    }

    @Test
    void theBotOpensAChatThatHidesTheCallersNumber() {
        String line = alice.dm(MatrixStage.BOT);
        String _ = alice.says(line, "call #31#" + number.e164());

        assertThat(alice.expectNotice(line, "Here is your chat with")).contains("(your number hidden)");
    }

    @Test
    void theGhostIsNamedAsPeopleWriteTheNumber() {
        alice.dm(ghost);

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(
                        () -> assertThat(STAGE.homeserver().displayName(ghost)).startsWith("+49 30 9018"));
    }

    @Test
    void theUsersHangupEndsTheTelephone() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();
        phone.answers();
        JsonNode _ = call.expectAnswer();

        call.hangsUp();

        assertThat(phone.expectEnd()).isEqualTo(CallEnd.of(HangupCause.NORMAL));
    }

    @Test
    void aUserWhoGivesUpCancels() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();

        call.hangsUp();

        assertThat(phone.expectEnd()).isEqualTo(CallEnd.of(HangupCause.CANCELED));
    }

    @Test
    void leavingTheRoomHangsUp() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();
        phone.answers();
        JsonNode _ = call.expectAnswer();

        alice.leaves(call.room());

        assertThat(phone.expectEnd().reason()).isEqualTo("left-room");
    }

    @Test
    void aBusyLineIsARejectWithWords() {
        FakeCall call = call();
        phone().ends(HangupCause.BUSY);

        assertThat(call.expectReject().path("reason").asString("")).isEqualTo("user_busy");
        String _ = alice.expectNotice(call.room(), "The line is busy");
        assertThat(call.heard()).doesNotContain("m.call.hangup");
    }

    @Test
    void theTelephonesEndIsAHangupOfTheSameParty() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();
        phone.answers();
        String party = call.expectAnswer().path("party_id").asString("");
        assertThat(party).isNotEmpty();

        phone.ends(HangupCause.NORMAL);

        JsonNode hangup = call.expectHangup();
        assertThat(hangup.path("party_id").asString("")).isEqualTo(party);
        assertThat(hangup.path("reason").asString("")).isEqualTo("user_hangup");
    }

    @Test
    void anotherChosenPartyEndsOursWithoutAWord() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();
        phone.answers();
        JsonNode _ = call.expectAnswer();

        call.selects("SOMEBODYELSE");

        assertThat(phone.expectEnd()).isEqualTo(CallEnd.of(HangupCause.ANSWERED_ELSEWHERE));
        assertThat(call.heard()).doesNotContain("m.call.hangup", "m.call.reject");
    }

    @Test
    void aVersionZeroCallerIsRefusedByAHangup() {
        String room = alice.dm(ghost);
        ObjectNode invite = content().put("call_id", "old").put("version", 0).put("lifetime", 60_000);
        invite.putObject("offer").put("type", "offer").put("sdp", MatrixBench.ALICES_SDP);
        String _ = alice.sends(room, "m.call.invite", invite, 0, true);

        phone().ends(HangupCause.BUSY);

        JsonNode event = alice.expect(room, any -> any.path("type").asString("").equals("m.call.hangup"));
        assertThat(event.path("content").path("version").asInt(7)).isZero();
    }

    @Test
    void aDmThatCallsBeforeTheGhostHasJoinedIsFoundByReadingBack() {
        STAGE.homeserver().disturb(request -> request.path().endsWith("/join"), 1, 0, null, Duration.ofMillis(300));
        String room = alice.opens(ghost);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);

        phone().answers();

        JsonNode _ = call.expectAnswer();
    }

    @Test
    void anInviteThatComesLateAfterTheJoinIsFoundByASecondLook() {
        String room = alice.dm(ghost);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP, 0, false);

        phone().answers();

        JsonNode _ = call.expectAnswer();
        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
    }

    @Test
    void aRepeatedTransactionDialsOnce() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();

        assertThat(STAGE.homeserver().repeatLastTransaction()).isEqualTo(200);
        phone.answers();

        JsonNode _ = call.expectAnswer();
        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
    }

    @Test
    void anInviteWhoseHangupIsInTheSameBatchNeverDials() {
        String room = alice.dm(ghost);
        STAGE.homeserver().disconnect();
        // Something that is in delivery holds the rest back, so that it comes as one batch.
        String _ = alice.says(room, "hello");
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);
        call.hangsUp();
        STAGE.homeserver().connect(STAGE.bench().url());

        FakeCall second = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();

        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
        assertThat(call.heard()).isEmpty();
        second.hangsUp();
    }

    @Test
    void aCallForSomebodyElseInTheRoomIsLeftAlone() {
        String room = alice.dm(ghost);
        ObjectNode invite =
                content().put("call_id", "other").put("version", "1").put("invitee", "@bob:example.org");
        invite.putObject("offer").put("sdp", MatrixBench.ALICES_SDP);
        String _ = alice.sends(room, "m.call.invite", invite, 0, true);
        FakeCall next = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();

        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
        next.hangsUp();
    }

    @Test
    void anEmergencyNumberIsRefusedInPlainWords() {
        String room = alice.dm("@_sip_carrier.112:" + MatrixBench.SERVER);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);

        JsonNode _ = call.expectReject();
        String _ = alice.expectNotice(room, "Emergency calls can't be made here");
        assertThat(STAGE.phones().dialled(new Extension("carrier", "112"))).isZero();
    }

    @Test
    void aGhostWithoutANumberSaysSo() {
        String room = alice.dm("@_sip_nonsense:" + MatrixBench.SERVER);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);

        JsonNode _ = call.expectReject();
        String _ = alice.expectNotice(room, "not a number");
    }

    @Test
    void anInvitationByAStrangerIsDeclined() {
        FakeUser mallory = STAGE.homeserver().user("@mallory:elsewhere.example");
        String room = mallory.opens(ghost);

        JsonNode leave = mallory.expect(
                room,
                event -> event.path("content").path("membership").asString("").equals("leave"));

        assertThat(leave.path("content").path("reason").asString("")).contains("may not use telephones");
    }

    @Test
    void anExtensionIsDialledOnItsTrunk() {
        String extension = "7" + number.digits().substring(number.digits().length() - 4);
        String room = alice.dm("@_sip_pbx." + extension + ":" + MatrixBench.SERVER);
        FakeCall call = alice.calls(room, MatrixBench.ALICES_SDP);

        FakePhones.Phone _ = STAGE.phones().expectDialled(alice.id(), new Extension("pbx", extension));
        call.hangsUp();
    }

    @Test
    void anAnswerThatTheHomeserverDelaysIsRepeatedWithTheSameTransactionId() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();
        STAGE.homeserver().disturb(MatrixStage.sending("m.call.answer", ghost), 1, 429, 400L, Duration.ZERO);
        phone.answers();

        JsonNode _ = call.expectAnswer();

        List<FakeHomeserver.Request> tries = STAGE.homeserver().requests().stream()
                .filter(MatrixStage.sending("m.call.answer", ghost))
                .toList();
        assertThat(tries).hasSize(2);
        assertThat(tries.getFirst().path()).isEqualTo(tries.getLast().path());
        assertThat(Duration.ofNanos(tries.getLast().nanos() - tries.getFirst().nanos()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(400));
        assertThat(call.heard()).containsSubsequence("m.call.answer", "m.call.candidates");
    }

    @Test
    void aCallThatCantBeWrittenDownIsRefusedAndNeverDialled() throws SQLException {
        String room = alice.dm(ghost);
        FakeCall call;
        try (var connection = STAGE.database().dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table matrix_event in access exclusive mode");
            call = alice.calls(room, MatrixBench.ALICES_SDP);

            JsonNode _ = call.expectReject();
            String _ = alice.expectNotice(room, "could not write the call down");
            connection.rollback();
        }
        FakeCall next = alice.calls(room, MatrixBench.ALICES_SDP);
        FakePhones.Phone _ = phone();
        assertThat(STAGE.phones().dialled(number)).isEqualTo(1);
        next.hangsUp();
    }

    @Test
    void anAnswerThatIsRefusedForGoodEndsTheTelephone() {
        FakeCall call = call();
        FakePhones.Phone phone = phone();
        STAGE.homeserver().disturb(MatrixStage.sending("m.call.answer", ghost), 1, 403, null, Duration.ZERO);
        phone.answers();

        assertThat(phone.expectEnd().reason()).isEqualTo("answer-not-sent");
        JsonNode _ = call.expectReject();
    }
}
