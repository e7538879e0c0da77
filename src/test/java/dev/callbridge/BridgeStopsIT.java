package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.Bench.Verdict;
import dev.callbridge.sdp.AudioCodec;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The bridge is stopped while people talk.
@Timeout(120)
class BridgeStopsIT {

    @TempDir
    private Path directory;

    @Test
    void everybodyIsHungUpAndTheUsersAreToldWhy() {
        try (var bench = new Bench(directory);
                var outgoing = Conversation.fromMatrix(bench, AudioCodec.PCMA);
                var incoming = Conversation.fromPhone(bench, AudioCodec.PCMA)) {
            outgoing.bothHearEachOther();
            incoming.bothHearEachOther();

            Thread stopping = Thread.ofVirtual().start(bench.bridge::close);

            for (var talk : new Conversation[] {outgoing, incoming}) {
                assertThat(talk.sip().expectBye().header("Reason")).contains("Q.850;cause=38");
                assertThat(talk.matrix().expectHangup().path("reason").asString(""))
                        .isEqualTo("unknown_error");
                String _ = talk.user().expectNotice(talk.matrix().room(), "is being restarted");
                assertThat(bench.verdict(talk.user())).isEqualTo(new Verdict("shutting-down", "bridge"));
            }
            assertThat(join(stopping)).as("stopped in time").isTrue();
        }
    }

    private static boolean join(Thread thread) {
        try {
            return thread.join(Bench.PATIENCE);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
