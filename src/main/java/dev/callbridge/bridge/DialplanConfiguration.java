package dev.callbridge.bridge;

import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.dialplan.Route;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Makes number plan and rights from the settings.
@Configuration(proxyBeanMethods = false)
class DialplanConfiguration {

    private static final Pattern DIGITS = Pattern.compile("\\+?[0-9*#]*");
    private static final Pattern USER = Pattern.compile("@[^:]+:.+");

    @Bean
    NumberPlan numberPlan(CallbridgeProperties properties) {
        var dialplan = properties.dialplan();
        check(dialplan);
        var routes = dialplan.routes().stream()
                .map(rule -> new Route(rule.prefix(), rule.trunk()))
                .toList();
        return new NumberPlan(dialplan.region(), routes, dialplan.users());
    }

    private static void check(CallbridgeProperties.Dialplan dialplan) {
        if (!NumberPlan.knowsRegion(dialplan.region())) {
            throw new SettingException(
                    "callbridge.dialplan.region", dialplan.region(), "it must be a two-letter country code like DE");
        }
        dialplan.routes().stream()
                .map(CallbridgeProperties.RouteRule::prefix)
                .filter(prefix -> !DIGITS.matcher(prefix).matches())
                .findFirst()
                .ifPresent(prefix -> {
                    throw new SettingException(
                            "callbridge.dialplan.routes.prefix", prefix, "write the beginning of a number like +49");
                });
        dialplan.numbers().forEach((number, user) -> {
            if (!DIGITS.matcher(number).matches()) {
                throw new SettingException(
                        "callbridge.dialplan.numbers", number, "write the number like \"[+4930901820]\"");
            }
            if (!USER.matcher(user).matches()) {
                throw new SettingException(
                        "callbridge.dialplan.numbers[" + number + "]", user, "write a user like @alice:example.org");
            }
        });
    }

    @Bean
    Rights rights(CallbridgeProperties properties, NumberPlan plan) {
        var rules = properties.rights().stream()
                .map(rule -> new Rights.Rule(rule.who(), rule.may(), callerNumber(rule, plan)))
                .toList();
        return new Rights(properties.homeserver().name(), rules, plan);
    }

    private static Optional<PhoneNumber> callerNumber(CallbridgeProperties.RightsRule rule, NumberPlan plan) {
        String written = rule.callerNumber();
        if (written == null) {
            return Optional.empty();
        }
        if (plan.read(written).orElse(null) instanceof PhoneNumber number) {
            return Optional.of(number);
        }
        throw new SettingException("callbridge.rights.caller-number", written, "write the number like +4930901820");
    }
}
