package dev.callbridge.media;

import static java.util.Objects.requireNonNull;

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
    private final InOrder inOrder;
    private final Map<LegId, Endpoint> endpoints = new HashMap<>();
    private final Map<LegId, Way> ways = new HashMap<>();
    private final Set<LegId> ready = new HashSet<>();
    private @Nullable Negotiation negotiation;
    private boolean matched;
    private boolean flowing;
    private boolean over;

    /// @param shard where both endpoints live
    MediaCall(
            String callId, Map<LegId, MediaProfile> profiles, Consumer<MediaEvent> events, Shard shard, Opener opener) {
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
            case MediaCommand.Prepare(var from, var offer, var to) -> {
                try {
                    prepare(from, offer, to);
                } catch (RuntimeException bug) {
                    broken(to, bug);
                }
            }
            case MediaCommand.Match(var from, var answer, var to, var _, var _) -> {
                try {
                    match(from, answer, to);
                } catch (RuntimeException bug) {
                    broken(from, bug);
                }
            }
            case MediaCommand.Release _ -> release();
            case MediaCommand.Preview _,
                    MediaCommand.Describe _,
                    MediaCommand.Conclude _,
                    MediaCommand.Revert _,
                    MediaCommand.Press _ -> {}
            case MediaCommand.Revise(var leg, var _) -> tell(new MediaEvent.NotRevised(leg));
        }
    }

    private void broken(LegId leg, RuntimeException bug) {
        log.error("media of {} failed", leg, bug);
        fail(leg, HangupCause.FAILED);
    }

    private void prepare(LegId from, @Nullable Sdp sdp, LegId to) {
        if (over || negotiation != null || sdp == null) {
            return;
        }
        SessionDescription offer = parsed(from, sdp);
        if (offer == null || open(from, false) == null) {
            return;
        }
        if (!endpoint(from).fits(offer)) {
            fail(from, unfit(from));
            return;
        }
        Endpoint callee = open(to, true);
        if (callee == null) {
            return;
        }
        Optional<Negotiation> begun = Negotiation.begin(offer, profile(from), profile(to), callee.eventNumber());
        if (begun.isEmpty()) {
            fail(from, HangupCause.NO_COMMON_CODEC);
            return;
        }
        negotiation = begun.get();
        SessionDescription ours = callee.offer(negotiation.ours(), negotiation.direction());
        tell(new MediaEvent.Prepared(to, new Sdp(ours.text())));
    }

    private void match(LegId from, Sdp sdp, LegId to) {
        Negotiation open = negotiation;
        if (over || matched || open == null) {
            return;
        }
        SessionDescription answer = parsed(from, sdp);
        if (answer == null) {
            return;
        }
        Optional<Negotiation.Agreement> agreed = open.end(answer);
        if (agreed.isEmpty()) {
            fail(from, HangupCause.NO_COMMON_CODEC);
        } else if (!endpoint(from).fits(answer)) {
            fail(from, HangupCause.MEDIA_FAILED);
        } else {
            join(from, answer, to, open, agreed.get());
        }
    }

    private void join(
            LegId callee, SessionDescription answer, LegId caller, Negotiation open, Negotiation.Agreement agreed) {
        matched = true;
        Endpoint towardsCallee = endpoint(callee);
        Endpoint towardsCaller = endpoint(caller);
        Way fromCaller = Way.to(towardsCallee, agreed.fromCaller());
        Way fromCallee = Way.to(towardsCaller, agreed.fromCallee());
        ways.put(caller, fromCaller);
        ways.put(callee, fromCallee);
        shard.execute(() -> {
            towardsCaller.hear(fromCaller.types());
            towardsCallee.hear(fromCallee.types());
        });
        SessionDescription ours = towardsCaller.answer(open.offer(), agreed.answer(), agreed.direction());
        if (!towardsCallee.meet(answer, true)) {
            fail(callee, HangupCause.MEDIA_FAILED);
        } else if (!towardsCaller.meet(open.offer(), false)) {
            fail(caller, HangupCause.MEDIA_FAILED);
        } else {
            tell(new MediaEvent.Matched(caller, new Sdp(ours.text())));
            flow();
        }
    }

    private @Nullable SessionDescription parsed(LegId leg, Sdp sdp) {
        try {
            return SessionDescription.parse(sdp.text());
        } catch (SdpException e) {
            log.info("{} sent a session description that can't be read: {}", leg.role(), e.getMessage());
            fail(leg, HangupCause.MEDIA_FAILED);
            return null;
        }
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
            endpoints.forEach(MediaCall::close);
            Map<LegId, Way> used = Map.copyOf(ways);
            shard.execute(() -> used.forEach((leg, way) -> way.log(leg)));
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
