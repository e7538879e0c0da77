package dev.callbridge.media;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.media.transport.Endpoint;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The sound of one call of two legs, from the first offer to the end.
///
/// ## Threads
/// Commands of the call and news of the endpoints are dealt with one after the other, on virtual threads of its own
/// ([InOrder]); all fields belong to those. Packets pass on the shard's thread and touch nothing here.
final class MediaCall implements MediaSession {

    private static final Logger log = LoggerFactory.getLogger(MediaCall.class);

    private final String callId;
    private final Consumer<MediaEvent> events;
    private final InOrder inOrder;
    private final CallJournal journal;
    private final Ends ends;
    private @Nullable Negotiation negotiation;
    /// The first offer of the one who calls, until it is answered.
    private @Nullable SessionDescription offer;
    /// The leg that is heard although it has not answered yet.
    private @Nullable LegId early;
    /// The leg that gets nothing for now, whatever it wishes.
    private @Nullable LegId muted;
    /// Whether the one who is called changed its answer before the call was answered.
    private boolean changed;
    private boolean matched;
    private boolean flowing;
    private boolean over;

    /// @param shard where both endpoints live
    MediaCall(
            String callId,
            Map<LegId, List<MediaProfile>> profiles,
            Consumer<MediaEvent> events,
            Shard shard,
            Ends.Opener opener,
            Oversight oversight) {
        this.callId = callId;
        this.events = events;
        this.inOrder = new InOrder("media-" + callId);
        this.journal = oversight.journal();
        this.ends = new Ends(profiles, shard, opener, oversight);
    }

    @Override
    public void perform(MediaCommand command) {
        later(() -> guarded(command));
    }

    /// From any thread.
    void later(Runnable task) {
        inOrder.execute(() -> {
            try (var _ = MDC.putCloseable("call", callId)) {
                task.run();
            }
        });
    }

    private void guarded(MediaCommand command) {
        switch (command) {
            case MediaCommand.Prepare(var from, var sdp, var to) -> guarded(to, () -> prepare(from, sdp, to));
            case MediaCommand.Move(var leg, int place) -> guarded(leg, () -> move(leg, place));
            case MediaCommand.Preview(var from, var preview) -> guarded(from, () -> preview(from, preview));
            case MediaCommand.Match(var from, var answer, var to, boolean heard, boolean mute) ->
                guarded(from, () -> match(from, answer, to, heard, mute));
            case MediaCommand.Describe(var leg) -> guarded(leg, () -> describe(leg));
            case MediaCommand.Revise(var leg, var sdp) -> guarded(leg, () -> revise(leg, sdp));
            case MediaCommand.Conclude(var leg, var answer) -> guarded(leg, () -> conclude(leg, answer));
            case MediaCommand.Revert(var leg) -> guarded(leg, () -> revert(leg));
            case MediaCommand.Trickle(var leg, var candidates) ->
                guarded(leg, () -> ends.of(leg).trickle(candidates));
            case MediaCommand.Press(var leg, var digit, var length) ->
                guarded(leg, () -> ends.press(leg, digit, length));
            case MediaCommand.Release _ -> release();
        }
    }

    private void guarded(LegId leg, Runnable task) {
        try {
            if (!over) {
                task.run();
            }
        } catch (RuntimeException bug) {
            log.error("media of {} failed", leg, bug);
            fail(leg, HangupCause.FAILED);
        }
    }

    private void prepare(LegId from, @Nullable Sdp sdp, LegId to) {
        if (negotiation != null) {
            return;
        }
        Negotiation begun = Negotiation.between(from, ends.profile(from), to, ends.profile(to));
        negotiation = begun;
        if (sdp != null) {
            offer = readable(from, sdp).orElse(null);
            if (offer == null) {
                fail(from, HangupCause.MEDIA_FAILED);
                return;
            }
        }
        Endpoint caller = open(from, sdp == null);
        if (caller == null) {
            return;
        }
        if (offer != null) {
            if (!caller.fits(offer)) {
                fail(from, unfit(from));
                return;
            }
            begun = begun.begun(from, offer).orElse(begun);
        }
        Endpoint callee = open(to, true);
        if (callee == null) {
            return;
        }
        join();
        Optional<Negotiation.Step> step = offer == null || begun.hasHeard(from) ? begun.describe(to) : Optional.empty();
        if (step.isEmpty()) {
            fail(from, HangupCause.NO_COMMON_CODEC);
        } else {
            tell(new MediaEvent.Prepared(to, describe(callee, step.get())));
        }
    }

