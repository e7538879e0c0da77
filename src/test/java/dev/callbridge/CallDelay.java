package dev.callbridge;

import static java.util.Objects.requireNonNull;

import dev.callbridge.testkit.BridgeProcess;
import dev.callbridge.testkit.BridgeUnderTest;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.SipMessage;
import dev.callbridge.testkit.Softphone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How long the bridge takes to hand a call on, seen by its peers: from an invite event that leaves the
/// homeserver to
/// the INVITE at the telephone, and from an INVITE to the invite event at the homeserver. Five calls a second.
///
/// ```
/// mvn -q -Pdelay test-compile exec:exec
/// mvn -q -Pdelay test-compile exec:exec -Ddelay.leaks=true
/// ```
///
/// The bridge runs as a process of its own and is started three times on one database: to open the chats, and
/// cold for
/// each direction. The second command looks for what calls leave behind, which takes three minutes more.
final class CallDelay implements AutoCloseable {

    private static final String SERVER = "delay.test";
    private static final String BOT = "@_sip_bot:" + SERVER;
    private static final Duration PACE = Duration.ofMillis(200);
    private static final Duration RING_AFTER = Duration.ofMillis(150);
    private static final Duration TALK = Duration.ofMillis(500);
    /// A call that is given up earlier might not get as far as the other side when the bridge is cold.
    private static final Duration LONG_RINGING = Duration.ofSeconds(3);
    /// Until every SIP transaction is forgotten (RFC 3261 §17: 32 s) and every dialog after it.
    private static final Duration REST = Duration.ofSeconds(75);

    private static final int USERS = 20;
    private static final int COLD = 10;
    private static final int FEW = 20;
    private static final int WARM = 200;
    /// Users from here on join nothing but their line room.
    private static final int SHY = USERS;

    /// A user and a number that have a chat.
    private record Chat(FakeUser user, String number, String room) {}

    /// @param in when it left a peer, by [System#nanoTime]
    private record Sample(long in, long out) {

        double millis() {
            return (out - in) / 1e6;
        }
    }

    private final Path directory;
    private final FakeHomeserver homeserver = new FakeHomeserver(SERVER);
    private final Softphone phone = new Softphone("127.0.0.1");
    private final BridgeUnderTest bridge;
    private final List<Chat> chats = new ArrayList<>();
    private final String offer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private int runs;

    private CallDelay() throws IOException {
        directory = Files.createTempDirectory("call-delay");
        offer = Files.readString(Path.of("src/test/resources/sdp/chromium-156-offer.sdp"));
        bridge = new BridgeUnderTest(directory, SERVER)
                .trunk("phone", phone.port())
                .with("callbridge.trunks.phone.max-calls", 200)
                .with("callbridge.limits.calls-per-user", 50)
                .route("+", "phone");
        for (int i = 0; i < SHY + FEW; i++) {
            bridge.number(ownNumber(i), userId(i));
        }
    }

    public static void main(String[] args) throws Exception {
        try (var delay = new CallDelay()) {
            delay.openChats();
            delay.coldFromMatrix();
            delay.everything(Boolean.getBoolean("delay.leaks"));
        }
        System.exit(0);
    }

    private static String userId(int i) {
        return "@user" + i + ":" + SERVER;
    }

    private static String ownNumber(int i) {
        return String.format(Locale.ROOT, "+49309018%04d", i);
    }

    private static String otherNumber(int i) {
        return String.format(Locale.ROOT, "+49409018%04d", i);
    }

    private static String ghost(String number) {
        return "@_sip_" + number.substring(1) + ":" + SERVER;
    }

    private BridgeProcess start() {
        runs++;
        Path log = directory.resolve("bridge-" + runs + ".log");
        List<String> options = Stream.of(System.getProperty("delay.options", "").split(" "))
                .filter(option -> !option.isEmpty())
                .toList();
        homeserver.connect(bridge.url());
        return BridgeProcess.start(bridge, homeserver.url(), directory.resolve("data"), log, options);
    }

