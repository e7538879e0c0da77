package dev.callbridge.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.Softphone;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TrunkHealthTest {

    final Softphone phone = new Softphone("127.0.0.2");
    final Softphone second = new Softphone("127.0.0.3");
    final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
        phone.close();
        second.close();
    }

    @Test
    void isDownAfterThreeMissesAndUpAfterTwoHits() {
        rig.trunk("first", phone.hostPort()).set("trunks.first.probe", "200ms");
        rig.trunk("second", second.hostPort()).start();
        await().until(() -> health("first") == Trunk.Health.UP);
        assertThat(rig.endpoint().lines())
                .anyMatch(line -> line.startsWith("SIP listens on 127.0.0.1:"))
                .contains("Trunk first (" + phone.hostPort() + ", udp): up")
                .contains("Trunk second (" + second.hostPort() + ", udp): not asked (probe: 0s)");

        phone.answerOptions(false);
        await().until(() -> health("first") == Trunk.Health.DOWN);
        rig.dials(new PhoneNumber(Rig.PHONE));
        second.expectInvite().refuse(486);
        assertThat(phone.received("INVITE")).isEmpty();

        phone.answerOptions(true);
        await().atMost(Duration.ofSeconds(10)).until(() -> health("first") == Trunk.Health.UP);
        rig.dials(new PhoneNumber(Rig.PHONE));
        phone.expectInvite().refuse(486);
    }

    private Trunk.Health health(String name) {
        return rig.trunks().named(name).orElseThrow().health();
    }
}
