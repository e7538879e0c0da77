package dev.callbridge;

import static dev.callbridge.Bench.silentOffer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.Bench.Verdict;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Trunks that want a login, and trunks that stand in for each other; with a database that goes away meanwhile.
@Timeout(120)
class TrunksIT {

    @TempDir
    private static Path directory;

    private static Softphone spare;
    private static Bench bench;

    private FakeUser alice;
    private final String number = Bench.newNumber();

    @BeforeAll
    static void start() {
        spare = new Softphone("127.0.0.1");
        bench = new Bench(
                directory,
                TestDatabase.alone(),
                bridge -> bridge.with("callbridge.trunks.carrier.login.user", "alice")
                        .with("callbridge.trunks.carrier.login.password", "secret")
                        .trunk("spare", spare.port())
                        .route("+", "spare"));
    }

    @BeforeEach
    void meet() {
        alice = bench.newUser();
    }

    @AfterAll
    static void stop() {
        bench.close();
        spare.close();
    }

    private FakeCall calls() {
        return bench.calls(alice, number, silentOffer());
    }

    private void isRejectedAsNotWrittenDown(FakeCall call) {
        JsonNode _ = call.expectReject();
        String _ = alice.expectNotice(call.room(), "could not write the call down");
    }

    @ParameterizedTest
    @CsvSource({"401, MD5, Authorization", "407, SHA-256, Proxy-Authorization"})
    void aTrunkThatAsksForCredentialsGetsThem(int status, String algorithm, String header) {
        FakeCall call = calls();
        SoftphoneCall dialled = bench.trunk.expectInvite(number);
        dialled.challenge(status, "realm=\"here\", nonce=\"abc\", qop=\"auth\", algorithm=" + algorithm);

        SipMessage again = dialled.expect("INVITE");
        DigestCheck.holds(again.header(header), "alice", "secret", "INVITE");
        dialled.answer(bench.trunk.sdp(4_000));
        dialled.expectAck();
        JsonNode _ = call.expectAnswer();

        call.hangsUp();
        dialled.expectBye();
        assertThat(bench.verdict(alice)).isEqualTo(new Verdict("hangup", "caller"));
    }

    @Test
    void theNextTrunkOfTheSamePrefixCarriesWhatTheFirstCantAndNobodyHearsOfIt() {
        FakeCall call = calls();
        bench.trunk.expectInvite(number).refuse(503);

        SoftphoneCall second = spare.expectInvite(number);
        second.answer(spare.sdp(4_000));
        second.expectAck();

        JsonNode _ = call.expectAnswer();
        assertThat(call.heard()).doesNotContain("m.call.reject");
        call.hangsUp();
        second.expectBye();
        assertThat(bench.verdict(alice)).isEqualTo(new Verdict("hangup", "caller"));
    }

    @Test
    void anInviteThatCantBeWrittenDownIsNotDialledNowAndNotWhenTheDatabaseGoesOn() {
        // In a chat where a call was before, the bridge looks for none by itself.
        FakeCall earlier = calls();
        bench.trunk.expectInvite(number).refuse(486);
        JsonNode _ = earlier.expectReject();
        assertThat(bench.verdict(alice).reason()).isEqualTo("busy");
        String room = earlier.room();
        // So old that the bridge asks whether it is over already: that answer is what it waits for.
        var look = bench.homeserver.hold(request -> request.path().endsWith("/messages"));
        FakeCall call = alice.calls(room, silentOffer(), 5_000, true);
        look.expectArrival();

        try (var _ = bench.bridge.database().freeze()) {
            look.letGo();
            isRejectedAsNotWrittenDown(call);
            bench.awaitNoCalls();
        }

        assertThat(bench.verdict(alice)).isEqualTo(new Verdict("not-recorded", "bridge"));
        theNextCallGetsThrough();
        wasDialledOnce();
    }

    /// Nothing of it is acknowledged, so the homeserver repeats it.
    @Test
    void aCallThatBeganAndEndedWhileTheDatabaseWasAwayIsNeverDialled() {
        String room = alice.dm(Bench.ghost(number));
        try (var _ = bench.bridge.database().freeze()) {
            alice.calls(room, silentOffer(), 5_000, true).hangsUp();
        }

        FakeCall next = alice.calls(room, silentOffer());
        bench.trunk.expectInvite(number).refuse(486);
        JsonNode _ = next.expectReject();
        assertThat(bench.verdict(alice).reason()).isEqualTo("busy");
        wasDialledOnce();
    }

    @Test
    void noSecondTrunkIsTriedWhenThatCantBeWrittenDown() {
        FakeCall call = calls();
        SoftphoneCall first = bench.trunk.expectInvite(number);

        try (var _ = bench.bridge.database().freeze()) {
            first.refuse(503);
            isRejectedAsNotWrittenDown(call);
            bench.awaitNoCalls();
        }

        assertThat(bench.verdict(alice)).isEqualTo(new Verdict("not-recorded", "bridge"));
        theNextCallGetsThrough();
        wasDialledOnce();
    }

    private void wasDialledOnce() {
        assertThat(bench.trunk.invites(number)).isEqualTo(1);
        assertThat(spare.invites(number)).isZero();
        assertThat(bench.intents(number)).isEqualTo(1);
    }

    private void theNextCallGetsThrough() {
        String other = Bench.newNumber();
        FakeCall next = bench.calls(alice, other, silentOffer());
        bench.trunk.expectInvite(other).refuse(486);
        assertThat(next.expectReject().path("reason").asString("")).isEqualTo("user_busy");
    }
}