    private void join() {
        ends.join(leg -> new News(leg, this, journal));
    }

    /// Nothing passes yet, and what was said to `leg` was said to somebody else.
    private void move(LegId leg, int place) {
        if (matched) {
            tell(new MediaEvent.NotRevised(leg));
            return;
        }
        changed = false;
        ends.move(leg, place);
        negotiation = agreed().forgetting(leg, ends.profile(leg));
        if (open(leg, true) != null) {
            join();
            describe(leg);
        }
    }

    /// Says what `step` comes to, and counts it as said.
    private Sdp describe(Endpoint endpoint, Negotiation.Step step) {
        negotiation = step.next();
        Proposal ours = step.ours();
        return new Sdp(endpoint.offer(ours.formats(), ours.direction()).text());
    }

    private void preview(LegId from, Sdp sdp) {
        Negotiation now = negotiation;
        boolean heard = from.equals(early);
        if (now == null || changed || (matched && !heard)) {
            return;
        }
        Optional<SessionDescription> preview = usable(from, sdp);
        Optional<Negotiation> next = preview.flatMap(description -> now.answered(from, description));
        if (next.isEmpty() || !ends.of(from).meet(preview.get(), true)) {
            log.info("the preview of {} can't be used", from.role());
        } else if (heard) {
            negotiation = next.get();
            ends.agree(agreed(), muted);
            compare();
        } else {
            var ear = new Audibility(next.get().heardBy(from), () -> later(() -> tell(new MediaEvent.Audible(from))));
            ends.hear(from, ear);
        }
    }

    private void match(LegId from, Sdp sdp, LegId to, boolean heard, boolean mute) {
        Negotiation open = negotiation;
        if (matched || open == null) {
            return;
        }
        SessionDescription answer = readable(from, sdp).orElse(null);
        if (answer == null) {
            fail(from, HangupCause.MEDIA_FAILED);
            return;
        }
        Optional<Negotiation> next = changed ? Optional.of(open) : open.answered(from, answer);
        Optional<Negotiation.Step> step = next.flatMap(now -> offer == null ? now.describe(to) : now.answer(to));
        if (step.isEmpty()) {
            fail(from, HangupCause.NO_COMMON_CODEC);
        } else if (!changed && (!ends.of(from).fits(answer) || !ends.of(from).meet(answer, true))) {
            fail(from, HangupCause.MEDIA_FAILED);
        } else if (offer != null && !ends.of(to).meet(offer, false)) {
            fail(to, HangupCause.MEDIA_FAILED);
        } else {
            early = heard ? from : null;
            muted = mute ? from : null;
            join(to, step.get());
        }
    }

    /// @param caller who gets our answer, or our offer if it made none; whether that is answered can't be waited for
    private void join(LegId caller, Negotiation.Step step) {
        Endpoint endpoint = ends.of(caller);
        Sdp ours;
        if (offer == null) {
            ours = describe(endpoint, step);
            ends.ready(caller);
        } else {
            ours = answer(endpoint, offer, step);
        }
        offer = null;
        matched = true;
        ends.agree(agreed(), muted);
        ends.start();
        tell(new MediaEvent.Matched(caller, ours));
        flow();
    }

    private Sdp answer(Endpoint endpoint, SessionDescription theirs, Negotiation.Step step) {
        negotiation = step.next();
        Proposal ours = step.ours();
        return new Sdp(endpoint.answer(theirs, ours.formats(), ours.direction()).text());
    }

    private void describe(LegId leg) {
        Optional<Negotiation.Step> step = agreed().describe(leg);
        if (step.isEmpty()) {
            tell(new MediaEvent.NotRevised(leg));
        } else {
            tell(new MediaEvent.Described(leg, describe(ends.of(leg), step.get())));
        }
    }

