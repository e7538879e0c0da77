package dev.callbridge.play;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallInput;
import dev.callbridge.call.CallOutput;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.LegId;
import dev.callbridge.call.TwoPartyCall;
import dev.callbridge.call.TwoPartyState;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/// A call of two in virtual time: joins the call, its legs and its media as the loop of a call does.
final class PlayedCall {

    static final LegId CALLER = new LegId("c", "caller");
    static final LegId CALLEE = new LegId("c", "callee");

    private static final Duration RING = Duration.ofSeconds(50);
    private static final Duration LENGTH = Duration.ofHours(4);

    private final TwoPartyCall call;
    private final Limit limit;
    private final List<VirtualTime.Timer> limits;
    private final Map<LegId, PlayedLeg<?, ?, ?>> legs = new HashMap<>();
    private final Queue<CallInput> open = new ArrayDeque<>();
    private final List<CallVerdict> verdicts = new ArrayList<>();
    private MediaSession media = _ -> {};
    private TwoPartyState state;
    private int connected;
    private boolean settling;

    PlayedCall(VirtualTime time, AnswerPolicy policy) {
        this.call = new TwoPartyCall(CALLER, CALLEE, policy, RING, LENGTH);
        this.state = call.start();
        this.limit = new Limit(time, () -> hear(new CallInput.Overdue()));
        limit.follow(state, call.limit(state));
        this.limits = call.limits().entrySet().stream()
                .map(each -> time.after(each.getValue(), () -> hear(new CallInput.Expired(each.getKey()))))
                .toList();
    }

    void seat(LegId id, PlayedLeg<?, ?, ?> leg) {
        legs.put(id, leg);
    }

    void listenTo(MediaSession session) {
        media = session;
    }

    /// Decides on an input, and on what the legs say to that, until nothing is left to decide.
    void hear(CallInput input) {
        open.add(input);
        if (settling || call.over(state)) {
            return;
        }
        settling = true;
        for (CallInput next = open.poll(); next != null; next = open.poll()) {
            var step = call.step(state, next);
            state = step.next();
            limit.follow(state, call.limit(state));
            step.outputs().forEach(this::perform);
        }
        settling = false;
        if (call.over(state)) {
            limit.stop();
            limits.forEach(VirtualTime.Timer::cancel);
            legs.values().forEach(PlayedLeg::stop);
        }
    }

    private void perform(CallOutput output) {
        switch (output) {
            case CallOutput.ToLeg(var leg, var command) ->
                requireNonNull(legs.get(leg)).asked(command);
            case CallOutput.ToMedia(var command) -> media.perform(command);
            case CallOutput.Connected _ -> connected++;
            case CallOutput.Disturbance _ -> {}
            case CallOutput.Close(var verdict) -> verdicts.add(verdict);
        }
    }

    boolean isUp() {
        return state instanceof TwoPartyState.Talking;
    }

    int connected() {
        return connected;
    }

    List<CallVerdict> verdicts() {
        return List.copyOf(verdicts);
    }
}
