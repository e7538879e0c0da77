package dev.callbridge.dialplan;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Map;

class NumberPlanFuzzTest {

    static final NumberPlan PLAN = new NumberPlan("DE", List.of(new Route("+", "carrier")), Map.of());

    @FuzzTest
    void readsAnythingOrNothing(FuzzedDataProvider data) {
        var party = PLAN.read(data.consumeRemainingAsString());
        party.ifPresent(read -> {
            assertThat(NumberPlan.display(read)).isNotBlank();
            assertThat(PLAN.trunks(read)).hasSize(1);
            if (read instanceof PhoneNumber number) {
                assertThat(PLAN.classOf(number)).isNotNull();
            }
        });
    }
}