    private void revise(LegId leg, Sdp sdp) {
        Optional<SessionDescription> theirs = usable(leg, sdp);
        Optional<Negotiation.Step> step = theirs.flatMap(description -> agreed().revised(leg, description));
        if (step.isEmpty() || !ends.of(leg).meet(theirs.get(), false)) {
            tell(new MediaEvent.NotRevised(leg));
            return;
        }
        Sdp ours = answer(ends.of(leg), theirs.get(), step.get());
        changed |= !matched || leg.equals(early);
        tell(new MediaEvent.Revised(leg, ours));
        if (matched) {
            ends.agree(agreed(), muted);
            compare();
        }
    }

    private void conclude(LegId leg, Sdp sdp) {
        Negotiation now = agreed();
        boolean opening = leg.equals(early);
        boolean first = opening || !now.hasHeard(leg);
        if (!opening && !now.isPending(leg)) {
            return;
        }
        Optional<SessionDescription> theirs = usable(leg, sdp);
        boolean known = opening && changed;
        Optional<Negotiation> next = known ? Optional.of(now) : theirs.flatMap(answer -> now.answered(leg, answer));
        if (next.isPresent() && (known || ends.of(leg).meet(theirs.get(), true))) {
            negotiation = next.get();
            if (opening) {
                early = null;
                muted = null;
            }
            ends.agree(agreed(), muted);
            watch();
            compare();
        } else if (first) {
            fail(leg, theirs.isPresent() && next.isEmpty() ? HangupCause.NO_COMMON_CODEC : HangupCause.MEDIA_FAILED);
        } else {
            log.info("the answer of {} to our new offer can't be used", leg.role());
            revert(leg);
        }
    }

    private void revert(LegId leg) {
        negotiation = agreed().reverted(leg);
        compare();
    }

    /// Tells who was told something that is not true any more, once.
    private void compare() {
        Negotiation.Outdated outdated = agreed().outdated();
        negotiation = outdated.next();
        outdated.legs().forEach(leg -> tell(new MediaEvent.Outdated(leg)));
    }

    private Negotiation agreed() {
        return requireNonNull(negotiation, "nothing was prepared");
    }

    private static Optional<SessionDescription> readable(LegId leg, Sdp sdp) {
        try {
            return Optional.of(SessionDescription.parse(sdp.text()));
        } catch (SdpException e) {
            log.info("{} sent a session description that can't be read: {}", leg.role(), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<SessionDescription> usable(LegId leg, Sdp sdp) {
        return readable(leg, sdp).filter(ends.of(leg)::fits);
    }

    private @Nullable Endpoint open(LegId leg, boolean offering) {
        Optional<Endpoint> opened = ends.open(leg, offering, new News(leg, this, journal));
        if (opened.isEmpty()) {
            log.warn("no RTP port is free; callbridge.media.rtp-ports is too small");
            fail(leg, HangupCause.OVERLOADED);
        }
        return opened.orElse(null);
    }

    /// A trunk that offers nothing but secured media has no codec for us; a browser without keys can't be reached.
    private HangupCause unfit(LegId leg) {
        return switch (ends.profile(leg)) {
            case MediaProfile.PlainRtp _ -> HangupCause.NO_COMMON_CODEC;
            case MediaProfile.WebRtc _ -> HangupCause.MEDIA_FAILED;
        };
    }

    /// Packets can pass between `leg` and us.
    void ready(LegId leg) {
        ends.ready(leg);
        flow();
    }

    private void flow() {
        if (matched && !flowing && ends.areReady()) {
            flowing = true;
            tell(new MediaEvent.Flowing());
            watch();
        }
    }

    /// From now on both sides have to be heard.
    private void watch() {
        if (flowing && early == null) {
            ends.watch();
        }
    }

    /// The peer closed in good order.
    void closed(LegId leg) {
        if (flowing) {
            tell(new MediaEvent.Closed(leg));
            release();
        } else {
            fail(leg, HangupCause.MEDIA_FAILED);
        }
    }

    /// The peer can't be reached, or not any more.
    void lost(LegId leg) {
        fail(leg, flowing ? HangupCause.MEDIA_LOST : HangupCause.MEDIA_FAILED);
    }

    private void fail(LegId leg, HangupCause cause) {
        try {
            tell(new MediaEvent.Failed(leg, cause));
        } finally {
            release();
        }
    }

    private void release() {
        if (!over) {
            over = true;
            ends.close();
        }
    }

    void tell(MediaEvent event) {
        if (!over) {
            log.debug("{}", event);
            events.accept(event);
        }
    }
}
