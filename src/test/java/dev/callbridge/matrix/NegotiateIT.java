package dev.callbridge.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.Candidates;
import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.Trouble;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// What was agreed on changes during a call, through real HTTP.
class NegotiateIT {

    @RegisterExtension
    static final MatrixStage STAGE = new MatrixStage();

    private static final String NHEKOS_SDP = """
            v=0
            o=- 25 0 IN IP4 0.0.0.0
            s=-
            t=0 0
            m=audio 9 UDP/TLS/RTP/SAVPF 8
            c=IN IP4 0.0.0.0
            """;

    private static final String CANDIDATE = "candidate:1 1 udp 2122260223 192.0.2.1 50000 typ host";

    private final FakeUser alice = STAGE.newUser();
    private final PhoneNumber number = MatrixStage.newNumber();

    private FakePhones.Phone phone() {
        return STAGE.phones().expectDialled(alice.id(), number);
    }

    /// A call that a user made, and that is up.
    private FakeCall placed(String sdp) {
        FakeCall call = alice.calls(alice.dm(MatrixStage.ghost(number)), sdp);
        phone().answers();
        JsonNode _ = call.expect("m.call.candidates");
        return call;
    }

    /// A call that a user took, and that is up.
    private FakeCall taken() {
        String _ = STAGE.chat(alice, number);
        FakePhones.Phone phone = STAGE.calls(number, alice);
        FakeCall call = alice.expectCall();
        call.answers(MatrixBench.ALICES_SDP);
        LegCommand.Answer _ = phone.expect(LegCommand.Answer.class);
        return call;
    }

    private MatrixBench.Heard media() {
        return STAGE.bench().lastMedia();
    }

    @Test
    void whereAClientIsReachesMedia() {
        FakeCall placed = placed(MatrixBench.ALICES_SDP);
        placed.trickles("", CANDIDATE, "");
        expectTrickled("caller");
        placed.hangsUp();

        FakeCall taken = taken();
        taken.trickles(CANDIDATE);
        expectTrickled("callee");
        taken.hangsUp();
    }

