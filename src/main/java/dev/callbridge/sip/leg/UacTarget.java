package dev.callbridge.sip.leg;

import dev.callbridge.sip.leg.SipCauses.Remedy;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// One of the places that a call to a telephone can be tried at.
///
/// @param earlyMedia what is done with sound before the answer
/// @param media which of the leg's media profiles its offer is made by
/// @param spare whether it is the one before with a plainer offer, for when that was refused
public record UacTarget(EarlyMedia earlyMedia, int media, boolean spare) {

    /// Which of `targets` is tried when `failed` has failed; empty: none.
    static OptionalInt after(int failed, List<UacTarget> targets, Remedy remedy) {
        IntStream left = IntStream.range(failed + 1, targets.size());
        return switch (remedy) {
            case NONE -> OptionalInt.empty();
            case PLAINER_OFFER ->
                left.limit(1).filter(each -> targets.get(each).spare()).findFirst();
            case ANOTHER_TRUNK ->
                left.filter(each -> !targets.get(each).spare()).findFirst();
        };
    }
}
