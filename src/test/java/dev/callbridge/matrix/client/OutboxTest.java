package dev.callbridge.matrix.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.matrix.client.Outgoing.Outcome;
import dev.callbridge.matrix.client.Outgoing.Urgency;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OutboxTest {

    private static final String GHOST = "@_sip_4930901820:example.org";

    private final FakeHomeserver homeserver = new FakeHomeserver("example.org");
    private final HomeserverClient client = new HomeserverClient(homeserver.url(), FakeHomeserver.AS_TOKEN);
    private final Outbox outbox = new Outbox(client);
    private final FakeUser alice = homeserver.user("@alice:example.org");
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private String room = "";

    @BeforeEach
    void makeRoom() throws MatrixException {
        client.register("_sip_4930901820");
        room = client.createDirectChat(GHOST, alice.id(), "A number", "");
    }

    @AfterEach
    void close() {
        homeserver.calm();
        outbox.close();
        client.close();
        homeserver.close();
    }

    private static boolean sends(FakeHomeserver.Request request) {
        return request.path().contains("/send/");
    }

    private void send(String purpose, Urgency urgency, Duration patience) {
        var content = JsonMapper.shared().createObjectNode().put("body", purpose);
        outbox.send(new Outgoing(room, GHOST, "m.test", purpose, content, urgency, patience), outcomes::add);
    }

    private void call(String purpose) {
        send(purpose, Urgency.CALL, Duration.ofSeconds(20));
    }

    private List<String> said() {
        return alice.heard(room).stream()
                .filter(event -> event.path("type").asString("").equals("m.test"))
                .map(event -> event.path("content").path("body").asString(""))
                .toList();
    }

    private Outcome outcome() throws InterruptedException {
        Outcome outcome = outcomes.poll(8, TimeUnit.SECONDS);
        assertThat(outcome).isNotNull();
        return outcome;
    }

    @Test
    void keepsTheOrderWithinARoom() {
        List<String> purposes = List.of("1", "2", "3", "4", "5", "6", "7", "8", "9");
        homeserver.disturb(OutboxTest::sends, 2, 500, null, Duration.ZERO);

        purposes.forEach(this::call);

        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> assertThat(said()).isEqualTo(purposes));
    }

    @Test
    void letsCallEventsGoAheadOfNotices() {
        homeserver.disturb(OutboxTest::sends, 1, 0, null, Duration.ofMillis(300));
        send("first", Urgency.NOTICE, Duration.ofSeconds(20));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> homeserver.requests().stream().anyMatch(OutboxTest::sends));
        send("notice", Urgency.NOTICE, Duration.ofSeconds(20));
        call("call");

        await().atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> assertThat(said()).containsExactly("first", "call", "notice"));
    }

    @Test
    void letsACallEventPassANoticeThatHasToWait() throws InterruptedException {
        homeserver.disturb(OutboxTest::sends, 1, 429, 60_000L, Duration.ZERO);
        send("notice", Urgency.NOTICE, Duration.ofMinutes(5));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> homeserver.requests().stream().anyMatch(OutboxTest::sends));
        call("call");

        assertThat(outcome()).isInstanceOf(Outcome.Sent.class);
        assertThat(said()).containsExactly("call");
    }

    @Test
    void waitsAsLongAsTheHomeserverAsks() throws InterruptedException {
        homeserver.disturb(OutboxTest::sends, 1, 429, 700L, Duration.ZERO);
        long before = System.nanoTime();

        call("call");

        assertThat(outcome()).isInstanceOf(Outcome.Sent.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(700));
    }

    @Test
    void givesUpWhenAnEventIsOfNoUseAnyMore() throws InterruptedException {
        homeserver.disturb(OutboxTest::sends, 99, 503, null, Duration.ZERO);

        send("call", Urgency.CALL, Duration.ofMillis(500));

        assertThat(outcome()).isEqualTo(new Outcome.Dropped("too late"));
    }

    @Test
    void doesNotRepeatWhatIsRefused() throws InterruptedException {
        homeserver.disturb(OutboxTest::sends, 1, 403, null, Duration.ZERO);

        call("call");

        assertThat(outcome()).isInstanceOf(Outcome.Dropped.class);
        assertThat(homeserver.requests().stream().filter(OutboxTest::sends)).hasSize(1);
    }

    @Test
    void repeatsAnAnswerThatGotLostWithoutASecondEvent() throws InterruptedException {
        call("same");
        Outcome first = outcome();
        call("same");

        assertThat(outcome()).isEqualTo(first);
        assertThat(said()).containsExactly("same");
    }

    @Test
    void takesBackWhatHasNotLeft() throws InterruptedException {
        homeserver.disturb(OutboxTest::sends, 1, 429, 60_000L, Duration.ZERO);
        call("call");
        await().atMost(Duration.ofSeconds(5))
                .until(() -> homeserver.requests().stream().anyMatch(OutboxTest::sends));

        assertThat(outbox.withdraw(room, "call")).isTrue();

        assertThat(outcome()).isEqualTo(new Outcome.Dropped("taken back"));
    }

    @Test
    void sendsOnWhenSomebodyCantHearWhatBecameOfAnEvent() throws InterruptedException {
        var content = JsonMapper.shared().createObjectNode().put("body", "deaf");
        outbox.send(new Outgoing(room, GHOST, "m.test", "deaf", content, Urgency.CALL, Duration.ofSeconds(5)), _ -> {
            throw new IllegalStateException("on purpose");
        });
        call("next");

        assertThat(outcome()).isInstanceOf(Outcome.Sent.class);
        assertThat(said()).containsExactly("deaf", "next");
    }

    @Test
    void takesNoMoreThanARoomCanHave() {
        homeserver.disturb(OutboxTest::sends, 999, 429, 60_000L, Duration.ZERO);

        for (int i = 0; i < 150; i++) {
            call("call" + i);
        }

        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(outcomes).hasSize(50));
    }
}
