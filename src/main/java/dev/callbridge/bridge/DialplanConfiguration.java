package dev.callbridge.bridge;

import dev.callbridge.bridge.CallbridgeProperties.RightsRule;
import dev.callbridge.bridge.CallbridgeProperties.RouteRule;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.dialplan.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Makes number plan and rights from the settings.
@Configuration(proxyBeanMethods = false)
class DialplanConfiguration {

    @Bean
    NumberPlan numberPlan(CallbridgeProperties properties) {
        var dialplan = properties.dialplan();
        List<Route> routes = new ArrayList<>();
        for (RouteRule rule : dialplan.routes()) {
            String name = "callbridge.dialplan.routes[" + routes.size() + "]";
            routes.add(new Route(
                    needed(name + ".prefix", rule.prefix(), "write the first digits, like +49 or 2"),
                    needed(name + ".trunk", rule.trunk(), "write the name of a trunk under callbridge.trunks")));
        }
        try {
            return new NumberPlan(dialplan.region(), routes, dialplan.users());
        } catch (IllegalArgumentException _) {
            throw new SettingException(
                    "callbridge.dialplan.region", dialplan.region(), "write a two-letter country code like DE");
        }
    }

    @Bean
    Rights rights(CallbridgeProperties properties, NumberPlan plan) {
        List<Rights.Rule> rules = new ArrayList<>();
        for (RightsRule rule : properties.rights()) {
            String name = "callbridge.rights[" + rules.size() + "]";
            rules.add(new Rights.Rule(
                    needed(name + ".who", rule.who(), "write a user id, in which * stands for any text"),
                    rule.may(),
                    callerNumber(name + ".caller-number", rule.callerNumber(), plan)));
        }
        return new Rights(properties.homeserver().name(), rules, plan);
    }

    private static String needed(String name, String value, String remedy) {
        if (value.isBlank()) {
            throw new SettingException(name, "", remedy);
        }
        return value;
    }

    private static Optional<PhoneNumber> callerNumber(String name, @Nullable String written, NumberPlan plan) {
        if (written == null) {
            return Optional.empty();
        }
        if (plan.read(written).orElse(null) instanceof PhoneNumber number) {
            return Optional.of(number);
        }
        throw new SettingException(name, written, "write the number like +4930901820");
    }
}
