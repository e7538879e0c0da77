package dev.callbridge.media.rtp.rtcp;

import dev.callbridge.media.rtp.OutgoingStream;
import dev.callbridge.media.rtp.Reception;
import dev.callbridge.media.rtp.RtpPacket;
import dev.callbridge.media.rtp.RtpSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.DoubleSupplier;

/// RTCP with one peer: tells it how its stream fares with us, and hears how ours fares with it (RFC 3550 §6).
public final class Reports {

    private static final long MEAN_INTERVAL = 5_000_000_000L;
    private static final int LONGEST_NAME = 255;
    private static final long BILLION = 1_000_000_000L;
    private static final long SECONDS_1900_TO_1970 = 2_208_988_800L;

    private final int ssrc;
    private final byte[] cname;
    private final OutgoingStream outgoing;
    private final Reception incoming;
    private final long wall;
    private final DoubleSupplier random;
    private final RtpSink next;
    private final Heard heard = new Heard();
    private boolean begun;
    private long due;
    private int lastReport;
    private long lastReportArrival;
    private long toldLost;
    private long jitterSum;
    private long jitterCount;
    private long roundTrip = -1;

    /// @param ssrc of what we send
    /// @param cname as in our description
    /// @param outgoing to the peer
    /// @param incoming from the peer
    /// @param wall what has to be added to our clock to get nanoseconds since 1970
    /// @param random from 0 to 1
    /// @param next sends to the peer
    public Reports(
            int ssrc,
            String cname,
            OutgoingStream outgoing,
            Reception incoming,
            long wall,
            DoubleSupplier random,
            RtpSink next) {
        this.ssrc = ssrc;
        byte[] name = cname.getBytes(StandardCharsets.UTF_8);
        this.cname = Arrays.copyOf(name, Math.min(name.length, LONGEST_NAME));
        this.outgoing = outgoing;
        this.incoming = incoming;
        this.wall = wall;
        this.random = random;
        this.next = next;
    }

    /// Sends a report when it is time: after 2.5 to 7.5 s, and the first one after half of that (RFC 3550 §6.2).
    public void tick(RtpPacket packet, long now) {
        if (!begun) {
            begun = true;
            due = now + interval() / 2;
        } else if (now - due >= 0) {
            due = now + interval();
            report(packet, now, false);
        }
    }

    private long interval() {
        return (long) (MEAN_INTERVAL * (0.5 + random.getAsDouble()));
    }

    /// Tells the peer that our stream ends.
    public void end(RtpPacket packet, long now) {
        report(packet, now, true);
    }

    private void report(RtpPacket packet, long now, boolean last) {
        var writer = new ControlWriter(packet);
        int blocks = incoming.hasSource() ? 1 : 0;
        if (outgoing.passed() > 0) {
            writer.senderReport(ssrc, blocks, ntp(now), outgoing.timestampNow(now), outgoing);
        } else {
            writer.receiverReport(ssrc, blocks);
        }
        if (blocks > 0) {
            writer.block(incoming, lastReport, lastReport == 0 ? 0 : shortTime(now - lastReportArrival));
        }
        writer.description(ssrc, cname);
        if (last) {
            writer.goodbye(ssrc);
        }
        writer.done(now);
        next.take(packet);
    }

    /// @param packet of the peer; whatever is in it
    /// @return whether it is RTCP
    public boolean take(RtpPacket packet) {
        heard.now = packet.arrival();
        return ControlReader.read(packet.bytes(), packet.offset(), packet.length(), heard);
    }

    /// How many packets of ours never arrived, as far as the peer has told.
    public long toldLost() {
        return Math.max(0, toldLost);
    }

    /// Mean interarrival jitter of our packets there, in ticks.
    public long toldJitter() {
        return jitterCount == 0 ? 0 : jitterSum / jitterCount;
    }

    /// The last one measured, in nanoseconds; negative: none.
    public long roundTrip() {
        return roundTrip;
    }

    /// 1/2^32 s since 1900.
    private long ntp(long now) {
        long nanos = now + wall;
        long seconds = Math.floorDiv(nanos, BILLION) + SECONDS_1900_TO_1970;
        return (seconds << 32) | ((Math.floorMod(nanos, BILLION) << 32) / BILLION);
    }

    /// @return 1/65536 s
    private static int shortTime(long nanos) {
        return (int) (Math.max(0, nanos) / 1000 * 65536 / 1_000_000);
    }

    private final class Heard implements ControlReader.Listener {

        private long now;

        @Override
        public void sends(int source, int time) {
            lastReport = time;
            lastReportArrival = now;
        }

        @Override
        public void hears(int source, int lost, long jitter, int last, int delay) {
            if (source != ssrc) {
                return;
            }
            toldLost = lost;
            jitterSum += Math.min(jitter, Integer.MAX_VALUE);
            jitterCount++;
            if (last != 0) {
                measure(last, delay);
            }
        }

        /// RFC 3550 §6.4.1. What is negative or longer than a minute is nonsense.
        private void measure(int last, int delay) {
            int there = (int) (ntp(now) >>> 16) - last - delay;
            if (there >= 0 && there < 60 << 16) {
                roundTrip = (there * BILLION) >> 16;
            }
        }
    }
}
