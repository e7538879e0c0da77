package dev.callbridge;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Starts the bridge: one Spring Boot process, one module per package below this one.
@SpringBootApplication
@ConfigurationPropertiesScan
public class CallbridgeApplication {

    public static void main(String[] args) {
        SpringApplication.run(CallbridgeApplication.class, args);
    }
}
