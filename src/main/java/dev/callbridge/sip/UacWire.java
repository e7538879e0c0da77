package dev.callbridge.sip;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.bridge.Wire;
import dev.callbridge.call.LegId;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.leg.DialogArrival;
import dev.callbridge.sip.leg.DialogMessage;
import dev.callbridge.sip.leg.UacArrival;
import dev.callbridge.sip.leg.UacMessage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sip.header.Header;
import org.jspecify.annotations.Nullable;

/// Carries what a [dev.callbridge.sip.leg.UacLeg] says to its trunks. Belongs to the loop of the call.
final class UacWire implements Wire<UacMessage> {

    private final LegId leg;
    private final Inbox<UacArrival> inbox;
    private final List<Way> targets;
    private final SipStackHost host;
    private final CallJournal journal;
    private final Rights rights;
    private UacMessage.@Nullable Prepare call;
    private @Nullable OutgoingInvite next;
    private DigestClient digest = new DigestClient(null);
    private @Nullable UacAttempt current;
    private String confirmed = "";

    UacWire(
            LegId leg,
            Inbox<UacArrival> inbox,
            List<Way> targets,
            SipStackHost host,
            CallJournal journal,
            Rights rights) {
        this.leg = leg;
        this.inbox = inbox;
        this.targets = targets;
        this.host = host;
        this.journal = journal;
        this.rights = rights;
    }

    @Override
    public void send(UacMessage message) {
        switch (message) {
            case UacMessage.Prepare prepare -> call = prepare;
            case UacMessage.Leave _ -> leave();
            case UacMessage.Renew(var offer) ->
                call = new UacMessage.Prepare(prepared().parties(), offer);
            case UacMessage.WriteDown what -> writeDown(what);
            case UacMessage.Invite(int target) -> invite(target);
            case UacMessage.Ack(var toTag) -> acknowledge(toTag);
            case UacMessage.Cancel(var end) -> {
                if (current != null) {
                    current.cancel(end);
                }
            }
            case UacMessage.Strike _ -> journal.notDialled(leg);
            case DialogMessage inDialog -> perform(inDialog);
        }
    }

    /// The next INVITE, complete, before anything of it is sent.
    private void writeDown(UacMessage.WriteDown what) {
        List<Challenge> answering = what.answering();
        if (what.first()) {
            leave();
            next = first(targets.get(what.target()));
            digest = new DigestClient(next.login().orElse(null));
        } else if (next != null) {
            next = next.again(what.interval());
        }
        if (next == null) {
            inbox.deliver(new UacArrival.Recorded());
            return;
        }
        List<Header> credentials = what.first() ? List.of() : digest.answer(answering, "INVITE", next.requestUri());
        next = next.with(credentials);
        journal.beforeDialling(
                leg,
                next.intent().json(),
                recorded -> recorded(recorded ? new UacArrival.Recorded() : new UacArrival.NotRecorded()));
    }

    private void leave() {
        if (current != null) {
            current.abandon();
            current = null;
        }
    }

    private UacMessage.Prepare prepared() {
        return requireNonNull(call, "nobody said whom to call");
    }

    private void recorded(UacArrival arrival) {
        if (!inbox.deliver(arrival) && arrival instanceof UacArrival.Recorded) {
            journal.notDialled(leg);
        }
    }

    private OutgoingInvite first(Way way) {
        UacMessage.Prepare what = prepared();
        return OutgoingInvite.first(
                way,
                target -> host.outlet(way.trunk(), target),
                caller().flatMap(rights::callerNumber),
                what.parties().withheld(),
                what.parties().callee(),
                what.offer());
    }

    private Optional<MatrixUser> caller() {
        return call != null && call.parties().caller() instanceof MatrixUser user
                ? Optional.of(user)
                : Optional.empty();
    }

    private void invite(int target) {
        if (next == null) {
            inbox.deliver(new UacArrival.Unreachable());
            return;
        }
        OutgoingInvite what = next;
        var attempt = new UacAttempt(
                leg,
                what,
                digest,
                host,
                journal,
                () -> Introductions.ofCalling(what, caller(), rights),
                arrival -> inbox.deliver(new UacArrival.From(target, arrival)));
        Channel held = current == null ? null : current.handOver();
        current = attempt;
        if (!attempt.send(held)) {
            journal.notDialled(leg);
        }
    }

    private void acknowledge(String toTag) {
        if (current == null) {
            return;
        }
        current.acknowledge(toTag);
        SipDialog dialog = current.dialog(toTag);
        if (confirmed.isEmpty() && dialog != null) {
            confirmed = toTag;
            dialog.remember();
        }
    }

    private void perform(DialogMessage message) {
        SipDialog dialog = current == null ? null : current.dialog(message.remoteTag());
        if (dialog != null) {
            dialog.perform(message);
        } else if (message instanceof DialogMessage.Bye(var remoteTag, var _)) {
            inbox.deliver(new DialogArrival.ByeDone(remoteTag));
        }
    }

    @Override
    public Map<String, String> identifiers() {
        return next == null
                ? Map.of()
                : Map.of("call-id", next.callId(), "local-tag", next.localTag(), "remote-tag", confirmed);
    }

    /// For log lines.
    @Override
    public String toString() {
        return leg + " on " + targets;
    }
}
