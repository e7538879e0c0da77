package dev.callbridge;

import dev.callbridge.bridge.Announcement;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.event.EventListener;

/// Starts the bridge: one Spring Boot process, one module per package below this one.
@SpringBootApplication
@ConfigurationPropertiesScan
public class CallbridgeApplication {

    private static final Logger log = LoggerFactory.getLogger(CallbridgeApplication.class);

    private final ObjectProvider<Announcement> announcements;

    CallbridgeApplication(ObjectProvider<Announcement> announcements) {
        this.announcements = announcements;
    }

    /// `java -jar callbridge.jar` runs the bridge with `config/callbridge.yaml`.
    public static void main(String[] args) {
        var application = new SpringApplication(CallbridgeApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        // The jar's own application.yaml stays in force below the operator's file.
        application.setDefaultProperties(Map.of("spring.config.name", "application,callbridge"));
        application.run(args);
    }

    /// Where it listens, which trunks are up, whether the homeserver reaches it.
    @EventListener(ApplicationReadyEvent.class)
    void announce() {
        announcements
                .orderedStream()
                .flatMap(announcement -> announcement.lines().stream())
                .forEach(log::info);
    }
}
