package dev.callbridge.media;

import static java.util.Objects.requireNonNull;

import dev.callbridge.bridge.MediaQuality;
import dev.callbridge.call.LegId;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.rtcp.Reports;
import dev.callbridge.media.transport.Beat;
import dev.callbridge.media.transport.Endpoint;
import dev.callbridge.sdp.AudioCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Both ways of a call, and what the bridge and each of the two peers tell each other about packets. Of the shard's
/// thread.
final class Duplex implements Beat {

    private static final Logger log = LoggerFactory.getLogger(Duplex.class);

    private final Oversight oversight;
    private final List<Side> sides = new ArrayList<>(2);

    /// @param from the way of what this leg says
    /// @param to the way of what it hears
    private record Side(LegId leg, Endpoint endpoint, Way from, Way to, Reports reports) {}

    /// @param ways by the leg that speaks
    /// @param endpoints of both legs
    Duplex(Map<LegId, Way> ways, Map<LegId, Endpoint> endpoints, Oversight oversight) {
        this.oversight = oversight;
        long wall = oversight.clock().millis() * 1_000_000 - System.nanoTime();
        ways.forEach((leg, from) -> {
            Endpoint endpoint = requireNonNull(endpoints.get(leg), "leg without an endpoint");
            Way to = ways.entrySet().stream()
                    .filter(way -> !way.getKey().equals(leg))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow();
            var reports = new Reports(
                    endpoint.ssrc(),
                    endpoint.cname(),
                    to.stream(),
                    from.reception(),
                    wall,
                    () -> ThreadLocalRandom.current().nextDouble(),
                    endpoint.speakControl());
            sides.add(new Side(leg, endpoint, from, to, reports));
        });
    }

    /// Hears what the peers tell from now on.
    void listen() {
        sides.forEach(side -> side.endpoint().hearControl(packet -> {
            if (side.reports().take(packet)) {
                side.from().life(packet.arrival());
            }
        }));
    }

    @Override
    public void tick(RtpPacket packet, long now) {
        for (int i = 0; i < sides.size(); i++) {
            Side side = sides.get(i);
            side.from().tick(packet, now);
            side.reports().tick(packet, now);
        }
    }

    /// Says goodbye to the peers, and writes down how it was.
    void end(RtpPacket packet, long now) {
        for (Side side : sides) {
            side.reports().end(packet, now);
            MediaQuality quality = quality(side);
            side.from().log(side.leg());
            log.debug("{}: {}", side.leg(), quality);
            oversight.journal().quality(side.leg(), quality);
        }
    }

    private static MediaQuality quality(Side side) {
        var received = side.from().reception();
        var reports = side.reports();
        long jitterThere = reports.toldJitter() * 1_000_000_000L / AudioCodec.PCMU.clockRate();
        return new MediaQuality(
                new MediaQuality.Way(received.packets(), received.lost(), Duration.ofNanos(received.meanJitter())),
                new MediaQuality.Way(side.to().stream().passed(), reports.toldLost(), Duration.ofNanos(jitterThere)),
                reports.roundTrip() < 0 ? null : Duration.ofNanos(reports.roundTrip()));
    }
}
