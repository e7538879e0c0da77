package dev.callbridge.matrix;

import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallRequest;
import dev.callbridge.bridge.Inbox;
import dev.callbridge.call.AnswerPolicy;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.call.Parties;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Dialled;
import dev.callbridge.dialplan.Dialled.Presentation;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.matrix.event.Batch;
import dev.callbridge.matrix.event.DeviceMessage;
import dev.callbridge.matrix.event.Invite;
import dev.callbridge.matrix.event.RoomEvent;
import dev.callbridge.matrix.leg.InviteeArrival;
import dev.callbridge.matrix.leg.Notices;
import dev.callbridge.store.DatabaseUnavailable;
import dev.callbridge.store.InTime;
import dev.callbridge.store.TransactionRepository;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// What becomes of an `m.call.invite`: a call, a refusal with a notice, or nothing if it is over already.
/// Blocks; in order within a room.
final class IncomingCalls {

    private static final Logger log = LoggerFactory.getLogger(IncomingCalls.class);

    /// Younger invites are believed: nobody hangs up so soon without it being in the same batch.
    private static final Duration FRESH = Duration.ofSeconds(3);

    private static final Duration LONGEST = Duration.ofSeconds(60);
    /// An answer in the caller's last moments would cross its giving up.
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private static final Duration LEAST = Duration.ofSeconds(15);
    private static final Duration DATABASE = Duration.ofSeconds(2);
    private static final int LOOK_BACK = 100;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private final Residents residents;
    private final CallRegistry registry;
    private final CallRoutes routes;
    private final Outbox outbox;
    private final Ghosts ghosts;
    private final Rights rights;
    private final HomeserverClient homeserver;
    private final TransactionRepository transactions;
    private final InstantSource clock;
    private final Later later;
    private final Recent<String, String> seen = new Recent<>(1_000);

    IncomingCalls(
            Residents residents,
            CallRegistry registry,
            CallRoutes routes,
            Outbox outbox,
            Ghosts ghosts,
            Rights rights,
            HomeserverClient homeserver,
            TransactionRepository transactions,
            InstantSource clock,
            Later later) {
        this.residents = residents;
        this.registry = registry;
        this.routes = routes;
        this.outbox = outbox;
        this.ghosts = ghosts;
        this.rights = rights;
        this.homeserver = homeserver;
        this.transactions = transactions;
        this.clock = clock;
        this.later = later;
    }

    /// Whether somebody called in this room lately.
    boolean sawInvite(String room) {
        return seen.find(room).isPresent();
    }

    void forget(String room) {
        seen.forget(room);
    }

    void invited(RoomEvent event, Batch batch) {
        Optional<Invite> invite = Invite.read(event);
        if (invite.isPresent() && !batch.ends(event)) {
            attempt(new Call(event, invite.get(), null), FIRST_PAUSE);
        }
    }

    /// The same for an invite that was sent to a device of a ghost.
    void invited(DeviceMessage message, Batch batch) {
        RoomEvent event = message.event();
        Optional<Invite> invite = Invite.read(event);
        if (invite.isPresent() && !batch.ends(event)) {
            attempt(new Call(event, invite.get(), message), FIRST_PAUSE);
        }
    }

    /// @param message null: the invite is in the room
    private record Call(
            RoomEvent event, Invite invite, @Nullable DeviceMessage message) {

        /// Anybody can send anything to a device; only who is in the room is heard there.
        boolean mayCome(Residents residents) throws MatrixException {
            return message == null || residents.areTogether(event.roomId(), message.user(), event.sender());
        }

        String invitee() {
            return message == null ? invite.invitee() : message.user();
        }

        /// Whether this ghost is called, and the one device it has.
        boolean isFor(Ghost ghost) {
            boolean namesOther =
                    !invite.inviteeDevice().isEmpty() && !invite.inviteeDevice().equals(ghost.partyId());
            boolean sentToOther = message != null
                    && !(message.user().equals(ghost.userId())
                            && message.device().equals(ghost.partyId()));
            return !namesOther && !sentToOther;
        }

        CallVoice voice(Outbox outbox, Ghost ghost) {
            return message == null
                    ? new RoomVoice(outbox, event.roomId(), ghost.userId())
                    : new DeviceVoice(outbox, event, message, ghost);
        }
    }

    /// @param pause before another attempt, if the homeserver hiccups
    private void attempt(Call call, Duration pause) {
        RoomEvent event = call.event();
        Invite invite = call.invite();
        boolean inHand = routes.has(event.roomId(), event.callId())
                || seen.find(event.roomId()).filter(event.eventId()::equals).isPresent();
        if (inHand || event.age(clock.instant()).compareTo(invite.lifetime()) >= 0) {
            return;
        }
        try {
            if (!call.mayCome(residents)) {
                log.info("{} names a room that is none of its sender's", event);
                return;
            }
            Optional<Resident> resident = residents.in(event.roomId(), call.invitee());
            if (resident.isPresent()
                    && resident.get().isMeant(call.invitee())
                    && call.isFor(resident.get().ghost())) {
                take(call, resident.get());
                seen.keep(event.roomId(), event.eventId());
            }
        } catch (MatrixException e) {
            Duration wanted = e.retryAfter() == null ? pause : e.retryAfter();
            if (!e.passing()) {
                log.warn("nobody could be found to take the call of {}: {}", event, e.getMessage());
            } else if (patience(event, invite).minus(wanted).compareTo(LEAST) >= 0) {
                log.info("{} is tried again in {} ms: {}", event, wanted.toMillis(), e.getMessage());
                Duration longer = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
                later.run(wanted, event.roomId(), () -> attempt(call, longer));
            } else if (call.message() == null) {
                log.warn("{} is refused: {}", event, e.getMessage());
                residents.probable(event.roomId(), invite.invitee()).ifPresent(ghost -> giveUp(call, ghost));
            }
        }
    }

