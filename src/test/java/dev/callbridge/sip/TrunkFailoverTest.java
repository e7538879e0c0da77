package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.Softphone;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two trunks, of which the first does not do its work.
@Timeout(60)
class TrunkFailoverTest {

    static final PhoneNumber BERLIN = new PhoneNumber(Rig.PHONE);

    final Softphone first = new Softphone("127.0.0.2");
    final Softphone second = new Softphone("127.0.0.3");
    final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
        first.close();
        second.close();
    }

    private void start() {
        rig.trunk("first", first.hostPort()).trunk("second", second.hostPort()).start();
    }

    @Test
    void triesTheNextTrunkWhenOneIsOutOfOrder() {
        start();
        var alice = rig.dials(BERLIN);
        first.expectInvite().refuse(503);

        var call = second.expectInvite();
        call.answer(second.sdp(4_000));
        call.expectAck();
        call.answerBye();

        alice.expect(LegCommand.Answer.class);
        assertThat(rig.journal.intents).hasSize(2);
    }

    @Test
    void triesTheNextTrunkWhenOneIsSilentAndCancelsTheFirstWhenItWakes() {
        start();
        var alice = rig.dials(BERLIN);
        var late = first.expectInvite();

        var call = second.expectInvite();
        call.answer(second.sdp(4_000));
        call.expectAck();
        call.answerBye();
        alice.expect(LegCommand.Answer.class);
        late.answer(first.sdp(4_000));

        late.expectAck();
        late.expectBye();
    }

    @Test
    void offersEachTrunkWhatThatTakes() {
        rig.trunk("first", first.hostPort(), "codecs=PCMA")
                .trunk("second", second.hostPort(), "codecs=PCMU", "srtp=optional")
                .start();
        var alice = rig.dials(BERLIN);
        first.expectInvite().refuse(503);
        second.expectInvite().refuse(488);

        var call = second.expectInvite();
        call.answer(second.sdp(4_000));
        call.expectAck();
        call.answerBye();

        alice.expect(LegCommand.Answer.class);
        assertThat(rig.commands)
                .filteredOn(MediaCommand.Move.class::isInstance)
                .extracting(move -> ((MediaCommand.Move) move).place())
                .containsExactly(1, 2);
        assertThat(rig.places.get("callee"))
                .extracting(place -> ((MediaProfile.PlainRtp) place).srtp())
                .containsExactly(MediaProfile.Srtp.OFF, MediaProfile.Srtp.OPTIONAL, MediaProfile.Srtp.OFF);
    }

    @Test
    void asksATrunkThatWantsToRestLast() {
        start();
        rig.dials(BERLIN);
        first.expectInvite().refuse(503, "Retry-After: 60");
        second.expectInvite().refuse(486);
        rig.journal.expectVerdict();

        rig.dials(BERLIN);

        second.expectInvite().refuse(486);
        assertThat(first.isLeftAlone(Duration.ofMillis(200))).isTrue();
    }

    @Test
    void cancelsATrunkThatItLeftAsSoonAsItRings() {
        start();
        rig.dials(BERLIN);
        var late = first.expectInvite();
        var call = second.expectInvite();

        late.ring();

        late.expectCancel();
        assertThat(second.received("CANCEL")).isEmpty();
        call.refuse(486);
        rig.journal.expectVerdict();
    }

    @Test
    void triesTheNextTrunkWhenOneRefusesConnections() {
        String nobody = "sip:" + first.hostPort() + ";transport=tcp";
        first.close();
        rig.trunk("first", nobody).trunk("second", second.hostPort()).start();
        rig.dials(BERLIN);

        second.expectInvite().refuse(486);

        assertThat(rig.journal.expectVerdict().end()).isEqualTo(CallEnd.of(HangupCause.BUSY));
    }
}
