package dev.callbridge.media;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.MediaSession;
import dev.callbridge.call.LegId;
import dev.callbridge.call.MediaCommand;
import dev.callbridge.call.MediaEvent;
import dev.callbridge.call.Sdp;
import dev.callbridge.sdp.AudioFormats;
import dev.callbridge.sdp.Direction;
import dev.callbridge.sdp.OfferAnswer;
import dev.callbridge.sdp.Origin;
import dev.callbridge.sdp.OwnRtp;
import dev.callbridge.sdp.OwnWebRtc;
import dev.callbridge.sdp.SdpException;
import dev.callbridge.sdp.SessionDescription;
import dev.callbridge.sdp.WebRtcTransport;
import dev.callbridge.testkit.OneWay;
import dev.callbridge.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// [MediaCall] without packets, in virtual time: what may be said and what passes is the [Negotiation] of the real one,
/// descriptions are written as its endpoints write them, and sockets, ICE and DTLS are only said to be there.
public final class VirtualMedia implements MediaSession {

    private static final Duration WORK = Duration.ofMillis(8);
    private static final Duration QUICK_ICE = Duration.ofMillis(200);
    private static final Duration SLOW_ICE = Duration.ofMillis(2_500);

    private final VirtualTime time;
    private final OneWay commands;
    private final Consumer<MediaEvent> events;
    private final Map<LegId, MediaProfile> profiles;
    private final Map<LegId, End> ends = new HashMap<>();
    private final List<MediaCommand.Press> pressed = new ArrayList<>();
    private @Nullable Negotiation negotiation;
    private @Nullable SessionDescription offer;
    private boolean flowing;
    private int releases;

    /// @param events hears what the call is told
    public VirtualMedia(VirtualTime time, Map<LegId, MediaProfile> profiles, Consumer<MediaEvent> events) {
        this.time = time;
        this.commands = new OneWay(time, Duration.ZERO, WORK);
        this.profiles = Map.copyOf(profiles);
        this.events = events;
        profiles.forEach((leg, profile) -> ends.put(leg, new End(profile)));
    }

    @Override
    public void perform(MediaCommand command) {
        commands.carry(() -> obey(command));
    }

    private void obey(MediaCommand command) {
        if (releases > 0) {
            throw new AssertionError("asked after the end: " + command);
        }
        switch (command) {
            case MediaCommand.Prepare(var from, var sdp, var to) -> prepare(from, read(requireNonNull(sdp)), to);
            case MediaCommand.Match(var from, var answer, var to, var _, var _) -> match(from, read(answer), to);
            case MediaCommand.Describe(var leg) -> describe(leg);
            case MediaCommand.Revise(var leg, var sdp) -> revise(leg, read(sdp));
            case MediaCommand.Conclude(var leg, var answer) -> conclude(leg, read(answer));
            case MediaCommand.Revert(var leg) -> {
                negotiation = agreed().reverted(leg);
                compare();
            }
            case MediaCommand.Press press -> pressed.add(press);
            // The checks of the peer find us, wherever it is.
            case MediaCommand.Trickle _ -> {}
            case MediaCommand.Release _ -> releases++;
            case MediaCommand.Move _ -> throw new AssertionError("there is one trunk");
            case MediaCommand.Preview _ -> throw new AssertionError("nobody is heard early");
        }
    }

    private void prepare(LegId from, SessionDescription theirs, LegId to) {
        offer = theirs;
        Negotiation.Step step = Negotiation.between(from, profile(from), to, profile(to))
                .begun(from, theirs)
                .orElseThrow()
                .describe(to)
                .orElseThrow();
        tell(new MediaEvent.Prepared(to, offer(to, step)));
    }

    private void match(LegId from, SessionDescription answer, LegId to) {
        SessionDescription theirs = requireNonNull(offer);
        Negotiation.Step step =
                agreed().answered(from, answer).orElseThrow().answer(to).orElseThrow();
        end(from).meet(answer, true);
        end(to).meet(theirs, false);
        tell(new MediaEvent.Matched(to, answer(to, theirs, step)));
        VirtualTime.Timer _ = time.after(time.between(QUICK_ICE, SLOW_ICE), () -> {
            flowing = true;
            tell(new MediaEvent.Flowing());
        });
    }

    private void describe(LegId leg) {
        tell(new MediaEvent.Described(leg, offer(leg, agreed().describe(leg).orElseThrow())));
    }

    private void revise(LegId leg, SessionDescription theirs) {
        Negotiation.Step step = agreed().revised(leg, theirs).orElseThrow();
        end(leg).meet(theirs, false);
        tell(new MediaEvent.Revised(leg, answer(leg, theirs, step)));
        compare();
    }

