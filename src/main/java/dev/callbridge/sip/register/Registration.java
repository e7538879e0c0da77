package dev.callbridge.sip.register;

import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.register.RegistrationMessage.Done;
import dev.callbridge.sip.register.RegistrationMessage.Down;
import dev.callbridge.sip.register.RegistrationMessage.Register;
import dev.callbridge.sip.register.RegistrationMessage.Unregister;
import dev.callbridge.sip.register.RegistrationMessage.Up;
import dev.callbridge.sip.register.RegistrationState.Attempt;
import dev.callbridge.sip.register.RegistrationState.Idle;
import dev.callbridge.sip.register.RegistrationState.Leaving;
import dev.callbridge.sip.register.RegistrationState.Over;
import dev.callbridge.sip.register.RegistrationState.Registered;
import dev.callbridge.sip.register.RegistrationState.Registering;
import dev.callbridge.sip.register.RegistrationState.Resting;
import dev.callbridge.sip.register.RegistrationState.Wish;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// One account's life with a registrar (RFC 3261 §10.2).
///
/// ```
/// Idle ─▶ Registering ─▶ Registered ─▶ Registering ─▶ …
///            │   ▲            │
///            ▼   │            ▼
///          Resting         Leaving ─▶ Over
/// ```
public final class Registration {

    /// 64·T1: the stack gives up then, too (RFC 3261 §17.1.2.2).
    private static final Duration TRANSACTION = Duration.ofSeconds(33);
    private static final Duration GOODBYE = Duration.ofSeconds(2);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration REFUSED_PAUSE = Duration.ofMinutes(10);
    /// Whatever a registrar asks for, we come back within that.
    private static final Duration LONGEST_REST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    /// A contact is renewed that long before it is forgotten, so that one more attempt fits in.
    private static final Duration RESERVE = Duration.ofSeconds(30);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    /// REGISTERs in a row, without a pause: challenges, a 423, other servers.
    private static final int ROUNDS = 8;

    private final Duration expires;
    private final RandomGenerator random;

    /// @param expires how long we ask to be kept at first
    /// @param random spreads refreshes and pauses, so that many bridges don't come at once
    public Registration(Duration expires, RandomGenerator random) {
        this.expires = expires;
        this.random = random;
    }

    public RegistrationState start() {
        return new Idle();
    }

    /// How long a state may last; then it is [#overdue].
    public Duration limit(RegistrationState state) {
        return switch (state) {
            case Idle _, Over _ -> LONGEST;
            case Registering _ -> TRANSACTION;
            case Registered registered -> registered.refresh();
            case Resting resting -> resting.pause();
            case Leaving _ -> GOODBYE;
        };
    }

    public RegistrationStep begin() {
        return register(new Wish(expires, true), Attempt.first(0), List.of());
    }

    /// Takes our contact away, if the registrar may have it.
    public RegistrationStep stop(RegistrationState state) {
        return switch (state) {
            case Registered _, Registering _ ->
                RegistrationStep.to(new Leaving(List.of())).send(new Unregister(List.of()));
            case Idle _, Resting _ -> over();
            case Leaving _, Over _ -> RegistrationStep.to(state);
        };
    }

    public RegistrationStep overdue(RegistrationState state) {
        return switch (state) {
            case Registering(var wish, var attempt, var _) -> rest(wish, attempt, 0, pause(attempt.failures()), false);
            case Registered(var wish, var _) -> register(wish, Attempt.first(0), List.of());
            case Resting(var wish, int failures, var _) -> register(wish, Attempt.first(failures), List.of());
            case Leaving _ -> over();
            case Idle _, Over _ -> RegistrationStep.to(state);
        };
    }

    public RegistrationStep arrived(RegistrationState state, RegistrationArrival arrival) {
        return switch (state) {
            case Registering registering -> arrived(registering, arrival);
            case Leaving leaving -> arrived(leaving, arrival);
            case Registered(var wish, var _) ->
                arrival instanceof RegistrationArrival.Moved
                        ? register(wish, Attempt.first(0), List.of())
                        : RegistrationStep.to(state);
            case Resting(var wish, int failures, var _) ->
                arrival instanceof RegistrationArrival.Moved
                        ? register(wish, Attempt.first(failures), List.of())
                        : RegistrationStep.to(state);
            case Idle _, Over _ -> RegistrationStep.to(state);
        };
    }

