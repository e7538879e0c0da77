package dev.callbridge.sip;

import dev.callbridge.bridge.CallJournal;
import dev.callbridge.bridge.MediaProfile;
import dev.callbridge.bridge.Placement;
import dev.callbridge.call.CallEnd;
import dev.callbridge.call.HangupCause;
import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import dev.callbridge.dialplan.Rights;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Calls telephones: picks the trunks that carry a number, the healthy ones first.
final class SipPlacement implements Placement {

    private final NumberPlan plan;
    private final Trunks trunks;
    private final SipStackHost host;
    private final CallJournal journal;
    private final Rights rights;
    private final Duration ringTimeout;

    SipPlacement(
            NumberPlan plan,
            Trunks trunks,
            SipStackHost host,
            CallJournal journal,
            Rights rights,
            Duration ringTimeout) {
        this.plan = plan;
        this.trunks = trunks;
        this.host = host;
        this.journal = journal;
        this.rights = rights;
        this.ringTimeout = ringTimeout;
    }

    @Override
    public boolean reaches(Party callee) {
        return switch (callee) {
            case PhoneNumber _, Extension _ -> true;
            case MatrixUser _, Anonymous _ -> false;
        };
    }

    @Override
    public Placed place(Party caller, Party callee) {
        List<Trunk> known = plan.trunks(callee).stream()
                .map(trunks::named)
                .flatMap(Optional::stream)
                .filter(trunk -> !trunk.targets().isEmpty())
                .toList();
        // A sort keeps the order of equals. One that is down or rests may be up again by now: it comes last.
        List<Way> ways = known.stream()
                .filter(trunk -> !trunk.isFull())
                .sorted(Comparator.comparing(Trunk::isLastChoice))
                .flatMap(trunk -> trunk.targets().stream().flatMap(target -> ways(trunk, target)))
                .toList();
        if (ways.isEmpty()) {
            return new Placed.Refused(CallEnd.of(known.isEmpty() ? HangupCause.NO_ROUTE : HangupCause.OVERLOADED));
        }
        return new Placed.On(new UacSeat(ways, host, journal, rights), ringTimeout);
    }

    private Stream<Way> ways(Trunk trunk, Target target) {
        MediaProfile.PlainRtp media = trunk.media(host.outlet(trunk, target), target.address());
        var way = new Way(trunk, target, media, false);
        return media.srtp() == MediaProfile.Srtp.OPTIONAL
                ? Stream.of(way, new Way(trunk, target, media.unencrypted(), true))
                : Stream.of(way);
    }
}
