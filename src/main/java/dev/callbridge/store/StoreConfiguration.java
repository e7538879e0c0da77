package dev.callbridge.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.callbridge.bridge.Announcement;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.CallVerdict;
import dev.callbridge.call.HangupCause;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The database and what is kept in it.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
class StoreConfiguration {

    private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);

    /// A process that says nothing for so long is taken for dead, and its connection for broken.
    static final String TIMEOUTS = "connectTimeout=5&socketTimeout=10&tcpKeepAlive=true";

    /// Without a configured database the bridge runs its own.
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnProperty(name = "spring.datasource.url", matchIfMissing = true, havingValue = "-")
    static class OwnDatabase {

        @Bean(destroyMethod = "close")
        OwnPostgres ownPostgres(@Value("${callbridge.data-dir:data}") Path dataDir) {
            return OwnPostgres.start(dataDir.resolve("postgres"));
        }

        @Bean(destroyMethod = "close")
        HikariDataSource dataSource(OwnPostgres postgres) {
            var config = new HikariConfig();
            config.setPoolName("own-postgres");
            config.setJdbcUrl(postgres.url() + "&" + TIMEOUTS);
            config.setConnectionTimeout(3_000);
            config.setMaximumPoolSize(8);
            return new HikariDataSource(config);
        }

        @Bean
        Announcement ownDatabaseAnnouncement(OwnPostgres postgres) {
            return () -> List.of("No spring.datasource.url is set: PostgreSQL runs inside, in " + postgres.directory());
        }
    }

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    /// Before anybody can call: what a former process left open is found and closed.
    @Bean(destroyMethod = "close")
    CallTable callTable(JdbcClient jdbc, InstantSource clock, @Value("${callbridge.node:main}") String node) {
        var table = new CallTable(jdbc, clock, node);
        for (var call : table.leftOpen()) {
            log.warn(
                    "call {} of {} was left open by a former run ({}, {} INVITEs sent); closed now",
                    call.callId(),
                    call.openedAt(),
                    call.answered() ? "answered" : "not answered",
                    call.dialled());
            table.closed(
                    call.callId(),
                    new CallVerdict(new CallEnd(HangupCause.FAILED, "bridge-restarted"), CallVerdict.Side.BRIDGE));
        }
        return table;
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    OldCalls oldCalls(JdbcClient jdbc, InstantSource clock, StoreProperties properties) {
        return new OldCalls(jdbc, clock, properties.keepRecords());
    }
}
