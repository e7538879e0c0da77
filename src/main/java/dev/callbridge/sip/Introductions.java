package dev.callbridge.sip;

import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.Rights;
import dev.callbridge.sip.CallerId.Side;
import dev.callbridge.sip.leg.Introduction;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a telephone gets to know of who is on our side of a call while it lasts. Belongs to the loop of the call.
///
/// A Matrix client may claim what it likes. So a number is never taken from it: only the one that the settings give to
/// the user it names, and only if that user is of the same homeserver as the one in the call, as a homeserver vouches
/// for nobody else. Otherwise the number stays, and at most the name beside it changes. Of somebody whose number is
/// withheld nothing is told at all.
final class Introductions {

    private final Trunk trunk;
    private final String domain;
    private final Side side;
    private final Optional<MatrixUser> member;
    private final boolean withheld;
    private final Rights rights;
    private final @Nullable Party first;
    private @Nullable Party shown;
    private List<String> last;

    /// @param member who is on our side as the call begins
    /// @param withheld whether the telephone must not learn who that is
    /// @param shown which number it knows; null: none
    private Introductions(
            Trunk trunk,
            String domain,
            Side side,
            Optional<MatrixUser> member,
            boolean withheld,
            @Nullable Party shown,
            Rights rights) {
        this.trunk = trunk;
        this.domain = domain;
        this.side = side;
        this.member = member;
        this.withheld = withheld;
        this.rights = rights;
        this.first = shown;
        this.shown = shown;
        this.last = lines(shown, "");
    }

    /// For a telephone that we call.
    static Introductions ofCalling(OutgoingInvite invite, Optional<MatrixUser> caller, Rights rights) {
        Trunk trunk = invite.way().trunk();
        return new Introductions(
                trunk, trunk.domain(invite.outlet()), Side.CALLING, caller, invite.withheld(), invite.caller(), rights);
    }

    /// For a telephone that calls us.
    ///
    /// @param number that it called, as its trunk writes it
    static Introductions ofCalled(IncomingInvite invite, String number, Optional<MatrixUser> callee, Rights rights) {
        Trunk trunk = invite.trunk();
        return new Introductions(
                trunk,
                trunk.domain(invite.outlet()),
                Side.CALLED,
                callee,
                callee.filter(rights::withholds).isPresent(),
                trunk.callerId().party(number, trunk.name()),
                rights);
    }

    /// The headers that say who the telephone talks to from now on; empty if that is no news, or none of its business.
    List<String> news(Introduction who) {
        Optional<MatrixUser> named = Optional.ofNullable(who.user()).map(MatrixUser::new);
        boolean itself = named.isPresent() && named.equals(member);
        if (withheld || (!itself && named.filter(rights::withholds).isPresent())) {
            return List.of();
        }
        Party next = itself
                ? first
                : named.filter(this::mayBring).flatMap(this::number).orElse(shown);
        List<String> lines = lines(next, SipText.name(who.name()));
        shown = next;
        if (lines.equals(last)) {
            return List.of();
        }
        last = lines;
        return lines;
    }

    /// What was said last, for the request that answers a challenge.
    List<String> last() {
        return last;
    }

    private boolean mayBring(MatrixUser user) {
        return rights.knows(user)
                && member.filter(own -> own.homeserver().equals(user.homeserver()))
                        .isPresent();
    }

    /// What telephones see when this user calls through the trunk.
    private Optional<Party> number(MatrixUser user) {
        return trunk.shownFor(rights.callerNumber(user)).map(number -> number);
    }

    private List<String> lines(@Nullable Party number, String name) {
        return number == null ? List.of() : trunk.callerId().introduction(number, name, domain, side);
    }
}
