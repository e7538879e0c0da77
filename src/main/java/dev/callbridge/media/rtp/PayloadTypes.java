package dev.callbridge.media.rtp;

import java.util.Arrays;
import java.util.Map;

/// Gives packets the payload type number that the other side knows their content by, and drops what it doesn't know.
public final class PayloadTypes implements RtpSink {

    private static final int UNKNOWN = -1;

    private final int[] numbers = new int[128];
    private final RtpSink next;
    private long dropped;

    /// @param mapping from the number a packet comes with to the number it leaves with
    public PayloadTypes(Map<Integer, Integer> mapping, RtpSink next) {
        this.next = next;
        remap(mapping);
    }

    /// From now on `mapping` counts; an empty one lets nothing pass.
    public void remap(Map<Integer, Integer> mapping) {
        Arrays.fill(numbers, UNKNOWN);
        mapping.forEach((from, to) -> numbers[from] = to);
    }

    @Override
    public void take(RtpPacket packet) {
        int number = numbers[packet.payloadType()];
        if (number == UNKNOWN) {
            dropped++;
            return;
        }
        packet.payloadType(number);
        next.take(packet);
    }

    /// How many packets came with a number that was not agreed on.
    public long dropped() {
        return dropped;
    }
}