    private void openChats() {
        for (int i = 0; i < USERS; i++) {
            homeserver.acceptInvitesFor(userId(i));
        }
        try (var _ = start()) {
            for (int i = 0; i < USERS; i++) {
                FakeUser user = homeserver.user(userId(i));
                chats.add(new Chat(user, otherNumber(i), user.dm(ghost(otherNumber(i)))));
            }
            for (int i = SHY; i < SHY + FEW; i++) {
                FakeUser user = homeserver.user(userId(i));
                user.joins(user.expectRoomWith(BOT));
            }
            // The bridge looks into new chats again for three seconds.
            pause(Duration.ofSeconds(4));
            homeserver.disconnect();
        }
    }

    private void coldFromMatrix() {
        try (var _ = start()) {
            report("event to INVITE, first calls after the start", run(COLD, i -> fromMatrix(chats.get(i))));
            homeserver.disconnect();
        }
    }

    private void everything(boolean leaks) throws IOException {
        try (var running = start()) {
            report(
                    "INVITE to event, first calls after the start",
                    run(COLD, i -> fromPhone(chats.get(i), LONG_RINGING)));
            report("INVITE to event, first of a pair", run(COLD, i -> fromPhone(chats.get(COLD + i), LONG_RINGING)));
            report("event to INVITE, first of this direction", run(COLD, i -> fromMatrix(chats.get(i))));
            List<String> before = leaks ? rested(running, List.of()) : List.of();
            report("event to INVITE, warm", run(WARM, i -> fromMatrix(chats.get(i % USERS))));
            report("INVITE to event, warm", run(WARM, i -> fromPhone(chats.get(i % USERS), TALK)));
            report("event to INVITE, first call in a new chat", run(FEW, this::inNewChat));
            report("INVITE to event, new caller, chat joined at once", run(FEW, this::firstTime));
            report("INVITE to event, new caller, line room", run(FEW, this::firstTimeOfShy));
            if (leaks) {
                rested(running, before);
            }
            homeserver.disconnect();
        }
    }

