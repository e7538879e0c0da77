package dev.callbridge.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.CallVerdict.Side;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Parties;
import dev.callbridge.call.Sdp;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.dialplan.Route;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.PigeonLeg.Perch;
import dev.callbridge.testkit.SilentJournal;
import dev.callbridge.testkit.WillingMedia;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

@Timeout(20)
class CallRegistryTest {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");
    static final Sdp SDP = new Sdp("v=0");
    static final MediaProfile PLAIN =
            new MediaProfile.PlainRtp(List.of(AudioCodec.PCMA), InetAddress.getLoopbackAddress());

    final BlockingQueue<LegCommand> toCaller = new LinkedBlockingQueue<>();
    final BlockingQueue<LegCommand> toCallee = new LinkedBlockingQueue<>();
    final Perch caller = new Perch(PLAIN, toCaller::add);
    final Perch callee = new Perch(PLAIN, toCallee::add);
    final BlockingQueue<CallVerdict> verdicts = new LinkedBlockingQueue<>();
    final BlockingQueue<MediaCommand> media = new LinkedBlockingQueue<>();
    Placement placement = placing(() -> new Placement.Placed.On(callee, Duration.ofSeconds(50)));
    CallRegistry registry = registry(2, 2, Duration.ofHours(4));

    @BeforeEach
    void start() {
        registry.start();
    }

    @AfterEach
    void stop() {
        registry.stop();
        registry.close();
    }

    @Test
    void joinsTheLegThatCameInWithOneThatItPlaces() throws Exception {
        var inbox = registry.open(request(BERLIN), caller);
        inbox.deliver(offered(ALICE, BERLIN));
        assertThat(toCallee.poll(5, TimeUnit.SECONDS)).isEqualTo(new LegCommand.Dial(Parties.of(ALICE, BERLIN), SDP));

        callee.says(new LegEvent.Answered(SDP));
        assertThat(toCaller.poll(5, TimeUnit.SECONDS)).isEqualTo(new LegCommand.Answer(SDP));

        callee.says(new LegEvent.Ended(CallEnd.of(HangupCause.NORMAL)));
        assertThat(toCaller.poll(5, TimeUnit.SECONDS)).isEqualTo(new LegCommand.End(CallEnd.of(HangupCause.NORMAL)));
        assertThat(verdict()).isEqualTo(new CallVerdict(CallEnd.of(HangupCause.NORMAL), Side.CALLEE));
    }

    @Test
    void saysThatALegIsOverWhenMailComesTooLate() throws Exception {
        var inbox = registry.open(request(BERLIN), caller);
        inbox.deliver(new LegEvent.Ended(CallEnd.of(HangupCause.CANCELED)));
        verdict();

        await().untilAsserted(
                        () -> assertThat(inbox.deliver(new LegEvent.Ringing())).isFalse());
        assertThat(registry.size()).isZero();
    }

    @Nested
    class Refuses {

        void refusal(HangupCause cause, CallRequest request) throws Exception {
            registry.open(request, caller).deliver(offered(request.caller(), request.callee()));

            assertThat(toCaller.poll(5, TimeUnit.SECONDS)).isEqualTo(new LegCommand.End(CallEnd.of(cause)));
            assertThat(verdict()).isEqualTo(new CallVerdict(CallEnd.of(cause), Side.BRIDGE));
            assertThat(toCallee).isEmpty();
        }

        @Test
        void aNumberThatTheUserHasNoRightTo() throws Exception {
            refusal(HangupCause.NOT_ALLOWED, request(new PhoneNumber("+499001123456")));
        }

        @Test
        void aStranger() throws Exception {
            var mallory = new MatrixUser("@mallory:evil.example");
            refusal(
                    HangupCause.NOT_ALLOWED,
                    new CallRequest(mallory, BERLIN, AnswerPolicy.AT_ONCE, Duration.ofSeconds(50)));
        }

        @Test
        void moreCallsThanAUserMayHave() throws Exception {
            registry.open(request(BERLIN), new Perch(PLAIN, _ -> {}));
            registry.open(request(BERLIN), new Perch(PLAIN, _ -> {}));

            refusal(HangupCause.OVERLOADED, request(BERLIN));
        }

        @Test
        void whatNoConnectorReaches() throws Exception {
            placement = new Placement() {
                @Override
                public boolean reaches(Party party) {
                    return false;
                }

                @Override
                public Placed place(Party from, Party to) {
                    throw new AssertionError("must not be asked");
                }
            };
            refusal(HangupCause.NO_ROUTE, request(BERLIN));
        }

