package dev.callbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.BridgeUnderTest;
import dev.callbridge.testkit.FakeCall;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.RtpPhone;
import dev.callbridge.testkit.Softphone;
import dev.callbridge.testkit.SoftphoneCall;
import dev.callbridge.testkit.TestDatabase;
import dev.callbridge.testkit.Tone;
import dev.callbridge.testkit.WebRtcPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// The whole bridge as it runs, between a homeserver, a trunk and browsers. Every user and every number is new, so that
/// tests share one bridge and meet nobody else's calls.
final class Bench implements AutoCloseable {

    static final String SERVER = "example.org";
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final Tone BROWSER = new Tone(1000);
    static final Tone PHONE = new Tone(450);

    private static final AtomicInteger COUNT = new AtomicInteger(10);

    /// How many users can be dialled.
    private static final int LINES = 20;

    /// How a call ended, as it was written down.
    record Verdict(String reason, String endedBy) {}

    /// A Matrix user with a number of its own, for which the trunk calls.
    record Line(FakeUser user, String number) {}

    final FakeHomeserver homeserver = new FakeHomeserver(SERVER);
    final Softphone trunk = new Softphone("127.0.0.1");
    final BridgeUnderTest bridge;
    private final AtomicInteger lines = new AtomicInteger();

    /// A bridge with one trunk for everything.
    Bench(Path directory) {
        this(directory, new TestDatabase(), _ -> {});
    }

    /// @param settings says what is different
    Bench(Path directory, TestDatabase database, Consumer<BridgeUnderTest> settings) {
        bridge = new BridgeUnderTest(directory, SERVER, database)
                .with("callbridge.media.listen", "127.0.0.1")
                .trunk("carrier", trunk.port())
                .route("+", "carrier");
        for (int line = 0; line < LINES; line++) {
            bridge.number(numberOf(line), userOf(line));
        }
        settings.accept(bridge);
        homeserver.connect(bridge.url());
        bridge.start(homeserver.url());
        await().atMost(PATIENCE).until(() -> homeserver.registered().contains("@_sip_bot:" + SERVER));
    }

    private static String numberOf(int line) {
        return "+49309018" + (20 + line);
    }

    private static String userOf(int line) {
        return "@bob" + line + ":" + SERVER;
    }

    /// Somebody who has never called.
    FakeUser newUser() {
        return homeserver.user("@alice" + COUNT.incrementAndGet() + ":" + SERVER);
    }

    /// A telephone that nobody has called, and that has called nobody.
    static String newNumber() {
        return "+49301234" + (1_000 + COUNT.incrementAndGet());
    }

    /// Somebody whom nobody has dialled.
    Line newLine() {
        int line = lines.getAndIncrement();
        assertThat(line).as("lines of the bench").isLessThan(LINES);
        return new Line(homeserver.user(userOf(line)), numberOf(line));
    }

    static String ghost(String number) {
        return "@_sip_" + number.substring(1) + ":" + SERVER;
    }

    /// What Chromium offers, from nowhere: good for calls in which nobody speaks.
    static String silentOffer() {
        return description("chromium-156-offer.sdp");
    }

    /// Of a browser that has Opus and nothing else.
    static String opusOffer() {
        return description("nheko-0.11-offer.sdp");
    }

    /// Of a browser that nobody will ever reach.
    static String silentAnswer() {
        return description("matrix-js-sdk-43-answer.sdp");
    }

    private static String description(String name) {
        try (var stream = Bench.class.getResourceAsStream("/sdp/" + name)) {
            String text = new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
            return text.replaceAll("a=candidate:[^\n]*\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A telephone's voice.
    static RtpPhone rtp(AudioCodec... codecs) {
        return new RtpPhone(InetAddress.getLoopbackAddress(), PHONE, codecs);
    }

    /// `user` calls `number` in a direct chat.
    FakeCall calls(FakeUser user, String number, String offer) {
        return user.calls(user.dm(ghost(number)), offer);
    }

    /// The telephone `caller` dials `line`.
    SoftphoneCall dials(String caller, Line line, String offer) {
        return dials(caller, line.number(), offer);
    }

    SoftphoneCall dials(String caller, String number, String offer) {
        return trunk.call(
                "<sip:" + caller + "@127.0.0.1>",
                number,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.sipPort()),
                Softphone.Via.UDP,
                offer);
    }

    /// `user` has a chat with `number` already.
    String knows(FakeUser user, String number) {
        String room = user.dm(ghost(number));
        await().atMost(PATIENCE)
                .until(() -> bridge.database()
                                .jdbc()
                                .sql("select count(*) from portal where ghost = ? and user_id = ?")
                                .params(ghost(number), user.id())
                                .query(Long.class)
                                .single()
                        == 1);
        return room;
    }

    /// Waits until the last call of `user` is over and written down.
    Verdict verdict(FakeUser user) {
        return verdict(user.id());
    }

    Verdict verdict(String party) {
        return await().atMost(PATIENCE)
                .until(
                        () -> bridge.database()
                                .jdbc()
                                .sql("""
                                        select reason, ended_by from calls where ? in (caller, callee)
                                        and closed_at is not null order by call_key desc limit 1""")
                                .param(party)
                                .query((row, _) -> new Verdict(row.getString("reason"), row.getString("ended_by")))
                                .optional(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /// How many INVITEs to `number` were written down as to be sent.
    long intents(String number) {
        return bridge.database()
                .jdbc()
                .sql("select count(*) from dialled where intent ->> 'requestUri' like ? and not abandoned")
                .param("sip:" + number + "@%")
                .query(Long.class)
                .single();
    }

    void awaitNoCalls() {
        await().atMost(PATIENCE).until(() -> bridge.bean(CallRegistry.class).size() == 0);
    }

    static String sdp(JsonNode content, String kind) {
        return content.path(kind).path("sdp").asString("");
    }

    static void bothHearEachOther(WebRtcPeer browser, RtpPhone phone) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(phone.hears(BROWSER))
                        .as(phone.hearing(BROWSER))
                        .isTrue());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.hears(PHONE))
                        .as(browser.hearing(PHONE))
                        .isTrue());
    }

    @Override
    public void close() {
        bridge.close();
        homeserver.close();
        trunk.close();
        bridge.database().close();
    }
}
