package dev.callbridge.matrix;

import dev.callbridge.bridge.CallRegistry;
import dev.callbridge.bridge.CallbridgeProperties;
import dev.callbridge.bridge.RelayLender;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.matrix.appservice.DatabaseOutage;
import dev.callbridge.matrix.appservice.HomeserverToken;
import dev.callbridge.matrix.appservice.RoomQueues;
import dev.callbridge.matrix.appservice.TransactionIntake;
import dev.callbridge.matrix.client.HomeserverClient;
import dev.callbridge.matrix.client.MatrixException;
import dev.callbridge.matrix.client.Outbox;
import dev.callbridge.store.GhostRepository;
import dev.callbridge.store.PortalRepository;
import dev.callbridge.store.TransactionRepository;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the Matrix connector together.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MatrixProperties.class)
class MatrixConfiguration {

    private static final Logger log = LoggerFactory.getLogger(MatrixConfiguration.class);
    private static final String TIMERS = "matrixTimers";

    private final InstantSource clock = InstantSource.system();

    @Bean
    Registration matrixRegistration(
            @Value("${callbridge.registration:config/registration.yaml}") Path file, CallbridgeProperties properties) {
        return Registration.read(file, properties.homeserver().name());
    }

    @Bean
    MatrixIds matrixIds(CallbridgeProperties properties, Registration registration) {
        return new MatrixIds(properties.homeserver().name(), registration.senderLocalpart());
    }

    @Bean(destroyMethod = "close")
    HomeserverClient homeserverClient(CallbridgeProperties properties, Registration registration) {
        return new HomeserverClient(properties.homeserver().url(), registration.asToken());
    }

    @Bean
    RelayLender homeserverRelays(HomeserverClient homeserver, MatrixIds ids) {
        return new HomeserverRelays(homeserver, ids.bot(), clock);
    }

    /// Closed after every leg has said its last word.
    @Bean(destroyMethod = "close")
    Outbox outbox(HomeserverClient homeserver) {
        return new Outbox(homeserver);
    }

