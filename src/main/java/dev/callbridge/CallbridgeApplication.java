package dev.callbridge;

import dev.callbridge.bridge.Announcement;
import dev.callbridge.matrix.RegistrationCommand;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.ConfigurableEnvironment;

/// Starts the bridge: one Spring Boot process, one module per package below this one.
@SpringBootApplication
@ConfigurationPropertiesScan
public class CallbridgeApplication {

    private static final Logger log = LoggerFactory.getLogger("callbridge");

    /// Settings that stand alone, outside of any record.
    static final Set<String> SINGLE_SETTINGS =
            Set.of("callbridge.data-dir", "callbridge.dialplan.contacts", "callbridge.node", "callbridge.registration");

    private final ObjectProvider<Announcement> announcements;

    CallbridgeApplication(ObjectProvider<Announcement> announcements) {
        this.announcements = announcements;
    }

    /// `java -jar callbridge.jar` runs the bridge with `config/callbridge.yaml`. With `registration` as its
    /// first word it writes a registration file instead.
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("registration")) {
            System.exit(RegistrationCommand.run(List.of(args).subList(1, args.length)));
        }
        var application = new SpringApplication(CallbridgeApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        // The jar's own application.yaml stays in force below the operator's file.
        application.setDefaultProperties(Map.of("spring.config.name", "application,callbridge"));
        application.run(args);
    }

    /// Before any other bean: a name typed wrong stops the bridge.
    @Bean
    static BeanFactoryPostProcessor settingNamesCheck(ConfigurableEnvironment environment) {
        return beans -> {
            Set<Class<?>> holders = Stream.of(beans.getBeanNamesForAnnotation(ConfigurationProperties.class))
                    .map(beans::getType)
                    .filter(Objects::nonNull)
                    .filter(type -> type.getPackageName().startsWith("dev.callbridge"))
                    .collect(Collectors.toSet());
            new SettingNames(holders, SINGLE_SETTINGS).check(environment);
        };
    }

    /// Where it listens, which trunks are up, whether the homeserver reaches it.
    @EventListener(ApplicationReadyEvent.class)
    void announce() {
        announcements
                .orderedStream()
                .flatMap(announcement -> announcement.lines().stream())
                .forEach(log::info);
        log.info("The bridge is up");
    }
}
