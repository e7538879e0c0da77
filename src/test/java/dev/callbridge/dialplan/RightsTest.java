package dev.callbridge.dialplan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RightsTest {

    static final NumberPlan PLAN = new NumberPlan("DE", List.of(new Route("+", "carrier")), Map.of());
    static final MatrixUser BOSS = new MatrixUser("@boss:example.org");
    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final MatrixUser STRANGER = new MatrixUser("@mallory:evil.example");
    static final PhoneNumber ORDINARY = new PhoneNumber("+4930901820");
    static final PhoneNumber PREMIUM = new PhoneNumber("+499001123456");
    static final Rights RIGHTS = new Rights(
            "example.org",
            List.of(new Rights.Rule(
                    "@boss:example.org", Set.of(NumberClass.ORDINARY, NumberClass.PREMIUM), Optional.of(ORDINARY))),
            PLAN);

    @Test
    void letsOwnUsersCallOrdinaryNumbers() {
        assertThat(RIGHTS.refusal(ALICE, ORDINARY)).isEmpty();
    }

    @Test
    void refusesPremiumNumbersWithoutARule() {
        assertThat(RIGHTS.refusal(ALICE, PREMIUM)).contains(Rights.Refusal.NO_RIGHT);
    }

    @Test
    void letsARuleAllowMore() {
        assertThat(RIGHTS.refusal(BOSS, PREMIUM)).isEmpty();
    }

    @Test
    void refusesUsersOfOtherServers() {
        assertThat(RIGHTS.refusal(STRANGER, ORDINARY)).contains(Rights.Refusal.NO_RIGHT);
        assertThat(RIGHTS.knows(STRANGER)).isFalse();
    }

    @Test
    void isNotFooledByALookalikeServer() {
        assertThat(RIGHTS.refusal(new MatrixUser("@alice:notexample.org"), ORDINARY))
                .contains(Rights.Refusal.NO_RIGHT);
        assertThat(RIGHTS.refusal(new MatrixUser("@alice:exampleXorg"), ORDINARY))
                .contains(Rights.Refusal.NO_RIGHT);
    }

    @Test
    void refusesEmergencyNumbersWithoutARoute() {
        assertThat(RIGHTS.refusal(BOSS, PLAN.read("112").orElseThrow())).contains(Rights.Refusal.EMERGENCY);
    }

    @Test
    void tellsTheCallerNumberOfAUser() {
        assertThat(RIGHTS.callerNumber(BOSS)).contains(ORDINARY);
        assertThat(RIGHTS.callerNumber(ALICE)).isEmpty();
    }
}
