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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Makes number plan and rights from the settings.
@Configuration(proxyBeanMethods = false)
class DialplanConfiguration {

    private static final Pattern DIGITS = Pattern.compile("\\+?[0-9*#]*");
    private static final Pattern USER_ID = Pattern.compile("@[^:\\s]+:[^\\s/]+");

    @Bean
    NumberPlan numberPlan(CallbridgeProperties properties) {
        var dialplan = properties.dialplan();
        if (!NumberPlan.knowsRegion(dialplan.region())) {
            throw new SettingException(
                    "callbridge.dialplan.region", dialplan.region(), "it must be a two-letter country code like DE");
        }
        List<Route> routes = new ArrayList<>();
        for (RouteRule rule : dialplan.routes()) {
            String name = "callbridge.dialplan.routes[" + routes.size() + "]";
            check(name + ".prefix", rule.prefix(), DIGITS, "write the beginning of a number like +49");
            routes.add(new Route(
                    needed(name + ".prefix", rule.prefix(), "write the beginning of a number like +49"),
                    needed(name + ".trunk", rule.trunk(), "write the name of a trunk under callbridge.trunks")));
        }
        dialplan.numbers().forEach((number, user) -> {
            check("callbridge.dialplan.numbers", number, DIGITS, "write the number like \"[+4930901820]\"");
            String name = "callbridge.dialplan.numbers[" + number + "]";
            check(name, user, USER_ID, "write a user like @alice:example.org");
        });
        return new NumberPlan(dialplan.region(), routes, dialplan.users());
    }

    @Bean
    Rights rights(CallbridgeProperties properties, NumberPlan plan) {
        List<Rights.Rule> rules = new ArrayList<>();
        for (RightsRule rule : properties.rights()) {
            String name = "callbridge.rights[" + rules.size() + "]";
            rules.add(new Rights.Rule(
                    needed(name + ".who", rule.who(), "write a user like @alice:example.org, or *"),
                    rule.may(),
                    callerNumber(name + ".caller-number", rule.callerNumber(), plan),
                    rule.withhold()));
        }
        return new Rights(properties.homeserver().name(), rules, plan);
    }

    private static void check(String name, String value, Pattern form, String remedy) {
        if (!form.matcher(value).matches()) {
            throw new SettingException(name, value, remedy);
        }
    }

    private static String needed(String name, String value, String remedy) {
        if (value.isBlank()) {
            throw new SettingException(name, value, remedy);
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