    /// Starts a call every fifth of a second and waits until all are over.
    private List<Sample> run(int count, IntFunction<Sample> call) {
        List<CompletableFuture<Sample>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(new CompletableFuture<>());
        }
        for (int i = 0; i < count; i++) {
            int number = i;
            Runnable place = () -> {
                try {
                    calls.get(number).complete(call.apply(number));
                } catch (RuntimeException | AssertionError e) {
                    calls.get(number).completeExceptionally(e);
                }
            };
            var _ = clock.schedule(() -> Thread.ofVirtual().start(place), i * PACE.toMillis(), TimeUnit.MILLISECONDS);
        }
        return calls.stream().map(CompletableFuture::join).toList();
    }

    private Sample fromMatrix(Chat chat) {
        ObjectNode content = content("out" + System.nanoTime()).put("lifetime", 60_000);
        content.putObject("offer").put("type", "offer").put("sdp", offer);
        String event = chat.user().sends(chat.room(), "m.call.invite", content, 0, true);
        pause(RING_AFTER);
        phone.expectInvite().ring();
        pause(TALK);
        ObjectNode end = content(content.path("call_id").asString("")).put("reason", "user_hangup");
        chat.user().sends(chat.room(), "m.call.hangup", end, 0, true);
        pause(TALK);
        long in = requireNonNull(homeserver.departure(event), "the invite never left");
        return new Sample(
                in,
                phone.received("INVITE").stream()
                        .filter(invite ->
                                invite.nanos() > in && invite.requestUri().contains(chat.number()))
                        .mapToLong(SipMessage::nanos)
                        .min()
                        .orElseThrow());
    }

    private static ObjectNode content(String callId) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("call_id", callId)
                .put("party_id", "DEVICE")
                .put("version", "1");
    }

    private Sample inNewChat(int i) {
        FakeUser user = chats.get(i).user();
        String number = otherNumber(1_000 + i);
        return fromMatrix(new Chat(user, number, user.dm(ghost(number))));
    }

    private Sample fromPhone(Chat chat, Duration ringing) {
        return fromPhone(
                chat.number(), ownNumber(chats.indexOf(chat)), chat.user().id(), ringing);
    }

    private Sample firstTime(int i) {
        return fromPhone(otherNumber(2_000 + i), ownNumber(i), userId(i), LONG_RINGING);
    }

    private Sample firstTimeOfShy(int i) {
        int user = SHY + i;
        return fromPhone(otherNumber(3_000 + i), ownNumber(user), userId(user), LONG_RINGING);
    }

    private Sample fromPhone(String caller, String called, String user, Duration ringing) {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), bridge.sipPort());
        var call = phone.call("<sip:" + caller + "@127.0.0.1>", called, address, Softphone.Via.UDP, phone.sdp(4000));
        long in = call.invite().nanos();
        pause(RING_AFTER.plus(ringing));
        call.cancel();
        call.expectStatus(200);
        call.expectStatus(487);
        return new Sample(
                in,
                homeserver.requests().stream()
                        .filter(request -> request.nanos() > in
                                && request.path().contains("/send/m.call.invite/")
                                && request.body().path("invitee").asString("").equals(user))
                        .mapToLong(FakeHomeserver.Request::nanos)
                        .min()
                        .orElseThrow());
    }

    private void pause(Duration time) {
        Future<?> over = clock.schedule(() -> {}, time.toMillis(), TimeUnit.MILLISECONDS);
        try {
            over.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void report(String what, List<Sample> samples) {
        List<Double> sorted = samples.stream().map(Sample::millis).sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-50s n %3d  p50 %7.1f  p90 %7.1f  p99 %7.1f  max %7.1f  first %7.1f ms  load %s%n",
                what,
                sorted.size(),
                rank(sorted, 0.50),
                rank(sorted, 0.90),
                rank(sorted, 0.99),
                sorted.getLast(),
                samples.getFirst().millis(),
                load());
    }

    /// The smallest value that is at least as large as this share of all.
    private static double rank(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }

    private static String load() {
        try {
            return Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0];
        } catch (IOException _) {
            return "unknown";
        }
    }

    /// What is left when nobody has called for a while.
    private List<String> rested(BridgeProcess running, List<String> before) throws IOException {
        pause(REST);
        List<String> histogram = running.histogram();
        System.out.printf(
                "at rest: %d threads, %d files, heap %s; rows open: %s%n",
                running.count("task"), running.count("fd"), histogram.getLast().strip(), openRows());
        Files.write(directory.resolve(before.isEmpty() ? "heap-before" : "heap-after"), histogram);
        if (!before.isEmpty()) {
            System.out.println("more instances of our own and of the libraries than before:");
            growth(before, histogram).forEach(System.out::println);
        }
        return histogram;
    }

    private static List<String> growth(List<String> before, List<String> after) {
        return after.stream()
                .map(line -> line.strip().split("\\s+", 5))
                .filter(cells -> cells.length >= 4
                        && cells[0].endsWith(":")
                        && cells[3].matches("(dev.callbridge|gov.nist|org.ice4j|org.bouncycastle.tls|java.lang.Virtual"
                                + "|java.net.Datagram|sun.nio.ch.Datagram).*"))
                .map(cells -> new String[] {cells[3], cells[1], instances(before, cells[3])})
                .filter(row -> Long.parseLong(row[1]) > Long.parseLong(row[2]) + 4)
                .map(row -> "  " + row[2] + " -> " + row[1] + "  " + row[0])
                .collect(Collectors.toList());
    }

    private static String instances(List<String> histogram, String type) {
        return histogram.stream()
                .map(line -> line.strip().split("\\s+", 5))
                .filter(cells -> cells.length >= 4 && cells[3].equals(type))
                .map(cells -> cells[1])
                .findFirst()
                .orElse("0");
    }

    private String openRows() throws IOException {
        List<String> postmaster = Files.readAllLines(directory.resolve("data/postgres/postmaster.pid"));
        var source = new DriverManagerDataSource(
                "jdbc:postgresql://127.0.0.1:" + postmaster.get(3).strip() + "/postgres?user=postgres");
        JdbcClient jdbc = JdbcClient.create(source);
        return Stream.of("calls where closed_at is null", "matrix_transaction where processed is null", "calls")
                .map(what -> what + " "
                        + jdbc.sql("select count(*) from " + what)
                                .query(Long.class)
                                .single())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() {
        clock.shutdownNow();
        phone.close();
        homeserver.close();
    }
}
