package dev.callbridge.sip.leg;

import dev.callbridge.call.LegEvent;
import dev.callbridge.call.LegStep;
import dev.callbridge.call.Sdp;
import dev.callbridge.sip.leg.DialogState.Asked;
import dev.callbridge.sip.leg.UacArrival.Gate;
import dev.callbridge.sip.leg.UacArrival.Provisional;
import dev.callbridge.sip.leg.UacState.Early;
import dev.callbridge.sip.leg.UacState.Proceeding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What happens between our INVITE and its final response: ringing, early media, and UPDATEs in early dialogs
/// (RFC
/// 3960,
/// RFC 5009, RFC 3262 §5, RFC 3311 §5).
final class EarlyRules {

    /// More early dialogs than a forking proxy should make of one INVITE; those that come later are not heard.
    private static final int DIALOGS = 8;

    private EarlyRules() {}

    static LegStep<UacState, UacMessage> provisional(Proceeding before, EarlyMedia policy, Provisional response) {
        Map<String, Early> dialogs = new HashMap<>(before.early());
        if (response.status() == 199) {
            // That early dialog is gone (RFC 6228).
            dialogs.remove(response.toTag());
        } else if ((!response.toTag().isEmpty() && dialogs.size() < DIALOGS) || dialogs.containsKey(response.toTag())) {
            dialogs.merge(response.toTag(), learnt(Early.UNKNOWN, response), (known, _) -> learnt(known, response));
        }
        boolean rings = response.status() >= 180 && response.status() <= 182;
        boolean ringing = before.ringing() || rings;
        LegEvent.Progressed progress = progress(before, policy, dialogs.get(response.toTag()), ringing);
        boolean news = progress != null && !progress.equals(before.heard());
        LegStep<UacState, UacMessage> step = LegStep.to(new Proceeding(
                before.attempt(),
                before.alerted() || response.status() > 100,
                ringing,
                dialogs,
                news ? progress : before.heard(),
                before.outdated(),
                before.introduction()));
        if (rings && !before.ringing()) {
            step = step.tell(new LegEvent.Ringing());
        }
        return news && progress != null ? step.tell(progress) : step;
    }

    private static Early learnt(Early known, Provisional response) {
        Sdp said = response.preview();
        Gate gate = response.gate();
        return new Early(
                said == null || known.agreed() ? known.preview() : said,
                known.agreed() || (said != null && response.reliable()),
                gate == null ? known.gate() : gate,
                known.asked());
    }

    /// What the call has to know of early media in `dialog`; null: nothing.
    private static LegEvent.@Nullable Progressed progress(
            Proceeding before, EarlyMedia policy, @Nullable Early dialog, boolean ringing) {
        if (dialog == null || dialog.preview() == null) {
            return null;
        }
        Gate gate = dialog.gate();
        boolean meant = gate != null && gate.heard();
        boolean speaks = gate != null && gate.speaks();
        return switch (policy) {
            case ON_ANSWER -> null;
            case ON_PROGRESS -> new LegEvent.Progressed(dialog.preview(), true, speaks);
            case ON_INBAND -> {
                boolean unsaid = gate == null && (!ringing || before.heard() != null);
                yield meant || unsaid ? new LegEvent.Progressed(dialog.preview(), meant, speaks) : null;
            }
        };
    }

    /// An UPDATE before the answer.
    static LegStep<UacState, UacMessage> change(Proceeding state, DialogArrival.Change change) {
        String tag = change.remoteTag();
        if (change.method() == Method.UPDATE && change.offer() == null) {
            return LegStep.<UacState, UacMessage>stay(state)
                    .send(new DialogMessage.Accept(tag, change.number(), null, null));
        }
        Early dialog = state.early().getOrDefault(tag, Early.UNKNOWN);
        if (change.method() == Method.INVITE || change.offer() == null || !dialog.agreed()) {
            // The offer in our INVITE is still open.
            return refuse(state, change, 491);
        }
        if (dialog.asked() != null) {
            return refuse(state, change, 500);
        }
        Early asking = dialog.asking(new Asked(Method.UPDATE, change.number(), null));
        return LegStep.<UacState, UacMessage>to(state.with(with(state, tag, asking)))
                .tell(new LegEvent.Reoffered(change.offer()));
    }

    private static LegStep<UacState, UacMessage> refuse(Proceeding state, DialogArrival.Change change, int status) {
        return LegStep.<UacState, UacMessage>stay(state)
                .send(new DialogMessage.Refuse(change.remoteTag(), change.number(), status));
    }

    /// @param answer to the offer that the call was told of; null: it declined
    static LegStep<UacState, UacMessage> reanswer(Proceeding state, @Nullable Sdp answer) {
        for (var each : state.early().entrySet()) {
            Asked asked = each.getValue().asked();
            if (asked != null) {
                String tag = each.getKey();
                UacMessage response = answer == null
                        ? new DialogMessage.Refuse(tag, asked.number(), 488)
                        : new DialogMessage.Accept(tag, asked.number(), answer, null);
                Proceeding free = state.with(with(state, tag, each.getValue().asking(null)));
                return LegStep.<UacState, UacMessage>to(free).send(response);
            }
        }
        return LegStep.stay(state);
    }

    private static Map<String, Early> with(Proceeding state, String tag, Early dialog) {
        Map<String, Early> dialogs = new HashMap<>(state.early());
        dialogs.put(tag, dialog);
        return dialogs;
    }

    /// Before early dialogs go, each UPDATE gets its final response.
    ///
    /// @param kept the tag of the one that doesn't go; empty: none
    static List<UacMessage> lastWords(Proceeding state, String kept) {
        return state.early().entrySet().stream()
                .filter(each -> !each.getKey().equals(kept))
                .<UacMessage>mapMulti((each, refusals) -> {
                    Asked asked = each.getValue().asked();
                    if (asked != null) {
                        refusals.accept(new DialogMessage.Refuse(each.getKey(), asked.number(), 487));
                    }
                })
                .toList();
    }
}
