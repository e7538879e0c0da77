package dev.callbridge.play;

import static java.util.Objects.requireNonNull;

import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.Alarm;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.DialogMessage;
import dev.callbridge.sip.leg.Method;
import dev.callbridge.sip.leg.SessionInterval;
import dev.callbridge.sip.leg.SessionTerms;
import dev.callbridge.testkit.OneWay;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One end of a SIP dialog in virtual time: its transactions, its alarms, and the way to the other end. A request that
/// nobody answers within 64·T1 fails.
final class DialogEnd {

    private static final Duration TRANSACTION = Duration.ofSeconds(32);

    private record Asked(Method method, VirtualTime.Timer timeout) {}

    private final VirtualTime time;
    private final String tag;
    private final boolean ownsCallId;
    private final boolean updates;
    private final OneWay way;
    private final Consumer<DialogArrival> leg;
    private final Map<Alarm, VirtualTime.Timer> alarms = new EnumMap<>(Alarm.class);
    private final Map<Long, Asked> asked = new HashMap<>();
    private final Map<Long, Method> toAnswer = new HashMap<>();
    private final Map<Long, VirtualTime.Timer> toBeAcknowledged = new HashMap<>();
    private final List<DialogMessage> sent = new ArrayList<>();
    private Runnable crossing = () -> {};
    private @Nullable DialogEnd other;
    private long number;
    private long accepted;

    /// @param tag of this end
    /// @param ownsCallId whether this end began the dialog
    /// @param updates whether this end takes UPDATE
    /// @param way to the other end
    DialogEnd(
            VirtualTime time,
            String tag,
            boolean ownsCallId,
            boolean updates,
            OneWay way,
            Consumer<DialogArrival> leg) {
        this.time = time;
        this.tag = tag;
        this.ownsCallId = ownsCallId;
        this.updates = updates;
        this.way = way;
        this.leg = leg;
    }

    static void join(DialogEnd one, DialogEnd another) {
        one.other = another;
        another.other = one;
    }

    String tag() {
        return tag;
    }

    private DialogEnd other() {
        return requireNonNull(other, "nobody is at the other end");
    }

    /// What a message of this end says besides the description.
    SessionTerms terms(@Nullable SessionInterval interval) {
        return new SessionTerms(updates, true, interval);
    }

    void carry(Runnable delivery) {
        way.carry(delivery);
    }

    void send(DialogMessage message) {
        sent.add(message);
        DialogEnd peer = other();
        switch (message) {
            case DialogMessage.Reinvite(var _, var offer, var interval) -> {
                ask(Method.INVITE, offer, interval);
                Runnable now = crossing;
                crossing = () -> {};
                now.run();
            }
            case DialogMessage.Update(var _, var interval) -> ask(Method.UPDATE, null, interval);
            case DialogMessage.AckReinvite _ -> {
                long which = accepted;
                carry(() -> peer.acknowledged(which));
            }
            case DialogMessage.Accept(var _, long which, var body, var interval) -> {
                Method method = requireNonNull(toAnswer.remove(which), "a second final response");
                if (method == Method.INVITE) {
                    toBeAcknowledged.put(
                            which,
                            time.after(TRANSACTION, () -> leg.accept(new DialogArrival.NeverAcknowledged(peer.tag))));
                }
                carry(() -> peer.changed(which, body, terms(interval)));
            }
            case DialogMessage.Refuse(var _, long which, int status) -> {
                Method _ = requireNonNull(toAnswer.remove(which), "a second final response");
                carry(() -> peer.notChanged(which, status));
            }
            case DialogMessage.BackOff(var _, var after) -> wake(Alarm.BACK_OFF, after.isZero() ? chance() : after, 0);
            case DialogMessage.Wake(var _, var alarm, var after, int round) -> wake(alarm, after, round);
            case DialogMessage.Press(var _, var digit, var length) ->
                carry(() -> peer.leg.accept(new DialogArrival.Pressed(tag, digit, length)));
            case DialogMessage.Bye(var _, var end) -> {
                stopAlarms();
                VirtualTime.Timer timeout =
                        time.after(TRANSACTION, () -> leg.accept(new DialogArrival.ByeDone(peer.tag)));
                carry(() -> {
                    peer.stopAlarms();
                    peer.leg.accept(new DialogArrival.Bye(tag, end));
                    peer.carry(() -> {
                        timeout.cancel();
                        leg.accept(new DialogArrival.ByeDone(peer.tag));
                    });
                });
            }
            case DialogMessage.Introduce _ -> throw new AssertionError("nobody took over: " + message);
            case DialogMessage.Again _, DialogMessage.AuthenticateBye _ ->
                throw new AssertionError("nobody challenged: " + message);
        }
    }

    private void ask(Method method, @Nullable Sdp offer, @Nullable SessionInterval interval) {
        long which = ++number;
        asked.put(which, new Asked(method, time.after(TRANSACTION, () -> notChanged(which, 408))));
        DialogEnd peer = other();
        carry(() -> {
            peer.toAnswer.put(which, method);
            peer.leg.accept(new DialogArrival.Change(tag, method, which, offer, terms(interval)));
        });
    }

    private void acknowledged(long which) {
        VirtualTime.Timer repeats = toBeAcknowledged.remove(which);
        if (repeats != null) {
            repeats.cancel();
            leg.accept(new DialogArrival.Acknowledged(other().tag, which, null));
        }
    }

    private void changed(long which, @Nullable Sdp answer, SessionTerms terms) {
        Asked request = asked.remove(which);
        if (request != null) {
            request.timeout().cancel();
            accepted = request.method() == Method.INVITE ? which : accepted;
            leg.accept(new DialogArrival.Changed(other().tag, request.method(), answer, terms));
        }
    }

    private void notChanged(long which, int status) {
        Asked request = asked.remove(which);
        if (request != null) {
            request.timeout().cancel();
            leg.accept(new DialogArrival.NotChanged(other().tag, request.method(), status, null, Duration.ZERO));
        }
    }

    private void wake(Alarm alarm, Duration after, int round) {
        VirtualTime.Timer before = alarms.put(
                alarm, time.after(after, () -> leg.accept(new DialogArrival.Woken(other().tag, alarm, round))));
        if (before != null) {
            before.cancel();
        }
    }

    /// RFC 3261 §14.1.
    private Duration chance() {
        return ownsCallId
                ? time.between(Duration.ofMillis(2_100), Duration.ofSeconds(4))
                : time.between(Duration.ZERO, Duration.ofSeconds(2));
    }

    private void stopAlarms() {
        alarms.values().forEach(VirtualTime.Timer::cancel);
        alarms.clear();
    }

    /// Does something in the moment in which the next re-INVITE leaves.
    void whenItOffers(Runnable task) {
        crossing = task;
    }

    long sent(Class<? extends DialogMessage> kind) {
        return sent.stream().filter(kind::isInstance).count();
    }

    long refused(int status) {
        return sent.stream()
                .filter(message -> message instanceof DialogMessage.Refuse refusal && refusal.status() == status)
                .count();
    }

    /// Whether requests still wait for what comes of them.
    boolean waits() {
        return !asked.isEmpty() || !toAnswer.isEmpty() || !toBeAcknowledged.isEmpty();
    }
}
