package dev.callbridge.dialplan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /// What the dial pad takes for a number that only a trunk understands must be no way around the classes.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "*31#09001234567",
                "#31#00881612345678",
                "*21*09001234567#",
                "*31#112",
                "09001234567#",
                "09001234567",
                "11833",
                "110#"
            })
    void refusesCostlyNumbersHoweverTheyAreDialled(String dialled) {
        assertThat(RIGHTS.refusal(ALICE, PLAN.read(dialled).orElseThrow())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"+881612345678", "00881612345678", "09001234567", "+49112", "112", "+49301234567"})
    void refusesCostlyNumbersInAGhostMadeByHand(String user) {
        assertThat(RIGHTS.refusal(ALICE, new Extension("carrier", user))).isPresent();
    }

    @Test
    void looksBehindAnOutsideLine() {
        var plan = new NumberPlan("DE", List.of(new Route("+", "carrier"), new Route("0", "pbx")), Map.of());
        var rights = new Rights("example.org", List.of(), plan);

        assertThat(rights.refusal(ALICE, new Extension("pbx", "009001234567"))).isPresent();
        assertThat(rights.refusal(ALICE, new Extension("pbx", "0112"))).contains(Rights.Refusal.EMERGENCY);
        assertThat(rights.refusal(ALICE, new Extension("pbx", "0030901820"))).isEmpty();
    }

    @Test
    void letsUsersCallExtensionsAndNames() {
        var plan = new NumberPlan("DE", List.of(new Route("+", "carrier"), new Route("2", "pbx")), Map.of());
        var rights = new Rights("example.org", List.of(), plan);

        assertThat(rights.refusal(ALICE, new Extension("pbx", "203"))).isEmpty();
        assertThat(rights.refusal(ALICE, new Extension("pbx", "2012345678"))).isEmpty();
        assertThat(rights.refusal(ALICE, new Extension("pbx", "bob"))).isEmpty();
    }

    @Test
    void tellsTheCallerNumberOfAUser() {
        assertThat(RIGHTS.callerNumber(BOSS)).contains(ORDINARY);
        assertThat(RIGHTS.callerNumber(ALICE)).isEmpty();
    }
}