        @Test
        void whatTheConnectorCanNotPlace() throws Exception {
            placement = placing(() -> new Placement.Placed.Refused(CallEnd.of(HangupCause.OVERLOADED)));
            refusal(HangupCause.OVERLOADED, request(BERLIN));
        }

        @Test
        void everythingOnceItStops() throws Exception {
            registry.stop();
            refusal(HangupCause.SHUTTING_DOWN, request(BERLIN));
        }
    }

    @Test
    void endsEveryCallOnBothSidesWhenItStops() throws Exception {
        registry.open(request(BERLIN), caller).deliver(offered(ALICE, BERLIN));
        toCallee.poll(5, TimeUnit.SECONDS);
        registry.stop();

        var end = new LegCommand.End(CallEnd.of(HangupCause.SHUTTING_DOWN));
        assertThat(toCaller).containsExactly(end);
        assertThat(toCallee).containsExactly(end);
        assertThat(verdict().by()).isEqualTo(Side.BRIDGE);
    }

    @Test
    void endsACallThatGetsTooLong() throws Exception {
        registry.stop();
        registry = registry(2, 2, Duration.ofMillis(1));
        registry.start();
        registry.open(request(BERLIN), caller).deliver(offered(ALICE, BERLIN));

        assertThat(verdict().end().cause()).isEqualTo(HangupCause.TIME_LIMIT);
    }

    @Test
    void leavesNobodyHangingWhenABugStrikes() throws Exception {
        registry.open(request(BERLIN), caller).deliver(offered(ALICE, BERLIN));
        toCallee.poll(5, TimeUnit.SECONDS);
        callee.says(new LegEvent.Answered(new Sdp("a bug in the media module")));

        assertThat(verdict()).isEqualTo(new CallVerdict(CallEnd.of(HangupCause.FAILED), Side.BRIDGE));
        assertThat(toCaller).contains(new LegCommand.End(CallEnd.of(HangupCause.FAILED)));
        assertThat(toCallee).contains(new LegCommand.End(CallEnd.of(HangupCause.FAILED)));
        assertThat(media).contains(new MediaCommand.Release());
    }

    CallVerdict verdict() throws InterruptedException {
        CallVerdict verdict = verdicts.poll(5, TimeUnit.SECONDS);
        assertThat(verdict).as("verdict").isNotNull();
        return verdict;
    }

    static LegEvent offered(Party caller, Party callee) {
        return new LegEvent.Offered(Parties.of(caller, callee), SDP);
    }

    static CallRequest request(Party callee) {
        return new CallRequest(ALICE, callee, AnswerPolicy.AT_ONCE, Duration.ofSeconds(50));
    }

    interface Placing {
        Placement.Placed place();
    }

    static Placement placing(Placing placing) {
        return new Placement() {
            @Override
            public boolean reaches(Party party) {
                return party instanceof PhoneNumber;
            }

            @Override
            public Placed place(Party from, Party to) {
                return placing.place();
            }
        };
    }

    CallRegistry registry(int calls, int callsPerUser, Duration length) {
        var plan = new NumberPlan("DE", List.of(new Route("+", "carrier")), Map.of());
        var properties = new CallbridgeProperties(
                new CallbridgeProperties.Homeserver("example.org", URI.create("http://localhost")),
                new CallbridgeProperties.Dialplan("DE", List.of(), Map.of()),
                List.of(),
                new CallbridgeProperties.Limits(calls + 1, callsPerUser, length),
                null);
        var beans = new StaticListableBeanFactory();
        beans.addBean("placement", new Placement() {
            @Override
            public boolean reaches(Party party) {
                return placement.reaches(party);
            }

            @Override
            public Placed place(Party from, Party to) {
                return placement.place(from, to);
            }
        });
        return new CallRegistry(
                beans.getBeanProvider(Placement.class),
                this::open,
                new Journal(),
                new Rights("example.org", List.of(), plan),
                properties);
    }

    /// Media that is always willing, until an answer makes it fall over.
    MediaSession open(String callId, Map<LegId, MediaProfile> legs, Consumer<MediaEvent> events) {
        var willing = new WillingMedia(SDP, SDP, events);
        return command -> {
            media.add(command);
            if (command instanceof MediaCommand.Match(var _, var answer, var _, var _, var _)
                    && answer.text().contains("bug")) {
                throw new IllegalStateException(answer.text());
            }
            willing.perform(command);
        };
    }

    final class Journal extends SilentJournal {

        @Override
        public void closed(String callId, CallVerdict verdict) {
            verdicts.add(verdict);
        }
    }
}
