package dev.callbridge.dialplan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberPlanTest {

    static final MatrixUser ALICE = new MatrixUser("@alice:example.org");
    static final NumberPlan PLAN = new NumberPlan(
            "DE",
            List.of(
                    new Route("+49800", "freephone"),
                    new Route("+", "carrier"),
                    new Route("+", "spare"),
                    new Route("2", "pbx")),
            Map.of("+4930901820", ALICE, "21", ALICE));

    @Nested
    class Reading {

        @ParameterizedTest
        @CsvSource({
            "+49 30 901820, +4930901820",
            "+49 (0)30/90-18 20, +4930901820",
            "0049 30 901820, +4930901820",
            "030 901820, +4930901820",
            "0171 2345678, +491712345678",
            "+1 (212) 555-0123, +12125550123",
            "tel:+4930901820, +4930901820",
            "  +4930901820  , +4930901820",
        })
        void takesWhatPeopleWrite(String written, String e164) {
            assertThat(PLAN.read(written)).contains(new PhoneNumber(e164));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "+",
                    "alice",
                    "+49 30 CALLME",
                    "sip:bob@example.org",
                    "+4930123456789012345",
                    "1 2 3 4 5 a"
                })
        void refusesWhatIsNoNumber(String written) {
            assertThat(PLAN.read(written)).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({
            "DE, 4915112345678, +4915112345678",
            "DE, 431234567, +431234567",
            "DE, 030901820, +4930901820",
            "US, 2125550123, +12125550123",
            "US, 12125550123, +12125550123",
            "US, 3212345678, +13212345678",
        })
        void takesWhatTrunksWriteWithoutAPlus(String region, String written, String e164) {
            var plan = new NumberPlan(region, List.of(new Route("+", "carrier")), Map.of());
            assertThat(plan.readFromTrunk(written)).contains(new PhoneNumber(e164));
        }

        @Test
        void readsWhetherOnesOwnNumberIsToBeSeen() {
            var berlin = new PhoneNumber("+4930901820");

            assertThat(PLAN.dialled("#31#030 901820")).contains(new Dialled(berlin, Dialled.Presentation.WITHHELD));
            assertThat(PLAN.dialled(" *31#+49 30 901820")).contains(new Dialled(berlin, Dialled.Presentation.SHOWN));
            assertThat(PLAN.dialled("030 901820")).contains(new Dialled(berlin, Dialled.Presentation.USUAL));
            assertThat(PLAN.dialled("#31#nobody")).isEmpty();
            assertThat(PLAN.dialled("#31#").map(Dialled::party)).isEqualTo(PLAN.read("#31#"));
        }

        @Test
        void takesDigitsWithARouteOfTheirOwnAsAnExtension() {
            assertThat(PLAN.read("203")).contains(new Extension("pbx", "203"));
        }

        @Test
        void takesAShortNumberAsOneOfTheWidestTrunk() {
            assertThat(PLAN.read("115")).contains(new Extension("carrier", "115"));
        }
    }

    @Nested
    class Routing {

        @Test
        void takesTheLongestPrefix() {
            assertThat(PLAN.trunks(new PhoneNumber("+498001234567"))).containsExactly("freephone");
        }

        @Test
        void triesEqualPrefixesInTheOrderWritten() {
            assertThat(PLAN.trunks(new PhoneNumber("+4930901820"))).containsExactly("carrier", "spare");
        }

        @Test
        void knowsNoTrunkForAMatrixUser() {
            assertThat(PLAN.trunks(ALICE)).isEmpty();
        }
    }

    @Nested
    class Writing {

        @ParameterizedTest
        @CsvSource({
            "DE, +4930901820, 030901820",
            "DE, +12125550123, 0012125550123",
            "GB, +390612345678, 00390612345678",
            "US, +12125550123, 2125550123",
            "US, +14165550123, 4165550123",
            "US, +4930901820, 0114930901820",
            "CA, +4930901820, 0114930901820",
            "AU, +4930901820, 00114930901820",
            "JP, +4930901820, 0104930901820",
            "RU, +4930901820, 8104930901820",
        })
        void dialsAbroadAsItsOwnRegionDoes(String region, String e164, String written) {
            var plan = new NumberPlan(region, List.of(), Map.of());

            assertThat(plan.written(new PhoneNumber(e164), NumberStyle.NATIONAL))
                    .isEqualTo(written);
        }

        /// In Brazil the code of a carrier stands behind the zeros; of +999 nothing is known.
        @ParameterizedTest
        @CsvSource({"BR, +4930901820, 004930901820", "DE, +99912345678, 0099912345678"})
        void writesZerosWhereNothingBetterIsKnown(String region, String e164, String written) {
            var plan = new NumberPlan(region, List.of(), Map.of());

            assertThat(plan.written(new PhoneNumber(e164), NumberStyle.NATIONAL))
                    .isEqualTo(written);
        }
    }

    @Nested
    class BeingCalled {

        @ParameterizedTest
        @ValueSource(strings = {"+4930901820", "4930901820", "030901820", "004930901820", "21"})
        void findsTheUserHoweverTheTrunkWritesTheNumber(String called) {
            var plan = called.equals("4930901820")
                    ? new NumberPlan("DE", List.of(new Route("+", "carrier")), Map.of(called, ALICE))
                    : PLAN;
            assertThat(plan.ringsFor(called)).contains(ALICE);
        }

        @Test
        void knowsNobodyForAnotherNumber() {
            assertThat(PLAN.ringsFor("+4930901821")).isEmpty();
        }
    }

    @Nested
    class Classes {

        @ParameterizedTest
        @CsvSource({
            "+4930901820, ORDINARY",
            "+491712345678, ORDINARY",
            "+498001234567, ORDINARY",
            "+499001123456, PREMIUM",
            "+491806123456, SPECIAL_RATE",
            "+881612345678, SATELLITE",
            "+979123456789, PREMIUM",
            "+447012345678, SPECIAL_RATE",
            "+4999, UNKNOWN",
        })
        void tellsWhatACallCosts(String e164, NumberClass expected) {
            assertThat(PLAN.classOf(new PhoneNumber(e164))).isEqualTo(expected);
        }

        @ParameterizedTest
        @ValueSource(strings = {"112", "110"})
        void knowsEmergencyNumbers(String dialled) {
            assertThat(PLAN.isUnroutedEmergency(PLAN.read(dialled).orElseThrow()))
                    .isTrue();
        }

        @Test
        void takesAnEmergencyNumberWithARouteAsAnyOther() {
            var plan = new NumberPlan("DE", List.of(new Route("+", "carrier"), new Route("112", "carrier")), Map.of());
            assertThat(plan.isUnroutedEmergency(plan.read("112").orElseThrow())).isFalse();
        }
    }

    @Test
    void showsANumberAsPeopleWriteIt() {
        assertThat(NumberPlan.display(new PhoneNumber("+4930901820"))).isEqualTo("+49 30 901820");
    }

    @Test
    void hidesNumbersFromLogs() {
        assertThat(new PhoneNumber("+4930901820").toString()).isEqualTo("*********20");
        assertThat(new Extension("pbx", "203").toString()).isEqualTo("pbx:*03");
    }

    @Test
    void refusesAnUnknownRegion() {
        assertThatThrownBy(() -> new NumberPlan("XX", List.of(), Map.of())).hasMessageContaining("region");
    }
}
