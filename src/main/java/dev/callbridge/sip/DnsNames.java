package dev.callbridge.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;

/// Asks name servers, and keeps what they say for as long as they say. Hosts are looked up the way of this machine, its
/// hosts file included, unless a name server was set.
final class DnsNames implements Names {

    private static final Logger log = LoggerFactory.getLogger(DnsNames.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration ALTOGETHER = Duration.ofSeconds(5);

    private final LookupSession session;
    private final boolean own;

    /// @param server null: those of the system
    DnsNames(@Nullable HostPort server) {
        this.own = server != null;
        Resolver resolver = server == null
                ? new ExtendedResolver()
                : new SimpleResolver(new InetSocketAddress(server.host(), server.port()));
        resolver.setTimeout(PATIENCE);
        this.session = LookupSession.defaultBuilder().resolver(resolver).build();
    }

    @Override
    public List<InetAddress> addresses(String host) {
        if (AddressRange.isLiteral(host)) {
            return List.of(InetAddress.ofLiteral(host));
        }
        if (!own) {
            try {
                return List.of(InetAddress.getAllByName(host));
            } catch (UnknownHostException _) {
                return List.of();
            }
        }
        return Stream.concat(ask(host, Type.A).stream(), ask(host, Type.AAAA).stream())
                .map(record -> switch (record) {
                    case ARecord a -> a.getAddress();
                    case AAAARecord aaaa -> aaaa.getAddress();
                    default -> null;
                })
                .flatMap(Stream::ofNullable)
                .toList();
    }

    @Override
    public List<Service> services(String name) {
        List<Service> services = new ArrayList<>();
        for (Record record : ask(name, Type.SRV)) {
            // A single dot says: there is no such service here (RFC 2782).
            if (record instanceof SRVRecord srv && !srv.getTarget().equals(Name.root)) {
                services.add(
                        new Service(srv.getTarget().toString(true), srv.getPort(), srv.getPriority(), srv.getWeight()));
            }
        }
        return services;
    }

    private List<Record> ask(String name, int type) {
        try {
            Name absolute = Name.fromString(name, Name.root);
            return session.lookupAsync(absolute, type, DClass.IN)
                    .toCompletableFuture()
                    .get(ALTOGETHER.toMillis(), TimeUnit.MILLISECONDS)
                    .getRecords();
        } catch (TextParseException | ExecutionException | TimeoutException | CompletionException e) {
            log.debug("no {} records of {}: {}", Type.string(type), name, e.getMessage());
            return List.of();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }
}