    /// Ours only: as a candidate for others it would take the place of their own.
    @Bean(destroyMethod = "shutdownNow", defaultCandidate = false)
    ScheduledExecutorService matrixTimers() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("matrix-timers").daemon().factory());
    }

    @Bean
    ContactFile contactFile(@Value("${callbridge.dialplan.contacts:#{null}}") @Nullable Path file, NumberPlan plan) {
        return new ContactFile(file, plan);
    }

    @Bean
    Ghosts ghosts(MatrixIds ids, HomeserverClient homeserver, GhostRepository ghosts, ContactFile contacts) {
        return new Ghosts(ids, homeserver, ghosts, contacts);
    }

    @Bean
    Rooms rooms(HomeserverClient homeserver) {
        return new Rooms(homeserver);
    }

    @Bean
    Portals portals(MatrixIds ids, HomeserverClient homeserver, Rooms rooms, PortalRepository portals) {
        return new Portals(ids, homeserver, rooms, portals);
    }

    @Bean
    CallRoutes callRoutes() {
        return new CallRoutes();
    }

    @Bean
    RoomQueues roomQueues() {
        return new RoomQueues();
    }

    @Bean
    Later later(RoomQueues queues, @Qualifier(TIMERS) ScheduledExecutorService matrixTimers) {
        return new Later(queues, matrixTimers);
    }

    @Bean
    MatrixPlacement matrixPlacement(
            CallRoutes routes,
            Outbox outbox,
            Ghosts ghosts,
            Portals portals,
            Rooms rooms,
            MatrixProperties properties) {
        var doorway = new Doorway(ghosts, portals, rooms, (room, ours) -> new RoomVoice(outbox, room, ours));
        return new MatrixPlacement(routes, outbox, ghosts, doorway, properties.ringTimeout());
    }

    @Bean
    Residents residents(Ghosts ghosts, Rooms rooms, Portals portals) {
        return new Residents(ghosts, rooms, portals);
    }

    @Bean
    EncryptedRooms encryptedRooms(Residents residents, Outbox outbox, TransactionRepository transactions) {
        return new EncryptedRooms(residents, outbox, transactions);
    }

    @Bean
    GroupCalls groupCalls(Residents residents, Outbox outbox) {
        return new GroupCalls(residents, outbox, clock);
    }

    @Bean
    IncomingCalls incomingCalls(
            Residents residents,
            CallRegistry registry,
            CallRoutes routes,
            Outbox outbox,
            Ghosts ghosts,
            Rights rights,
            HomeserverClient homeserver,
            TransactionRepository transactions,
            Later later) {
        return new IncomingCalls(
                residents, registry, routes, outbox, ghosts, rights, homeserver, transactions, clock, later);
    }

    @Bean
    Bot bot(
            Ghosts ghosts,
            Rooms rooms,
            Portals portals,
            NumberPlan plan,
            Rights rights,
            Outbox outbox,
            TransactionRepository transactions) {
        return new Bot(ghosts, rooms, portals, plan, rights, outbox, transactions, clock);
    }

    @Bean
    Memberships memberships(
            Ghosts ghosts,
            Rooms rooms,
            Portals portals,
            CallRoutes routes,
            Rights rights,
            HomeserverClient homeserver,
            Later later,
            IncomingCalls calls,
            Bot bot,
            EncryptedRooms encrypted,
            GroupCalls groupCalls) {
        var lookBack = new LookBack(ghosts.ids(), rooms, homeserver, calls, bot, encrypted, groupCalls, clock);
        return new Memberships(ghosts, rooms, portals, routes, rights, homeserver, later, bot::joined, lookBack);
    }

    @Bean
    TransactionIntake transactionIntake(
            TransactionRepository transactions,
            RoomQueues queues,
            MatrixIds ids,
            Memberships memberships,
            IncomingCalls calls,
            CallRoutes routes,
            Bot bot,
            EncryptedRooms encrypted,
            GroupCalls groupCalls,
            DatabaseOutage outage) {
        var router = new EventRouter(ids, memberships, calls, routes, bot, encrypted, groupCalls);
        return new TransactionIntake(transactions, queues, router, clock, outage);
    }

    @Bean
    DatabaseOutage databaseOutage(
            TransactionRepository transactions,
            HomeserverClient homeserver,
            Registration registration,
            @Qualifier(TIMERS) ScheduledExecutorService matrixTimers) {
        return new DatabaseOutage(transactions, matrixTimers, () -> {
            try {
                Duration _ = homeserver.ping(registration.id());
            } catch (MatrixException e) {
                log.info("the homeserver could not be asked to hurry: {}", e.getMessage());
            }
        });
    }

    @Bean
    PhoneDirectory phoneDirectory(Ghosts ghosts, NumberPlan plan) {
        return new PhoneDirectory(ghosts, plan);
    }

    @Bean
    MatrixStart matrixStart(
            Registration registration,
            CallbridgeProperties properties,
            HomeserverClient homeserver,
            TransactionIntake intake,
            Ghosts ghosts,
            Portals portals,
            @Qualifier(TIMERS) ScheduledExecutorService matrixTimers) {
        var lineRooms = new LineRooms(properties.dialplan(), ghosts, portals);
        return new MatrixStart(registration, properties, homeserver, intake, ghosts, lineRooms, matrixTimers);
    }

    @Bean
    FilterRegistrationBean<HomeserverToken> homeserverToken(Registration registration) {
        var filter = new FilterRegistrationBean<>(new HomeserverToken(registration.hsToken()));
        filter.setUrlPatterns(HomeserverToken.PATHS);
        return filter;
    }

    /// User ids and aliases in paths may hold encoded slashes, which Tomcat refuses unless told.
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> encodedSlashes() {
        return factory -> factory.addConnectorCustomizers(
                connector -> connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue()));
    }
}