    private void conclude(LegId leg, SessionDescription answer) {
        if (agreed().isPending(leg)) {
            negotiation = agreed().answered(leg, answer).orElseThrow();
            end(leg).meet(answer, true);
            compare();
        }
    }

    private void compare() {
        Negotiation.Outdated outdated = agreed().outdated();
        negotiation = outdated.next();
        outdated.legs().forEach(leg -> tell(new MediaEvent.Outdated(leg)));
    }

    private Sdp offer(LegId leg, Negotiation.Step step) {
        negotiation = step.next();
        return end(leg).offer(step.ours());
    }

    private Sdp answer(LegId leg, SessionDescription theirs, Negotiation.Step step) {
        negotiation = step.next();
        return end(leg).answer(theirs, step.ours());
    }

    private Negotiation agreed() {
        return requireNonNull(negotiation, "nothing was prepared");
    }

    private MediaProfile profile(LegId leg) {
        return requireNonNull(profiles.get(leg), "not a leg of this call");
    }

    private End end(LegId leg) {
        return requireNonNull(ends.get(leg), "not a leg of this call");
    }

    private void tell(MediaEvent event) {
        if (releases == 0) {
            events.accept(event);
        }
    }

    /// `leg` presses a key that the other side can't take as sound.
    public void press(MediaEvent.Pressed key) {
        tell(key);
    }

    /// Whether sound of `leg` gets through to the other one.
    public boolean passes(LegId leg) {
        return flowing && releases == 0 && !agreed().terms(leg, false).sound().isEmpty();
    }

    /// What we call ourselves towards `leg`.
    public String fragment(LegId leg) {
        return end(leg).fragment();
    }

    /// What our checks and those of the peer of `leg` take it to be called.
    public String fragmentOfPeer(LegId leg) {
        return requireNonNull(end(leg).peer, "nobody was met").ufrag();
    }

    /// Keys that were to be heard.
    public List<MediaCommand.Press> pressed() {
        return List.copyOf(pressed);
    }

    /// How often everything was to be given back.
    public int releases() {
        return releases;
    }

    public static SessionDescription read(Sdp sdp) {
        try {
            return SessionDescription.parse(sdp.text());
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }

    /// Our end of a leg, as far as it can be read in descriptions.
    private static final class End {

        private final MediaProfile profile;
        private @Nullable SessionDescription said;
        private @Nullable WebRtcTransport peer;
        private int restarts;

        private End(MediaProfile profile) {
            this.profile = profile;
        }

        private String fragment() {
            return "ours" + restarts;
        }

        private Sdp offer(Proposal ours) {
            SessionDescription last = said;
            AudioFormats formats = ours.formats();
            Direction direction = ours.direction();
            return say(
                    switch (profile) {
                        case MediaProfile.WebRtc _ ->
                            last == null
                                    ? OfferAnswer.webRtcOffer(browser(), formats, direction)
                                    : OfferAnswer.webRtcOffer(browser(), last, formats, direction);
                        case MediaProfile.PlainRtp _ ->
                            last == null
                                    ? OfferAnswer.plainOffer(trunk(), formats, direction)
                                    : OfferAnswer.plainOffer(trunk(), last, formats, direction);
                    });
        }

        private Sdp answer(SessionDescription theirs, Proposal ours) {
            return say(
                    switch (profile) {
                        case MediaProfile.WebRtc _ ->
                            OfferAnswer.webRtcAnswer(
                                    browser(),
                                    theirs,
                                    WebRtcTransport.of(theirs).orElseThrow(),
                                    ours.formats(),
                                    ours.direction());
                        case MediaProfile.PlainRtp _ ->
                            OfferAnswer.plainAnswer(trunk(), theirs, ours.formats(), ours.direction());
                    });
        }

        /// Other credentials in an offer restart ICE; in an answer to an offer of ours they may not be (RFC 8839
        /// §4.4.3).
        private void meet(SessionDescription theirs, boolean answered) {
            WebRtcTransport described = WebRtcTransport.of(theirs).orElse(null);
            WebRtcTransport before = peer;
            if (described == null) {
                return;
            }
            if (before == null) {
                peer = described;
            } else if (!answered && !before.ufrag().equals(described.ufrag())) {
                peer = described;
                restarts++;
            }
        }

        private Sdp say(SessionDescription description) {
            SessionDescription next = said == null ? description : description.following(said);
            said = next;
            return new Sdp(next.text());
        }

        private OwnWebRtc browser() {
            return new OwnWebRtc(
                    Origin.first("1", "0.0.0.0"),
                    fragment(),
                    "password-of-" + fragment() + "-0123456",
                    "AA:BB",
                    List.of(),
                    new OwnWebRtc.MediaSource(1, "us", "stream", "track"));
        }

        private static OwnRtp trunk() {
            return new OwnRtp(Origin.first("1", "192.0.2.1"), "192.0.2.1", 4000);
        }
    }
}
