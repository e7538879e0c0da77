package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// 200 to an INVITE that nobody remembers.
@Timeout(60)
class StrayAnswerTest {

    final Softphone phone = new Softphone("127.0.0.2");
    final Softphone victim = new Softphone("127.0.0.3");
    final Rig rig = new Rig();

    @BeforeEach
    void start() {
        rig.trunk("carrier", phone.hostPort()).start();
    }

    @AfterEach
    void close() {
        rig.close();
        phone.close();
        victim.close();
    }

    @Test
    void isAcknowledgedAndHungUpWhenItsInviteMayHaveBeenOurs() {
        answers(ours(), "z9hG4bKabcdefghij012345");

        Awaitility.await()
                .untilAsserted(() -> assertThat(victim.received("ACK")).isNotEmpty());
        Awaitility.await()
                .untilAsserted(() -> assertThat(victim.received("BYE")).isNotEmpty());
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:5, z9hG4bKabcdefghij012345", "ours, z9hG4bKx", "192.0.2.1:5060, z9hG4bKabcdefghij012345"})
    void makesUsSendNothingToAnybodyWhenItIsInvented(String sentBy, String branch) {
        answers(sentBy.equals("ours") ? ours() : sentBy, branch);

        // What comes later is dealt with later.
        String later = "z9hG4bKlaterabcde012345";
        answers(ours(), later);
        Awaitility.await()
                .untilAsserted(() -> assertThat(victim.received("BYE")).isNotEmpty());
        assertThat(victim.messages())
                .filteredOn(SipMessage::received)
                .allSatisfy(each -> assertThat(each.header("Call-ID")).isEqualTo(later));
    }

    @Test
    void isHungUpSomeTimesOnlyWhenManyCome() {
        for (int i = 0; i < 100; i++) {
            answers(ours(), "z9hG4bKabcdefghij01" + (1_000 + i));
        }

        Awaitility.await()
                .untilAsserted(() -> assertThat(victim.received("ACK")).isNotEmpty());
        assertThat(victim.isLeftAlone(Duration.ofMillis(700))).isTrue();
        assertThat(victim.received("ACK")).hasSizeBetween(1, 40);
    }

    private String ours() {
        return "127.0.0.1:" + rig.address().getPort();
    }

    private void answers(String sentBy, String branch) {
        String text = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP " + sentBy + ";branch=" + branch
                + "\r\nFrom: <sip:a@b>;tag=x\r\nTo: <sip:c@d>;tag=y\r\nCall-ID: " + branch
                + "\r\nCSeq: 1 INVITE\r\nContact: <sip:v@" + victim.hostPort() + ">\r\nContent-Length: 0\r\n\r\n";
        phone.send(text, rig.address(), Softphone.Via.UDP);
    }
}
