package dev.callbridge.matrix;

import static java.util.Objects.requireNonNull;
import static org.awaitility.Awaitility.await;

import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.testkit.FakeHomeserver;
import dev.callbridge.testkit.FakeUser;
import dev.callbridge.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// One [MatrixBench] with its homeserver and database for all tests of a class; no faults are left from one
/// test to the next.
final class MatrixStage implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    /// Who dials for people, and where they are called from by numbers they don't know.
    static final String BOT = "@_sip_bot:" + MatrixBench.SERVER;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final FakeHomeserver homeserver = new FakeHomeserver(MatrixBench.SERVER);
    private final TestDatabase database = new TestDatabase();
    private final Consumer<FakeHomeserver> before;
    private final String[] settings;
    private @Nullable MatrixBench bench;
    /// Nested classes are set up within the class that holds them.
    private int depth;

    MatrixStage(String... settings) {
        this(_ -> {}, settings);
    }

    /// @param before is done to the homeserver before the bridge starts
    MatrixStage(Consumer<FakeHomeserver> before, String... settings) {
        this.before = before;
        this.settings = settings.clone();
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (depth++ == 0) {
            before.accept(homeserver);
            bench = new MatrixBench(homeserver, database, Files.createTempDirectory("matrix-stage"), settings);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        homeserver.calm();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--depth == 0) {
            bench().close();
            homeserver.close();
        }
    }

    MatrixBench bench() {
        return requireNonNull(bench);
    }

    FakePhones phones() {
        return bench().phones;
    }

    FakeHomeserver homeserver() {
        return homeserver;
    }

    TestDatabase database() {
        return database;
    }

    /// Somebody whom no other test knows.
    FakeUser newUser() {
        return homeserver.user("@user" + COUNT.incrementAndGet() + ":" + MatrixBench.SERVER);
    }

    /// The direct chat of a user and a number, by which the number rings from now on.
    String chat(FakeUser user, PhoneNumber number) {
        String room = user.dm(ghost(number));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> bench().context
                        .getBean(Portals.class)
                        .find(ghost(number), user.id())
                        .isPresent());
        return room;
    }

    /// A line room as a user makes it: by writing to the bot.
    static String lineRoom(FakeUser user) {
        String room = user.dm(BOT);
        String _ = user.expectNotice(room, "call +49");
        return room;
    }

    /// A telephone calls a Matrix user.
    FakePhones.Phone calls(Party caller, FakeUser callee) {
        return phones().calls(bench().registry, caller, callee.id());
    }

    /// Whether a request sends an event of this type.
    ///
    /// @param as the user who sends it
    static Predicate<FakeHomeserver.Request> sending(String type, String as) {
        return request ->
                request.path().contains("/send/" + type + "/") && request.as().equals(as);
    }

    /// An event's content with nothing in it yet.
    static ObjectNode content() {
        return JsonMapper.shared().createObjectNode();
    }

    /// A number that no other test dials.
    static PhoneNumber newNumber() {
        return new PhoneNumber("+49309018" + (2000 + COUNT.incrementAndGet()));
    }

    static String ghost(PhoneNumber number) {
        return "@_sip_" + number.digits() + ":" + MatrixBench.SERVER;
    }
}
