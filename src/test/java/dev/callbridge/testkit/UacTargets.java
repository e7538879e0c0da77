package dev.callbridge.testkit;

import dev.callbridge.sip.leg.EarlyMedia;
import dev.callbridge.sip.leg.UacTarget;
import java.util.List;

/// Trunks that differ in what they do with early media, and in nothing else.
public final class UacTargets {

    private UacTargets() {}

    public static List<UacTarget> of(List<EarlyMedia> policies) {
        return policies.stream().map(policy -> new UacTarget(policy, 0, false)).toList();
    }
}
