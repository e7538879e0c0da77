package dev.callbridge.sip.leg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.call.Identity;
import dev.callbridge.call.LegCommand;
import dev.callbridge.call.LegEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.SessionInterval.Refresher;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plays the peer and the call inside a dialog at random, and watches what every order of inputs has to keep:
/// each
/// request gets one final response, each 2xx to a re-INVITE its ACK, and never are two offers open at once,
/// or two introductions.
final class DialogManners {

    private static final Sdp SDP = new Sdp("v=0 other");

    private final Random random;
    private final Set<Long> asked = new HashSet<>();
    private final Set<Long> responded = new HashSet<>();
    private long number = 100;
    private int accepted;
    private int acknowledged;
    private boolean wanted;
    private boolean reoffered;
    private int offers;
    private int outcomes;
    private long offering;
    private final Set<String> introducing = new HashSet<>();

    DialogManners(Random random) {
        this.random = random;
    }

    /// Something of the peer or of the wire.
    DialogArrival arrival(String tag) {
        DialogArrival arrival = any(tag);
        if (arrival instanceof DialogArrival.Change change) {
            asked.add(change.number());
        }
        if (arrival instanceof DialogArrival.Changed changed && changed.method() == Method.INVITE) {
            accepted++;
        }
        if (arrival instanceof DialogArrival.Introduced) {
            introducing.remove(tag);
        }
        return arrival;
    }

    private DialogArrival any(String tag) {
        Method method = random.nextBoolean() ? Method.INVITE : Method.UPDATE;
        return switch (random.nextInt(13)) {
            case 0, 1, 2 -> new DialogArrival.Change(tag, method, ++number, sdp(), terms());
            case 3, 4 -> new DialogArrival.Acknowledged(tag, number, sdp());
            case 5, 6 -> new DialogArrival.Changed(tag, method, sdp(), terms());
            case 7 -> new DialogArrival.NotChanged(tag, method, status(), later(random.nextInt(4)), wait(100));
            case 8 -> new DialogArrival.ChangeChallenged(tag, method, List.of(UacTrial.CHALLENGE));
            case 9, 10 ->
                new DialogArrival.Woken(tag, random.nextBoolean() ? Alarm.BACK_OFF : Alarm.REFRESH, random.nextInt(3));
            case 11 -> new DialogArrival.Introduced(tag, outcome());
            default ->
                random.nextInt(5) == 0
                        ? new DialogArrival.NeverAcknowledged(tag)
                        : new DialogArrival.Woken(tag, Alarm.BACK_OFF, 0);
        };
    }

    private DialogArrival.Introduced.Outcome outcome() {
        return switch (random.nextInt(3)) {
            case 0 -> new DialogArrival.Introduced.Taken(terms());
            case 1 -> new DialogArrival.Introduced.Challenged(List.of(UacLegTest.CHALLENGE));
            default -> new DialogArrival.Introduced.Failed(status());
        };
    }

    private int status() {
        return random.nextInt(8) == 0 ? 481 : List.of(491, 488, 500, 422, 405).get(random.nextInt(5));
    }

    private static @Nullable Duration later(int what) {
        return what == 0 ? null : wait(what - 1);
    }

    private static Duration wait(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private @Nullable Sdp sdp() {
        return random.nextInt(3) == 0 ? null : SDP;
    }

    private SessionTerms terms() {
        Refresher refresher = random.nextBoolean() ? Refresher.UAC : Refresher.UAS;
        Duration expires = random.nextInt(10) == 0 ? wait(60) : wait(1_800);
        return new SessionTerms(
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean() ? null : new SessionInterval(expires, refresher));
    }

    /// Something of the call: mostly what the leg waits for.
    LegCommand command() {
        return switch (random.nextInt(7)) {
            case 0, 1 -> new LegCommand.Renegotiate();
            case 2 -> new LegCommand.Decline();
            case 3 -> new LegCommand.Identify(Identity.of(UacLegTest.ALICE));
            default -> wanted ? new LegCommand.Offer(SDP) : new LegCommand.Reanswer(SDP);
        };
    }

    /// Before the leg hears of it.
    void asks(LegCommand command) {
        switch (command) {
            case LegCommand.Offer _ -> {
                offers++;
                wanted = false;
            }
            case LegCommand.Reanswer _ -> reoffered = false;
            case LegCommand.Decline _ -> {
                wanted = false;
                reoffered = false;
            }
            default -> {}
        }
    }

    /// The leg waited in vain for the call.
    void tired() {
        wanted = false;
        reoffered = false;
    }

    void tells(LegEvent event, String name) {
        switch (event) {
            case LegEvent.OfferWanted _ -> {
                assertThat(wanted || reoffered).as(name).isFalse();
                wanted = true;
            }
            case LegEvent.Reoffered _ -> {
                assertThat(wanted || reoffered).as(name).isFalse();
                reoffered = true;
            }
            case LegEvent.Reanswered _, LegEvent.OfferFailed _ -> {
                outcomes++;
                offering = 0;
                assertThat(outcomes).as(name).isLessThanOrEqualTo(offers);
            }
            default -> {}
        }
    }

    void sends(DialogMessage message, String name) {
        switch (message) {
            case DialogMessage.Accept(var _, long which, var _, var _) -> respond(which, name);
            case DialogMessage.Refuse(var _, long which, int _) -> respond(which, name);
            case DialogMessage.Reinvite _ -> {
                assertThat(offering).as(name).isZero();
                offering = ++number;
            }
            case DialogMessage.AckReinvite _ -> acknowledged++;
            case DialogMessage.Introduce introduce ->
                assertThat(introducing.add(introduce.remoteTag())).as(name).isTrue();
            default -> {}
        }
    }

    private void respond(long which, String name) {
        assertThat(asked).as(name).contains(which);
        assertThat(responded.add(which)).as(name).isTrue();
    }

    void check(String name) {
        assertThat(responded).as(name).isEqualTo(asked);
        assertThat(acknowledged).as(name).isEqualTo(accepted);
    }

    /// How much came of it.
    int outcomes() {
        return outcomes;
    }
}
