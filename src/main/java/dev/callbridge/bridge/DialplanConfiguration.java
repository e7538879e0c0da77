package dev.callbridge.bridge;

import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.dialplan.Route;
import java.util.Optional;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Makes number plan and rights from the settings.
@Configuration(proxyBeanMethods = false)
class DialplanConfiguration {

    @Bean
    NumberPlan numberPlan(CallbridgeProperties properties) {
        var dialplan = properties.dialplan();
        var routes = dialplan.routes().stream()
                .map(rule -> new Route(rule.prefix(), rule.trunk()))
                .toList();
        return new NumberPlan(dialplan.region(), routes, dialplan.users());
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