    private void expectTrickled(String role) {
        var trickle = new MediaCommand.Trickle(new LegId(media().callId(), role), new Candidates(List.of(CANDIDATE)));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(media().asked()).containsOnlyOnce(trickle));
    }

    @Test
    void aUserWhoHoldsIsAnswered() {
        FakeCall call = placed(MatrixBench.ALICES_SDP);

        call.offers(MatrixBench.ALICES_SDP + "a=sendonly\r\n");

        JsonNode answer = call.expectNegotiate("answer", 1);
        assertThat(answer.path("description").path("sdp").asString("")).isEqualTo(MatrixBench.OUR_SDP);
        assertThat(answer.path("lifetime").asInt()).isPositive();
        assertThat(answer.path("version").asString("")).isEqualTo("1");
        for (String key : List.of("sdp_stream_metadata", "org.matrix.msc3077.sdp_stream_metadata")) {
            assertThat(answer.path(key).path(MatrixBench.STREAM).path("purpose").asString(""))
                    .isEqualTo("m.usermedia");
        }
        call.hangsUp();
    }

    @Test
    void aCalledUserWhoHoldsIsAnswered() {
        FakeCall call = taken();

        call.offers(MatrixBench.ALICES_SDP);

        JsonNode _ = call.expectNegotiate("answer", 1);
        call.hangsUp();
    }

    @Test
    void aTelephoneThatHoldsIsShown() {
        FakeCall call = placed(MatrixBench.ALICES_SDP);
        media().outdated("caller");

        JsonNode offer = call.expectNegotiate("offer", 1);
        assertThat(offer.path("lifetime").asInt()).isEqualTo(60_000);
        call.accepts(MatrixBench.ALICES_SDP);
        media().outdated("caller");

        JsonNode _ = call.expectNegotiate("offer", 2);
        call.hangsUp();
    }

    @Test
    void aCalledUserIsShownTheHoldToo() {
        FakeCall call = taken();
        media().outdated("callee");

        JsonNode _ = call.expectNegotiate("offer", 1);
        call.hangsUp();
    }

    @Test
    void theOtherDeviceOfTheUserHasNoSay() {
        FakeCall call = taken();

        call.on("OTHER").offers(MatrixBench.ALICES_SDP);
        call.offers(MatrixBench.ALICES_SDP);

        JsonNode _ = call.expectNegotiate("answer", 1);
        call.hangsUp();
        assertThat(call.heard()).containsOnlyOnce("m.call.negotiate");
    }

    @Test
    void aMuteChangesNothing() {
        FakeCall call = placed(MatrixBench.ALICES_SDP);

        for (String type : List.of("m.call", "org.matrix.call")) {
            String _ = alice.sends(call.room(), type + ".sdp_stream_metadata_changed", call.content(), 0, true);
        }
        call.offers(MatrixBench.ALICES_SDP);

        JsonNode _ = call.expectNegotiate("answer", 1);
        call.hangsUp();
    }

    @Test
    void nhekoIsOfferedNothingNew() {
        FakeCall call = placed(NHEKOS_SDP);
        media().outdated("caller");

        call.offers(NHEKOS_SDP);

        JsonNode _ = call.expectNegotiate("answer", 1);
        assertThat(call.heard()).containsOnlyOnce("m.call.negotiate");
        call.hangsUp();
    }

    @Test
    void whoIsNotHeardIsToldInPlainWords() {
        FakeCall call = placed(MatrixBench.ALICES_SDP);

        media().disturbed("caller", Trouble.NEVER_HEARD);
        media().disturbed("callee", Trouble.INTERRUPTED);

        String _ = alice.expectNotice(call.room(), "The telephone can't hear you");
        String _ = alice.expectNotice(call.room(), "You can't hear the telephone any more");
        call.hangsUp();
    }

    @Test
    void aTelephoneLearnsWhoTakesOver() {
        FakeCall call = placed(MatrixBench.ALICES_SDP);
        PhoneNumber other = MatrixStage.newNumber();

        call.on("OTHER").asserts("m.call.asserted_identity", identity("@boss:example.org", "Not the boss"));
        call.asserts("m.call.asserted_identity", identity("@boss:example.org", "The boss"));
        call.asserts("org.matrix.call.asserted_identity", identity(null, "Alice at home"));
        call.asserts("m.call.asserted_identity", null);
        call.asserts("m.call.asserted_identity", identity(MatrixStage.ghost(other), null));
        call.asserts("m.call.asserted_identity", StringNode.valueOf("nonsense"));
        call.asserts("m.call.asserted_identity", identity("@_sip_bot:example.org", "The bot"));
        call.hangsUp();

        assertThat(phone().expectEnd()).isNotNull();
        assertThat(phone().asked.stream().filter(LegCommand.Identify.class::isInstance))
                .containsExactly(
                        identify(new MatrixUser("@boss:example.org"), "The boss"),
                        identify(new MatrixUser(alice.id()), "Alice at home"),
                        identify(new MatrixUser(alice.id()), ""),
                        identify(other, ""));
    }

    @Test
    void aTelephoneThatCalledLearnsItToo() {
        String _ = STAGE.chat(alice, number);
        FakePhones.Phone phone = STAGE.phones().calls(STAGE.bench().registry, number, alice.id());
        FakeCall call = alice.expectCall();
        call.answers(MatrixBench.ALICES_SDP);

        call.asserts("org.matrix.call.asserted_identity", identity(null, "Alice at home"));

        assertThat(phone.expect(LegCommand.Identify.class))
                .isEqualTo(identify(new MatrixUser(alice.id()), "Alice at home"));
        call.hangsUp();
    }

    private static ObjectNode identity(@Nullable String id, @Nullable String name) {
        ObjectNode identity = JsonMapper.shared().createObjectNode();
        if (id != null) {
            identity.put("id", id);
        }
        if (name != null) {
            identity.put("display_name", name);
        }
        return identity;
    }

    private static LegCommand identify(Party party, String name) {
        return new LegCommand.Identify(new Identity(party, name));
    }

    @Test
    void aTransferredCallNamesTheNewOtherSide() {
        FakeCall call = placed(MatrixBench.ALICES_SDP);
        PhoneNumber other = MatrixStage.newNumber();

        phone().says(new LegEvent.Identified(Identity.of(number)));
        phone().says(new LegEvent.Identified(Identity.of(other)));

        JsonNode identity = call.expect("m.call.asserted_identity").path("asserted_identity");
        assertThat(identity.path("id").asString("")).isEqualTo(MatrixStage.ghost(other));
        JsonNode _ = call.expect("org.matrix.call.asserted_identity");
        assertThat(alice.expectNotice(call.room(), "This call is with")).contains("+49 30 9018");
        assertThat(call.heard()).containsOnlyOnce("m.call.asserted_identity");
        call.hangsUp();
    }
}
