package dev.callbridge.sip;

import dev.callbridge.dialplan.Anonymous;
import dev.callbridge.dialplan.Extension;
import dev.callbridge.dialplan.MatrixUser;
import dev.callbridge.dialplan.NumberPlan;
import dev.callbridge.dialplan.NumberStyle;
import dev.callbridge.dialplan.Party;
import dev.callbridge.dialplan.PhoneNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How a trunk is told who calls, and what of it is believed the other way round.
final class CallerId {

    /// What stands in From.
    enum From {
        /// The caller's number.
        NUMBER,
        /// The account that pays, as some trunks want it; the number is in one of the other headers then.
        ACCOUNT
    }

    /// The other headers.
    enum Header {
        /// P-Asserted-Identity (RFC 3325 §9.1).
        PAI,
        /// P-Preferred-Identity (RFC 3325 §9.2).
        PPI,
        /// Remote-Party-ID, which never became a standard.
        RPID,
        /// Whose number the caller borrows, when it is not our own (RFC 5806).
        DIVERSION
    }

    /// Which side of a call we are.
    enum Side {
        CALLING,
        CALLED;

        private String party() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Who calls.
    ///
    /// @param number what the telephone may see; null: there is none
    /// @param own our number on the trunk; null: unknown
    /// @param withheld whether the telephone must not see it (CLIR)
    /// @param domain stands behind the @
    record Caller(
            @Nullable PhoneNumber number,
            @Nullable PhoneNumber own,
            @Nullable Account account,
            boolean withheld,
            String domain) {}

    private static final String ANONYMOUS = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

    private final NumberPlan plan;
    private final NumberStyle numbers;
    private final TrunksProperties.Identity settings;

    /// @param numbers how called numbers are written
    CallerId(NumberPlan plan, NumberStyle numbers, TrunksProperties.Identity settings) {
        this.plan = plan;
        this.numbers = numbers;
        this.settings = settings;
    }

    /// Whether what the trunk says besides From is believed.
    boolean isBelieved() {
        return settings.trust();
    }

    /// Who stands behind the user part of a URI that the trunk wrote.
    Party party(String user, String trunk) {
        return plan.readFromTrunk(user)
                .filter(PhoneNumber.class::isInstance)
                .orElseGet(() -> new Extension(trunk, user));
    }

    /// A called number as it stands in a URI.
    String called(PhoneNumber number) {
        return plan.written(number, numbers);
    }

    /// What stands in From, without a tag.
    String from(Caller caller) {
        return caller.withheld() ? ANONYMOUS : uri(fromUser(caller), caller);
    }

    private String fromUser(Caller caller) {
        Account account = caller.account();
        PhoneNumber number = caller.number();
        if (account != null && (number == null || settings.from() == From.ACCOUNT)) {
            return account.user();
        }
        return number == null ? "callbridge" : plan.written(number, settings.format());
    }

    private static String uri(String user, Caller caller) {
        return uri(user, caller.domain());
    }

    private static String uri(String user, String domain) {
        return "<sip:" + SipText.user(user) + "@" + domain + ">";
    }

    /// Further headers, each as a line without its end. A number that is withheld, and ours beside it, goes to trunks
    /// only that are trusted to withhold it (RFC 3325 §7).
    List<String> headers(Caller caller) {
        List<String> lines = new ArrayList<>();
        PhoneNumber number = caller.number();
        Set<Header> wanted = settings.headers();
        if (caller.withheld()) {
            lines.add("Privacy: id");
        }
        if (number == null || (caller.withheld() && !settings.trust())) {
            return lines;
        }
        String uri = uri(plan.written(number, settings.format()), caller);
        lines.addAll(identities(uri, Side.CALLING, caller.withheld() ? "full" : "off"));
        PhoneNumber own = caller.own();
        if (wanted.contains(Header.DIVERSION) && own != null && !own.equals(number)) {
            String diverting = uri(plan.written(own, settings.format()), caller);
            lines.add("Diversion: " + diverting + ";reason=unconditional" + (caller.withheld() ? ";privacy=full" : ""));
        }
        return lines;
    }

    /// What says in the middle of a call who is on our side of it, each as a line without its end. From stays as it is:
    /// few peers bear another one (RFC 4916 §4.3).
    ///
    /// @param shown what stands as the number
    /// @param name stands beside it; empty: nothing does
    List<String> introduction(Party shown, String name, String domain, Side side) {
        String user = switch (shown) {
            case PhoneNumber number -> plan.written(number, settings.format());
            case Extension(var _, var extension) -> extension;
            case Anonymous _, MatrixUser _ -> "";
        };
        String quoted = name.isEmpty() ? "" : SipText.quoted(name) + " ";
        return user.isEmpty() ? List.of() : identities(quoted + uri(user, domain), side, "off");
    }

    private List<String> identities(String nameAddr, Side side, String privacy) {
        List<String> lines = new ArrayList<>();
        Set<Header> wanted = settings.headers();
        if (wanted.contains(Header.PAI)) {
            lines.add("P-Asserted-Identity: " + nameAddr);
        }
        if (wanted.contains(Header.PPI)) {
            lines.add("P-Preferred-Identity: " + nameAddr);
        }
        if (wanted.contains(Header.RPID)) {
            lines.add("Remote-Party-ID: " + nameAddr + ";party=" + side.party() + ";screen=no;privacy=" + privacy);
        }
        return lines;
    }
}
