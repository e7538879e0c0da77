package dev.callbridge.media;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.Digit;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.call.Trouble;
import dev.callbridge.media.transport.Endpoint;
import dev.callbridge.media.transport.Shard;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /// Opens our end of a leg; empty if there is no port left.
    interface Opener {
        Optional<Endpoint> open(MediaProfile profile, boolean offering, Endpoint.Listener listener);
    }

    private final String callId;
    private final Map<LegId, MediaProfile> profiles;
    private final Consumer<MediaEvent> events;
    private final Shard shard;
    private final Opener opener;
    private final Oversight oversight;
    private final InOrder inOrder;
    private final Map<LegId, Endpoint> endpoints = new HashMap<>();
    /// By the leg that the packets come from.
    private final Map<LegId, Way> ways = new HashMap<>();
    private final Set<LegId> ready = new HashSet<>();
    private @Nullable Negotiation negotiation;
    /// The first offer of the one who calls, until it is answered.
    private @Nullable SessionDescription offer;
    /// The leg that is heard although it has not answered yet.
    private @Nullable LegId early;
    /// The leg that gets nothing for now, whatever it wishes.
    private @Nullable LegId muted;
    private @Nullable Duplex duplex;
    private boolean matched;
    private boolean flowing;
    private boolean over;

    /// @param shard where both endpoints live
    MediaCall(
            String callId,
            Map<LegId, MediaProfile> profiles,
            Consumer<MediaEvent> events,
            Shard shard,
            Opener opener,
            Oversight oversight) {
        this.oversight = oversight;
        this.callId = callId;
        this.profiles = Map.copyOf(profiles);
        this.events = events;
        this.shard = shard;
        this.opener = opener;
        this.inOrder = new InOrder("media-" + callId);
    }

    @Override
    public void perform(MediaCommand command) {
        later(() -> guarded(command));
    }

    private void later(Runnable task) {
        inOrder.execute(() -> {
            try (var _ = MDC.putCloseable("call", callId)) {
                task.run();
            }
        });
    }

    private void guarded(MediaCommand command) {
        switch (command) {
            case MediaCommand.Prepare(var from, var sdp, var to) -> guarded(to, () -> prepare(from, sdp, to));
            case MediaCommand.Preview(var from, var preview) -> guarded(from, () -> preview(from, preview));
            case MediaCommand.Match(var from, var answer, var to, boolean heard, boolean mute) ->
                guarded(from, () -> match(from, answer, to, heard, mute));
            case MediaCommand.Describe(var leg) -> guarded(leg, () -> describe(leg));
            case MediaCommand.Revise(var leg, var sdp) -> guarded(leg, () -> revise(leg, sdp));
            case MediaCommand.Conclude(var leg, var answer) -> guarded(leg, () -> conclude(leg, answer));
            case MediaCommand.Revert(var leg) -> guarded(leg, () -> revert(leg));
            case MediaCommand.Press(var leg, var digit, var length) -> guarded(leg, () -> press(leg, digit, length));
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
        Negotiation begun = Negotiation.between(from, profile(from), to, profile(to));
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
        ways.put(from, way(from, to, callee));
        ways.put(to, way(to, from, caller));
        Optional<Negotiation.Step> step = offer == null || begun.hasHeard(from) ? begun.describe(to) : Optional.empty();
        if (step.isEmpty()) {
            fail(from, HangupCause.NO_COMMON_CODEC);
        } else {
            tell(new MediaEvent.Prepared(to, describe(callee, step.get())));
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
        if (now == null || (matched && !heard)) {
            return;
        }
        Optional<SessionDescription> preview = usable(from, sdp);
        Optional<Negotiation> next = preview.flatMap(description -> now.answered(from, description));
        if (next.isEmpty() || !endpoint(from).meet(preview.get(), true)) {
            log.info("the preview of {} can't be used", from.role());
        } else if (heard) {
            negotiation = next.get();
            rewire();
            compare();
        } else {
            var ear = new Audibility(next.get().heardBy(from), () -> later(() -> tell(new MediaEvent.Audible(from))));
            Endpoint endpoint = endpoint(from);
            shard.execute(() -> endpoint.hear(ear));
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
        Optional<Negotiation.Step> step =
                open.answered(from, answer).flatMap(next -> offer == null ? next.describe(to) : next.answer(to));
        if (step.isEmpty()) {
            fail(from, HangupCause.NO_COMMON_CODEC);
        } else if (!endpoint(from).fits(answer) || !endpoint(from).meet(answer, true)) {
            fail(from, HangupCause.MEDIA_FAILED);
        } else if (offer != null && !endpoint(to).meet(offer, false)) {
            fail(to, HangupCause.MEDIA_FAILED);
        } else {
            early = heard ? from : null;
            muted = mute ? from : null;
            join(to, step.get());
        }
    }

    /// @param caller who gets our answer, or our offer if it made none; whether that is answered can't be waited for
    private void join(LegId caller, Negotiation.Step step) {
        Endpoint endpoint = endpoint(caller);
        Sdp ours;
        if (offer == null) {
            ours = describe(endpoint, step);
            ready.add(caller);
        } else {
            ours = answer(endpoint, offer, step);
        }
        offer = null;
        matched = true;
        rewire();
        ways.forEach((leg, way) -> {
            Endpoint source = endpoint(leg);
            shard.execute(() -> source.hear(way));
        });
        var opened = new Duplex(ways, endpoints, oversight);
        duplex = opened;
        shard.execute(opened::listen);
        shard.join(opened);
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
            tell(new MediaEvent.Described(leg, describe(endpoint(leg), step.get())));
        }
    }

    private void revise(LegId leg, Sdp sdp) {
        Optional<SessionDescription> theirs = usable(leg, sdp);
        Optional<Negotiation.Step> step = theirs.flatMap(description -> agreed().revised(leg, description));
        if (step.isEmpty() || !endpoint(leg).meet(theirs.get(), false)) {
            tell(new MediaEvent.NotRevised(leg));
            return;
        }
        Sdp ours = answer(endpoint(leg), theirs.get(), step.get());
        rewire();
        tell(new MediaEvent.Revised(leg, ours));
        compare();
    }

    private void conclude(LegId leg, Sdp sdp) {
        Negotiation now = agreed();
        boolean opening = leg.equals(early);
        boolean first = opening || !now.hasHeard(leg);
        if (!opening && !now.isPending(leg)) {
            return;
        }
        Optional<SessionDescription> theirs = usable(leg, sdp);
        Optional<Negotiation> next = theirs.flatMap(answer -> now.answered(leg, answer));
        if (next.isPresent() && endpoint(leg).meet(theirs.get(), true)) {
            negotiation = next.get();
            if (opening) {
                early = null;
                muted = null;
            }
            rewire();
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

    /// Has packets pass as it is agreed on now.
    private void rewire() {
        Negotiation now = agreed();
        ways.forEach((leg, way) -> {
            LegId to = now.other(leg);
            Terms terms = now.terms(leg, to.equals(muted));
            boolean opens = profile(to) instanceof MediaProfile.PlainRtp && now.receives(to);
            AudioFormats heard = now.heardBy(to);
            shard.execute(() -> {
                way.agree(terms, System.nanoTime());
                if (opens) {
                    way.open(heard, shard);
                }
            });
        });
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
        return readable(leg, sdp).filter(endpoint(leg)::fits);
    }

    private @Nullable Endpoint open(LegId leg, boolean offering) {
        Optional<Endpoint> opened = opener.open(profile(leg), offering, new News(leg));
        if (opened.isEmpty()) {
            log.warn("no RTP port is free; callbridge.media.rtp-ports is too small");
            fail(leg, HangupCause.OVERLOADED);
            return null;
        }
        endpoints.put(leg, opened.get());
        return opened.get();
    }

    /// A trunk that offers nothing but secured media has no codec for us; a browser without keys can't be reached.
    private HangupCause unfit(LegId leg) {
        return switch (profile(leg)) {
            case MediaProfile.PlainRtp _ -> HangupCause.NO_COMMON_CODEC;
            case MediaProfile.WebRtc _ -> HangupCause.MEDIA_FAILED;
        };
    }

    private MediaProfile profile(LegId leg) {
        return requireNonNull(profiles.get(leg), "not a leg of this call");
    }

    private Endpoint endpoint(LegId leg) {
        return requireNonNull(endpoints.get(leg), "leg without an endpoint");
    }

    private void flow() {
        if (matched && !flowing && ready.containsAll(endpoints.keySet())) {
            flowing = true;
            tell(new MediaEvent.Flowing());
            watch();
        }
    }

    /// From now on both sides have to be heard.
    private void watch() {
        if (flowing && early == null) {
            shard.execute(() -> ways.values().forEach(way -> way.begin(System.nanoTime())));
        }
    }

    private void press(LegId leg, Digit digit, Duration length) {
        Way towards = ways.get(agreed().other(leg));
        if (towards != null) {
            shard.execute(() -> towards.press(digit, length));
        }
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
            Duplex used = duplex;
            if (used != null) {
                shard.leave(used);
                shard.useScratch(used::end);
            }
            endpoints.forEach(MediaCall::close);
        }
    }

    /// One that fails keeps nothing of the other.
    private static void close(LegId leg, Endpoint endpoint) {
        try {
            endpoint.close();
        } catch (RuntimeException bug) {
            log.error("media of {} was not given back in order", leg, bug);
        }
    }

    private void tell(MediaEvent event) {
        if (!over) {
            log.debug("{}", event);
            events.accept(event);
        }
    }

    /// A trunk wants packets all the time; who watches over a browser is its consent (RFC 7675).
    private Way way(LegId from, LegId to, Endpoint towards) {
        boolean keepsAlive = profile(to) instanceof MediaProfile.PlainRtp;
        boolean givesUp = profile(from) instanceof MediaProfile.PlainRtp;
        return Way.to(towards, keepsAlive, oversight.limits(givesUp), new Ear(from));
    }

    /// News of what one leg says; on the shard's thread.
    private final class Ear implements Way.Listener {

        private final LegId leg;

        private Ear(LegId leg) {
            this.leg = leg;
        }

        @Override
        public void pressed(Digit digit, Duration length) {
            later(() -> tell(new MediaEvent.Pressed(leg, digit, length)));
        }

        @Override
        public void disturbed(Trouble trouble) {
            later(() -> tell(new MediaEvent.Disturbed(leg, trouble)));
        }

        @Override
        public void undisturbed(Trouble trouble) {
            later(() -> tell(new MediaEvent.Undisturbed(leg, trouble)));
        }

        @Override
        public void lost() {
            later(() -> fail(leg, HangupCause.MEDIA_LOST));
        }
    }

    /// News of one leg's endpoint.
    private final class News implements Endpoint.Listener {

        private final LegId leg;

        private News(LegId leg) {
            this.leg = leg;
        }

        @Override
        public void ready() {
            later(() -> {
                ready.add(leg);
                flow();
            });
        }

        @Override
        public void closed() {
            later(() -> {
                if (flowing) {
                    tell(new MediaEvent.Closed(leg));
                    release();
                } else {
                    fail(leg, HangupCause.MEDIA_FAILED);
                }
            });
        }

        @Override
        public void lost() {
            later(() -> fail(leg, flowing ? HangupCause.MEDIA_LOST : HangupCause.MEDIA_FAILED));
        }
    }
}
