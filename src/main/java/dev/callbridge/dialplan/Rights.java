package dev.callbridge.dialplan;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Who may call what. The first rule that fits a user decides; who has none may call ordinary numbers if it
/// is a user of our own homeserver, and nothing otherwise.
public final class Rights {

    /// What one group of users may do.
    ///
    /// @param who a user id, in which `*` stands for any text: `@boss:example.org`, `*:example.org`
    /// @param may which classes of numbers they may call
    /// @param callerNumber the number that telephones see; empty: the trunk's own
    /// @param withhold whether telephones see no number at all
    public record Rule(String who, Set<NumberClass> may, Optional<PhoneNumber> callerNumber, boolean withhold) {

        public Rule {
            may = Set.copyOf(may);
        }

        /// For users who show who calls.
        public Rule(String who, Set<NumberClass> may, Optional<PhoneNumber> callerNumber) {
            this(who, may, callerNumber, false);
        }

        private boolean fits(MatrixUser user) {
            String glob = Stream.of(who.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return Pattern.matches(glob, user.id());
        }
    }

    /// Why somebody may not call a number.
    public enum Refusal {
        /// No rule lets this user call such a number.
        NO_RIGHT,
        /// An emergency number without a route of its own.
        EMERGENCY
    }

    private final List<Rule> rules;
    private final NumberPlan plan;

    /// @param homeserver the name of our homeserver, the part after the colon in user ids
    public Rights(String homeserver, List<Rule> rules, NumberPlan plan) {
        var unsaid = new Rule("*:" + homeserver, Set.of(NumberClass.ORDINARY), Optional.empty());
        this.rules = Stream.concat(rules.stream(), Stream.of(unsaid)).toList();
        this.plan = plan;
    }

    /// @return empty if `user` may call `callee`
    public Optional<Refusal> refusal(MatrixUser user, Party callee) {
        if (plan.isUnroutedEmergency(callee)) {
            return Optional.of(Refusal.EMERGENCY);
        }
        boolean may = switch (callee) {
            case PhoneNumber number -> allows(user, plan.classOf(number));
            case Extension extension -> allows(user, plan.classOf(extension));
            case Anonymous _, MatrixUser _ -> false;
        };
        return may ? Optional.empty() : Optional.of(Refusal.NO_RIGHT);
    }

    /// Whether `user` may use the bridge at all.
    public boolean knows(MatrixUser user) {
        return rule(user).isPresent();
    }

    /// The number that telephones see when `user` calls; empty: the trunk's own.
    public Optional<PhoneNumber> callerNumber(MatrixUser user) {
        return rule(user).flatMap(Rule::callerNumber);
    }

    /// Whether telephones must not see who calls when it is `user` (CLIR).
    public boolean withholds(MatrixUser user) {
        return rule(user).filter(Rule::withhold).isPresent();
    }

    private boolean allows(MatrixUser user, NumberClass numberClass) {
        return rule(user).filter(rule -> rule.may().contains(numberClass)).isPresent();
    }

    private Optional<Rule> rule(MatrixUser user) {
        return rules.stream().filter(rule -> rule.fits(user)).findFirst();
    }
}