    private RegistrationStep arrived(Registering state, RegistrationArrival arrival) {
        Wish wish = state.wish();
        Attempt attempt = state.attempt();
        return switch (arrival) {
            case RegistrationArrival.Granted(var granted) -> granted(state, granted);
            case RegistrationArrival.Challenged(int status, var challenges) ->
                challenged(wish, attempt, status, challenges);
            case RegistrationArrival.TooBrief(var minimum) ->
                minimum.compareTo(wish.expires()) > 0 && minimum.compareTo(LONGEST) <= 0 && attempt.rounds() < ROUNDS
                        ? register(new Wish(minimum, wish.outbound()), again(attempt), List.of())
                        : rest(wish, attempt, 423, spread(REFUSED_PAUSE), true);
            case RegistrationArrival.OutboundUnknown _ ->
                wish.outbound()
                        ? register(new Wish(wish.expires(), false), again(attempt), List.of())
                        : rest(wish, attempt, 439, spread(REFUSED_PAUSE), true);
            case RegistrationArrival.Refused(int status) -> rest(wish, attempt, status, spread(REFUSED_PAUSE), true);
            case RegistrationArrival.Failed(int status, var retryAfter, boolean elsewhere) ->
                elsewhere && attempt.rounds() < ROUNDS
                        ? register(wish, new Attempt(List.of(), attempt.rounds() + 1, attempt.failures()), List.of())
                        : rest(
                                wish,
                                attempt,
                                status,
                                longer(pause(attempt.failures()), asTold(retryAfter.orElse(Duration.ZERO))),
                                false);
            case RegistrationArrival.Moved _ -> RegistrationStep.to(new Registering(wish, attempt, true));
        };
    }

    private RegistrationStep granted(Registering state, Duration granted) {
        if (!granted.isPositive()) {
            return rest(
                    state.wish(), state.attempt(), 200, pause(state.attempt().failures()), false);
        }
        return state.moved() && state.attempt().rounds() < ROUNDS
                ? register(state.wish(), again(state.attempt()), List.of())
                : RegistrationStep.to(new Registered(state.wish(), refresh(granted)))
                        .send(new Up(granted));
    }

    /// Once per realm, and again when only the nonce was too old (RFC 3261 §22.2).
    private RegistrationStep challenged(Wish wish, Attempt attempt, int status, List<Challenge> challenges) {
        if (!sensible(attempt.realms(), challenges) || attempt.rounds() >= ROUNDS) {
            return rest(wish, attempt, status, spread(REFUSED_PAUSE), true);
        }
        return register(
                wish,
                new Attempt(realms(attempt.realms(), challenges), attempt.rounds() + 1, attempt.failures()),
                challenges);
    }

    private static boolean sensible(List<String> answered, List<Challenge> challenges) {
        return !challenges.isEmpty()
                && challenges.stream().allMatch(each -> each.stale() || !answered.contains(each.realm()));
    }

    private static List<String> realms(List<String> answered, List<Challenge> challenges) {
        return Stream.concat(answered.stream(), challenges.stream().map(Challenge::realm))
                .distinct()
                .toList();
    }

    private static RegistrationStep arrived(Leaving state, RegistrationArrival arrival) {
        return switch (arrival) {
            case RegistrationArrival.Challenged(int _, var challenges) ->
                sensible(state.realms(), challenges)
                        ? RegistrationStep.to(new Leaving(realms(state.realms(), challenges)))
                                .send(new Unregister(challenges))
                        : over();
            case RegistrationArrival.Granted _,
                    RegistrationArrival.TooBrief _,
                    RegistrationArrival.OutboundUnknown _,
                    RegistrationArrival.Refused _,
                    RegistrationArrival.Failed _ -> over();
            case RegistrationArrival.Moved _ -> RegistrationStep.to(state);
        };
    }

    private static RegistrationStep register(Wish wish, Attempt attempt, List<Challenge> answering) {
        return RegistrationStep.to(new Registering(wish, attempt, false))
                .send(new Register(wish.expires(), wish.outbound(), answering));
    }

    private static Attempt again(Attempt attempt) {
        return new Attempt(attempt.realms(), attempt.rounds() + 1, attempt.failures());
    }

    private static RegistrationStep rest(Wish wish, Attempt attempt, int status, Duration pause, boolean refused) {
        return RegistrationStep.to(new Resting(wish, attempt.failures() + 1, pause))
                .send(new Down(status, refused, pause));
    }

    private static RegistrationStep over() {
        return RegistrationStep.to(new Over()).send(new Done());
    }

    /// Between half and nine tenths of the time that was granted, and early enough for a second attempt.
    private Duration refresh(Duration granted) {
        long millis = granted.toMillis();
        long drawn = (long) (millis * (0.5 + 0.4 * random.nextDouble()));
        long latest = Math.max(millis / 2, millis - RESERVE.toMillis());
        return longer(SHORTEST, Duration.ofMillis(Math.min(drawn, latest)));
    }

    private Duration pause(int failures) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
        return spread(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
    }

    /// ±20 %.
    private Duration spread(Duration pause) {
        return Duration.ofMillis((long) (pause.toMillis() * (0.8 + 0.4 * random.nextDouble())));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration asTold(Duration told) {
        return told.compareTo(LONGEST_REST) < 0 ? told : LONGEST_REST;
    }
}