    /// The homeserver can't be asked in time. What is sent now waits for it for a while.
    private void giveUp(Call call, Ghost ghost) {
        RoomEvent event = call.event();
        if (claim(event) != Claim.SEEN) {
            var end = new CallEnd(HangupCause.NETWORK_DOWN, "homeserver-down");
            open(call, new Resident(ghost, new Anonymous(), Resident.Kind.DIRECT), end);
            seen.keep(event.roomId(), event.eventId());
        }
    }

    private void take(Call call, Resident resident) throws MatrixException {
        RoomEvent event = call.event();
        Invite invite = call.invite();
        Ghost ghost = resident.ghost();
        if (call.message() == null && event.age(clock.instant()).compareTo(FRESH) > 0 && isOver(event, ghost)) {
            log.info("{} is over already", event);
            return;
        }
        Claim claim = claim(event);
        if (claim == Claim.SEEN) {
            return;
        }
        Optional<CallEnd> refusal =
                resident.refusal().or(() -> unwritten(claim)).or(() -> collision(event));
        Duration patience = patience(event, invite);
        Party callee = resident.party();
        CallEnd end = refusal.orElse(
                invite.offer().text().isBlank()
                        ? new CallEnd(HangupCause.NO_COMMON_CODEC, Notices.NO_OFFER)
                        : patience.compareTo(LEAST) < 0
                                ? CallEnd.of(HangupCause.TOO_LATE)
                                : callee instanceof Anonymous
                                        ? new CallEnd(HangupCause.NOT_ALLOWED, Notices.HIDDEN_NUMBER)
                                        : CallEnd.of(HangupCause.NORMAL));
        open(call, resident, end);
    }

    /// Ours survives; the user's client says nothing about the end of its own, and goes on ringing.
    private Optional<CallEnd> collision(RoomEvent event) {
        return routes.rings(event.roomId(), event.sender())
                ? Optional.of(new CallEnd(HangupCause.CANCELED, Notices.COLLISION))
                : Optional.empty();
    }

    /// @param end NORMAL: the call may be placed
    private void open(Call call, Resident resident, CallEnd end) {
        RoomEvent event = call.event();
        Invite invite = call.invite();
        var caller = new MatrixUser(event.sender());
        Party callee = resident.party();
        var seat = new InviteeSeat(
                routes,
                outbox,
                call.voice(outbox, resident.ghost()),
                ghosts,
                event.roomId(),
                resident.ghost(),
                callee,
                event.sender(),
                invite.callId(),
                invite.peer().version());
        var request = new CallRequest(caller, callee, AnswerPolicy.AT_ONCE, patience(event, invite));
        Inbox<InviteeArrival> inbox =
                end.cause() == HangupCause.NORMAL ? registry.open(request, seat) : registry.refuse(request, seat, end);
        inbox.deliver(new InviteeArrival.Invite(
                new Parties(caller, callee, withheld(caller, resident.ghost())), invite.offer(), invite.peer()));
    }

    /// Whether the telephone must not see who calls: one that was dialled so has a ghost of its own.
    private boolean withheld(MatrixUser caller, Ghost ghost) {
        Presentation presentation =
                ghosts.ids().dialled(ghost.userId()).map(Dialled::presentation).orElse(Presentation.USUAL);
        return switch (presentation) {
            case USUAL -> rights.withholds(caller);
            case WITHHELD -> true;
            case SHOWN -> false;
        };
    }

    /// What dials is done at most once, and what can't be written down isn't done.
    private enum Claim {
        OURS,
        /// Somebody has acted upon the event already.
        SEEN,
        UNWRITTEN
    }

    private Claim claim(RoomEvent event) {
        try {
            return InTime.within(DATABASE, () -> transactions.claim(event.eventId())) ? Claim.OURS : Claim.SEEN;
        } catch (DatabaseUnavailable e) {
            log.warn("a call can't be written down: {}", e.getMessage());
            return Claim.UNWRITTEN;
        }
    }

    private static Optional<CallEnd> unwritten(Claim claim) {
        return claim == Claim.UNWRITTEN ? Optional.of(CallEnd.of(HangupCause.NOT_RECORDED)) : Optional.empty();
    }

    private Duration patience(RoomEvent event, Invite invite) {
        Duration lifetime = invite.lifetime().compareTo(LONGEST) < 0 ? invite.lifetime() : LONGEST;
        return lifetime.minus(MARGIN).minus(event.age(clock.instant()));
    }

    /// Whether something after the invite ended it, or so much came after it that nobody can tell.
    private boolean isOver(RoomEvent invite, Ghost ghost) throws MatrixException {
        List<JsonNode> newest = homeserver.recentMessages(invite.roomId(), ghost.userId(), LOOK_BACK);
        for (JsonNode node : newest) {
            Optional<RoomEvent> event = RoomEvent.read(node, invite.roomId(), clock.instant());
            if (event.isPresent() && event.get().eventId().equals(invite.eventId())) {
                return false;
            }
            if (event.isPresent() && Batch.endsCall(event.get(), invite)) {
                return true;
            }
        }
        return newest.size() >= LOOK_BACK;
    }
}
