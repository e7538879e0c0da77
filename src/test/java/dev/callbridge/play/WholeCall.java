package dev.callbridge.play;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallInput.FromLeg;
import dev.callbridge.call.CallInput.FromMedia;
import dev.callbridge.call.Digit;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.matrix.leg.TalkArrival;
import dev.callbridge.matrix.leg.TalkMessage;
import dev.callbridge.media.VirtualMedia;
import dev.callbridge.sdp.AudioCodec;
import dev.callbridge.testkit.OneWay;
import dev.callbridge.testkit.VirtualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A Matrix user and a telephone in virtual time, and our call between them: its legs and what joins them are the real
/// ones.
abstract sealed class WholeCall permits CallFromMatrix, CallFromPhone {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final PhoneNumber BERLIN = new PhoneNumber("+4930901820");

    private static final MediaProfile BROWSER = new MediaProfile.WebRtc();
    private static final MediaProfile TELEPHONE =
            new MediaProfile.PlainRtp(List.of(AudioCodec.values()), InetAddress.getLoopbackAddress());
    private static final Duration QUICK = Duration.ofMillis(20);
    private static final Duration SLOW = Duration.ofMillis(1_500);

    final VirtualTime time;
    final PlayedCall call;
    final VirtualMedia media;
    final Client client;
    final Phone phone;
    /// How events of the client travel.
    final OneWay up;
    /// How ours travel.
    final OneWay down;
    private final LegId matrix;
    private final LegId sip;
    private final List<TalkMessage> said = new ArrayList<>();
    private Runnable crossing = () -> {};

    WholeCall(VirtualTime time, AnswerPolicy policy, LegId matrix, LegId sip) {
        this.time = time;
        this.matrix = matrix;
        this.sip = sip;
        call = new PlayedCall(time, policy);
        media = new VirtualMedia(
                time, Map.of(matrix, BROWSER, sip, TELEPHONE), event -> call.hear(new FromMedia(event)));
        call.listenTo(media);
        up = new OneWay(time, QUICK, SLOW);
        down = new OneWay(time, QUICK, SLOW);
        client = new Client(matrix.equals(PlayedCall.CALLEE), talk -> up.carry(() -> heard(talk)));
        phone = new Phone(time, this::phoneWants);
    }

    /// The caller dials.
    abstract void dial();

    abstract void clientHangsUp();

    /// Our end of the SIP dialog.
    abstract DialogEnd ourEnd();

    abstract DialogEnd phonesEnd();

    /// No SIP gets through any more.
    abstract void cutTrunk();

    abstract void heard(TalkArrival arrival);

    abstract void phoneWants(LegCommand command);

    Consumer<LegEvent> tellsCall(LegId leg) {
        return event -> call.hear(new FromLeg(leg, event));
    }

    void say(TalkMessage message) {
        said.add(message);
        switch (message) {
            case TalkMessage.Reoffer(int _, var offer, var _) -> {
                down.carry(() -> client.offered(offer));
                Runnable now = crossing;
                crossing = () -> {};
                now.run();
            }
            case TalkMessage.Reanswer(var answer) -> down.carry(() -> client.answered(answer));
            // It has left.
            case TalkMessage.TakeBack _ -> {}
            case TalkMessage.Identify _, TalkMessage.Warn _ -> throw new AssertionError("nothing to say: " + message);
        }
    }

    /// Does something in the moment in which our next offer to the client leaves.
    void whenWeOfferTheClient(Runnable task) {
        crossing = task;
    }

    long said(Class<? extends TalkMessage> kind) {
        return said.stream().filter(kind::isInstance).count();
    }

    /// On the dial pad of the client, towards a trunk that wants keys by INFO.
    void clientPresses(Digit digit) {
        media.press(new MediaEvent.Pressed(matrix, digit, Duration.ofMillis(160)));
    }

    boolean clientIsHeard() {
        return isReached() && client.speaks() && phone.listens() && media.passes(matrix);
    }

    boolean phoneIsHeard() {
        return isReached() && phone.speaks() && client.listens() && media.passes(sip);
    }

    /// Whether client and bridge call each other by the right names, or no check of ICE would succeed.
    boolean isReached() {
        return client.knows(media.fragment(matrix))
                && media.fragmentOfPeer(matrix).equals(client.fragment());
    }

    String ourFragment() {
        return media.fragment(matrix);
    }

    /// Keys of the phone that the client was to hear.
    List<Digit> keysForClient() {
        return media.pressed().stream()
                .filter(press -> press.leg().equals(matrix))
                .map(press -> press.digit())
                .toList();
    }
}
