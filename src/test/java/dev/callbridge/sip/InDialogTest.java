package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.Digit;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.testkit.DigestCheck;
import dev.callbridge.testkit.SipMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What else is asked in a call than to change it: keys by INFO, OPTIONS, and what we don't do.
class InDialogTest extends TalkTrial {

    @Test
    void hearsKeysThatComeByInfo() {
        var call = talk(Role.WE);

        call.inDialog("INFO", "Signal=5\r\nDuration=240\r\n", "Content-Type: application/dtmf-relay");
        call.expectStatus(200);
        assertThat(rig.expect(MediaCommand.Press.class))
                .extracting(MediaCommand.Press::digit, MediaCommand.Press::length)
                .containsExactly(new Digit('5'), Duration.ofMillis(240));
        call.inDialog("INFO", "x", "Content-Type: application/media_control+xml");
        assertThat(call.expectStatus(415).header("Accept")).contains("application/dtmf-relay");
        call.inDialog("INFO", null);
        call.expectStatus(200);
    }

    @Test
    void sendsKeysByInfoWhereTheTrunkWantsItOneAfterTheOther() {
        var call = talk(Role.THEY, "dtmf=info");
        assertThat(String.valueOf(rig.profile("caller"))).contains("events=false");

        rig.pressed("caller", new Digit('1'), Duration.ofMillis(120));
        rig.pressed("caller", new Digit('#'), Duration.ofMillis(100));
        SipMessage first = call.expect("INFO");
        assertThat(first.body()).isEqualTo("Signal=1\r\nDuration=120\r\n");
        assertThat(first.header("Content-Type")).isEqualTo("application/dtmf-relay");
        call.respond(first, 200);

        assertThat(call.expect("INFO").body()).startsWith("Signal=#");
    }

    @Test
    void answersAChallengeToAKeyAndSendsTheNextOneAfterIt() {
        var call = talk(Role.WE, "dtmf=info", "login.user=alice", "login.password=secret");
        String asked = "WWW-Authenticate: Digest realm=\"here\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"";

        rig.pressed("callee", new Digit('1'), Duration.ofMillis(120));
        rig.pressed("callee", new Digit('2'), Duration.ofMillis(120));
        call.respond(call.expect("INFO"), 401, asked);
        SipMessage again = call.expect("INFO");

        DigestCheck.holds(again.header("Authorization"), "alice", "secret", "INFO");
        assertThat(again.body()).startsWith("Signal=1");
        call.respond(again, 401, asked);
        assertThat(call.expect("INFO").body()).startsWith("Signal=2");
    }

    @Test
    void saysWhatItCanWhenAskedInTheCall() {
        var call = talk(Role.THEY);
        call.inDialog("OPTIONS", null);
        SipMessage ok = call.expectStatus(200);
        assertThat(ok.headers("Allow").toString())
                .contains("UPDATE")
                .contains("PRACK")
                .doesNotContain("REFER");
        assertThat(ok.headers("Supported").toString()).contains("timer").contains("100rel");
        assertThat(ok.header("Accept")).isEqualTo("application/sdp");

        call.inDialog("REFER", null, "Refer-To: <sip:x@y>");
        assertThat(call.expectStatus(405).headers("Allow").toString()).contains("INFO");
    }

    /// RFC 3261 §12.2.2.
    @Test
    void saysThatADialogIsGoneWhenAskedInIt() {
        var call = talk(Role.WE);
        call.hangUp();
        call.expectStatus(200);
        await().until(() -> rig.registry().size() == 0);

        call.inDialog("OPTIONS", null);

        call.expectStatus(481);
    }
}
