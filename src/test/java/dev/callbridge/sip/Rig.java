package dev.callbridge.sip;

import static org.awaitility.Awaitility.await;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallRequest;
import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.bridge.MediaPlane;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.bridge.OpeningHours;
import dev.callbridge.bridge.Placement;
import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.Digit;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberClass;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.dialplan.Route;
import dev.callbridge.testkit.WillingMedia;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/// The SIP connector with the real registry, and in place of everything else as little as a call needs: people
/// who do what the test says, media that always flows, a journal that remembers.
final class Rig implements AutoCloseable {

    static final String ALICE = "@alice:example.org";
    static final String ALICES_NUMBER = "+4930901820";
    static final String PHONE = "+4930123456";

    @EnableConfigurationProperties({CallbridgeProperties.class, SipProperties.class, TrunksProperties.class})
    static class Settings {}

    private final Map<String, Object> settings = new HashMap<>();
    private final List<Route> routes = new ArrayList<>();
    private @Nullable AnnotationConfigApplicationContext context;
    final RememberingJournal journal = new RememberingJournal();
    volatile boolean mediaWorks = true;
    final BlockingQueue<Person> called = new LinkedBlockingQueue<>();
    /// By role, those of all places.
    final Map<String, List<MediaProfile>> places = new ConcurrentHashMap<>();
    final List<MediaCommand> commands = new CopyOnWriteArrayList<>();
    private final Map<String, LegId> seated = new ConcurrentHashMap<>();
    private volatile Consumer<MediaEvent> hearing = _ -> {};

    Rig() {
        set("sip.listen", "127.0.0.1:0");
        set("homeserver.name", "example.org");
    }

    Rig set(String name, Object value) {
        settings.put("callbridge." + name, value);
        return this;
    }

    /// A trunk that carries everything, unless a route is given.
    Rig trunk(String name, String peer, String... more) {
        set("trunks." + name + ".peer", peer);
        set("trunks." + name + ".probe", "0s");
        for (String line : more) {
            String[] parts = line.split("=", 2);
            set("trunks." + name + "." + parts[0], parts[1]);
        }
        routes.add(new Route("+", name));
        routes.add(new Route("2", name));
        return this;
    }

    /// A trunk with settings as a file has them, by their whole names.
    Rig trunk(String name, Properties settings) {
        settings.forEach((key, value) -> this.settings.put(key.toString(), value));
        routes.add(new Route("+", name));
        routes.add(new Route("2", name));
        return this;
    }

    Rig start() {
        var created = new AnnotationConfigApplicationContext();
        context = created;
        created.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", settings));
        var plan = new NumberPlan(
                "DE", routes, Map.of(ALICES_NUMBER, new MatrixUser(ALICE), "1000", new MatrixUser(ALICE)));
        created.registerBean(NumberPlan.class, () -> plan);
        created.registerBean(
                Rights.class,
                () -> new Rights(
                        "example.org",
                        List.of(
                                new Rights.Rule(
                                        "@boss:*",
                                        Set.of(NumberClass.ORDINARY),
                                        Optional.of(new PhoneNumber("+4930901800"))),
                                new Rights.Rule("@shy:*", Set.of(NumberClass.ORDINARY), Optional.empty(), true)),
                        plan));
        created.registerBean(CallJournal.class, () -> journal);
        created.registerBean(MediaPlane.class, () -> this::media);
        created.registerBean("people", Placement.class, () -> new People());
        created.register(Settings.class, SipConfiguration.class, CallRegistry.class, OpeningHours.class);
        created.refresh();
        return this;
    }

    private MediaSession media(String callId, Map<LegId, List<MediaProfile>> legs, Consumer<MediaEvent> events) {
        if (!mediaWorks) {
            throw new IllegalStateException("as the test wants");
        }
        legs.forEach((leg, profiles) -> {
            places.put(leg.role(), profiles);
            seated.put(leg.role(), leg);
        });
        hearing = events;
        var willing = new WillingMedia(sdp(4_000), sdp(4_002), events);
        return command -> {
            commands.add(command);
            willing.perform(command);
        };
    }

    /// What the telephone was told last is not true any more.
    ///
    /// @param role of the telephone in the last call: `caller` or `callee`
    void outdated(String role) {
        hearing.accept(new MediaEvent.Outdated(leg(role)));
    }

    /// Somebody pressed a key that can't go to `role` as sound.
    void pressed(String role, Digit digit, Duration length) {
        hearing.accept(new MediaEvent.Pressed(leg(role.equals("caller") ? "callee" : "caller"), digit, length));
    }

    /// How the sound of `role` travels in the last call, at first.
    MediaProfile profile(String role) {
        return Optional.ofNullable(places.get(role)).orElseThrow().getFirst();
    }

    private LegId leg(String role) {
        return Optional.ofNullable(seated.get(role)).orElseThrow();
    }

    /// Waits until media was asked for something of a kind.
    <T extends MediaCommand> T expect(Class<T> kind) {
        return await().until(
                        () -> commands.stream()
                                .filter(kind::isInstance)
                                .map(kind::cast)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    static Sdp sdp(int port) {
        return new Sdp("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " + port
                + " RTP/AVP 8 0\r\n");
    }

    private final class People implements Placement {

        @Override
        public boolean reaches(Party callee) {
            return callee instanceof MatrixUser;
        }

        @Override
        public Placed place(Party caller, Party callee) {
            var person = new Person();
            called.add(person);
            return new Placed.On(person.perch, Duration.ofSeconds(60));
        }
    }

    private AnnotationConfigApplicationContext context() {
        if (context == null) {
            throw new IllegalStateException("not started");
        }
        return context;
    }

    CallRegistry registry() {
        return context().getBean(CallRegistry.class);
    }

    /// No call is let in any more, while SIP still runs.
    void closesForTheDay() {
        context().getBean(OpeningHours.class).stop();
    }

    SipStackHost host() {
        return context().getBean(SipStackHost.class);
    }

    Admission admission() {
        return context().getBean(Admission.class);
    }

    Rights rights() {
        return context().getBean(Rights.class);
    }

    NumberPlan plan() {
        return context().getBean(NumberPlan.class);
    }

    Trunk trunk(String name) {
        return trunks().named(name).orElseThrow();
    }

    SipEndpoint endpoint() {
        return context().getBean(SipEndpoint.class);
    }

    Trunks trunks() {
        return context().getBean(Trunks.class);
    }

    /// Where the bridge listens.
    InetSocketAddress address() {
        return address(0);
    }

    InetSocketAddress address(int index) {
        SipStackHost.Point point = endpoint().points().get(index);
        return new InetSocketAddress(point.address(), point.port());
    }

    /// Alice calls a telephone.
    Person dials(Party callee) {
        return dials(ALICE, callee);
    }

    Person dials(String user, Party callee) {
        return dials(user, Parties.of(new MatrixUser(user), callee));
    }

    Person dials(String user, Parties parties) {
        var person = new Person();
        var request =
                new CallRequest(new MatrixUser(user), parties.callee(), AnswerPolicy.AT_ONCE, Duration.ofSeconds(60));
        registry().open(request, person.perch).deliver(new LegEvent.Offered(parties, sdp(5_000)));
        return person;
    }

    Person expectCalled() {
        try {
            return Optional.ofNullable(called.poll(10, TimeUnit.SECONDS))
                    .orElseThrow(() -> new AssertionError("nobody was called"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (context != null) {
            context.close();
        }
    }
}
