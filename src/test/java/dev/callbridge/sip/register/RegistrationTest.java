package dev.callbridge.sip.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.callbridge.sip.leg.Challenge;
import dev.callbridge.sip.register.RegistrationArrival.Challenged;
import dev.callbridge.sip.register.RegistrationArrival.Failed;
import dev.callbridge.sip.register.RegistrationArrival.Granted;
import dev.callbridge.sip.register.RegistrationArrival.Moved;
import dev.callbridge.sip.register.RegistrationArrival.OutboundUnknown;
import dev.callbridge.sip.register.RegistrationArrival.Refused;
import dev.callbridge.sip.register.RegistrationArrival.TooBrief;
import dev.callbridge.sip.register.RegistrationMessage.Done;
import dev.callbridge.sip.register.RegistrationMessage.Down;
import dev.callbridge.sip.register.RegistrationMessage.Register;
import dev.callbridge.sip.register.RegistrationMessage.Unregister;
import dev.callbridge.sip.register.RegistrationMessage.Up;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrationTest {

    static final Duration ASKED = Duration.ofMinutes(10);
    static final Challenge CHALLENGE = challenge("a", false);

    final List<RegistrationMessage> sent = new ArrayList<>();
    Registration registration = new Registration(ASKED, middle());
    RegistrationState state = registration.start();

    static Challenge challenge(String nonce, boolean stale) {
        return new Challenge(false, "provider.test", nonce, "MD5", List.of("auth"), "", stale);
    }

    /// Draws the middle of everything.
    static RandomGenerator middle() {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return 0;
            }

            @Override
            public double nextDouble() {
                return 0.5;
            }
        };
    }

    void take(RegistrationStep step) {
        state = step.next();
        sent.clear();
        sent.addAll(step.messages());
    }

    void arrives(RegistrationArrival arrival) {
        take(registration.arrived(state, arrival));
    }

    void waits() {
        take(registration.overdue(state));
    }

    Duration limit() {
        return registration.limit(state);
    }

    static Register register(Challenge... answering) {
        return new Register(ASKED, true, List.of(answering));
    }

    static Failed failed() {
        return new Failed(0, Optional.empty(), false);
    }

    @BeforeEach
    void begin() {
        take(registration.begin());
    }

    @Test
    void answersAChallengeOnce() {
        assertThat(sent).containsExactly(register());

        arrives(new Challenged(401, List.of(CHALLENGE)));
        assertThat(sent).containsExactly(register(CHALLENGE));

        arrives(new Challenged(401, List.of(challenge("b", false))));
        assertThat(sent).containsExactly(new Down(401, true, Duration.ofMinutes(10)));
    }

    @Test
    void answersAgainWhenOnlyTheNonceWasTooOld() {
        arrives(new Challenged(401, List.of(CHALLENGE)));
        arrives(new Challenged(401, List.of(challenge("b", true))));

        assertThat(sent).containsExactly(register(challenge("b", true)));
    }

    @Test
    void answersAProxyBesidesTheRegistrar() {
        var proxy = new Challenge(true, "proxy.test", "p", "MD5", List.of(), "", false);
        arrives(new Challenged(407, List.of(proxy)));
        arrives(new Challenged(401, List.of(CHALLENGE)));

        assertThat(sent).containsExactly(register(CHALLENGE));
    }

    @Test
    void doesNotPlayStaleForEver() {
        for (int i = 0; i < 20; i++) {
            arrives(new Challenged(401, List.of(challenge("n" + i, true))));
        }

        assertThat(state).isInstanceOf(RegistrationState.Resting.class);
    }

    @Test
    void asksForLongerWhereThatIsTooBrief() {
        arrives(new TooBrief(Duration.ofMinutes(30)));
        assertThat(sent).containsExactly(new Register(Duration.ofMinutes(30), true, List.of()));

        arrives(new Granted(Duration.ofMinutes(30)));
        waits();
        assertThat(sent)
                .as("and stays with that")
                .containsExactly(new Register(Duration.ofMinutes(30), true, List.of()));
    }

    @Test
    void givesUpOnARegistrarThatIsNeverContent() {
        arrives(new TooBrief(Duration.ofMinutes(30)));
        arrives(new TooBrief(Duration.ofMinutes(30)));

        assertThat(sent).containsExactly(new Down(423, true, Duration.ofMinutes(10)));
    }

    @Test
    void doesWithoutOutboundWhereItIsUnknown() {
        arrives(new OutboundUnknown());

        assertThat(sent).containsExactly(new Register(ASKED, false, List.of()));
    }

    @Test
    void asksAnotherServerAtOnce() {
        arrives(new Failed(503, Optional.empty(), true));

        assertThat(sent).containsExactly(register());
    }

    @Test
    void pausesTwiceAsLongEachTimeUpToFiveMinutes() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            arrives(failed());
            pauses.add(limit().toSeconds());
            waits();
            assertThat(sent).containsExactly(register());
        }

        assertThat(pauses).containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L, 300L);
    }

    @Test
    void pausesAsLongAsItIsTold() {
        arrives(new Failed(503, Optional.of(Duration.ofMinutes(7)), false));

        assertThat(limit()).isEqualTo(Duration.ofMinutes(7));
    }

    @ParameterizedTest
    @ValueSource(ints = {403, 404, 400, 603})
    void leavesARegistrarThatRefusesAloneForTenMinutes(int status) {
        arrives(new Refused(status));

        assertThat(sent).containsExactly(new Down(status, true, Duration.ofMinutes(10)));
        waits();
        assertThat(sent).containsExactly(register());
    }

    @Test
    void takesSilenceForAFailure() {
        waits();

        assertThat(sent).containsExactly(new Down(0, false, Duration.ofSeconds(5)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void spreadsPausesByAFifth(long seed) {
        registration = new Registration(ASKED, new Random(seed));
        arrives(failed());

        assertThat(limit()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(6));
    }

    @Nested
    class WhenRegistered {

        @BeforeEach
        void grant() {
            arrives(new Granted(Duration.ofMinutes(5)));
        }

        @Test
        void saysSoAndRefreshesInTime() {
            assertThat(sent).containsExactly(new Up(Duration.ofMinutes(5)));
            assertThat(limit()).isEqualTo(Duration.ofSeconds(210));

            waits();
            assertThat(sent).containsExactly(register());
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void refreshesBetweenHalfAndNineTenthsAndHalfAMinuteBeforeTheEnd(long seed) {
            registration = new Registration(ASKED, new Random(seed));
            for (long granted : new long[] {2, 10, 59, 60, 61, 90, 120, 300, 600, 3_600, 86_400}) {
                waits();
                arrives(new Granted(Duration.ofSeconds(granted)));
                double share = limit().toMillis() / (granted * 1_000.0);
                assertThat(share).as("of %s s", granted).isBetween(0.5, 0.9);
                if (granted >= 60) {
                    assertThat(limit().toSeconds()).isLessThanOrEqualTo(granted - 30);
                }
            }
        }

        @Test
        void registersAgainAtOnceAfterAMove() {
            arrives(new Moved());

            assertThat(sent).containsExactly(register());
        }

        @Test
        void forgetsOldFailures() {
            waits();
            arrives(failed());

            assertThat(limit()).isEqualTo(Duration.ofSeconds(5));
        }

        @Test
        void takesItsContactAwayAtTheEnd() {
            take(registration.stop(state));
            assertThat(sent).containsExactly(new Unregister(List.of()));

            arrives(new Challenged(401, List.of(CHALLENGE)));
            assertThat(sent).containsExactly(new Unregister(List.of(CHALLENGE)));

            arrives(new Granted(Duration.ZERO));
            assertThat(sent).containsExactly(new Done());
        }

        @Test
        void doesNotWaitLongForALeaveTaking() {
            take(registration.stop(state));
            assertThat(limit()).isEqualTo(Duration.ofSeconds(2));

            waits();
            assertThat(sent).containsExactly(new Done());
        }
    }

    @Test
    void registersOnceMoreWhenItMovedMeanwhile() {
        arrives(new Moved());
        assertThat(sent).isEmpty();

        arrives(new Granted(Duration.ofMinutes(5)));
        assertThat(sent).containsExactly(register());
    }

    @Test
    void hasNothingToTakeAwayWhileItRests() {
        arrives(new Refused(403));
        take(registration.stop(state));

        assertThat(sent).containsExactly(new Done());
    }

    @Test
    void doesNothingMoreAfterTheEnd() {
        take(registration.stop(registration.start()));
        arrives(new Moved());
        arrives(new Granted(ASKED));

        assertThat(sent).isEmpty();
    }
}
