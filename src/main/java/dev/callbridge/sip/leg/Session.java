package dev.callbridge.sip.leg;

import org.jspecify.annotations.Nullable;

/// What is known of a confirmed dialog for as long as it lives.
///
/// @param remoteTag the other side's tag
/// @param updates the peer takes UPDATE
/// @param timers the peer knows session timers
/// @param plans what we are going to send as soon as we may
/// @param introducing our UPDATE that says who the peer talks to; null: none is under way
public record Session(
        String remoteTag,
        boolean updates,
        boolean timers,
        Plans plans,
        SessionTimer timer,
        @Nullable Introducing introducing) {

    /// What waits to be sent.
    ///
    /// @param offer what the peer was told last is not true any more
    /// @param refresh the session wants its refresh
    /// @param paused nothing is sent before [Alarm#BACK_OFF]
    /// @param introduction who the peer has to learn of; null: nobody
    public record Plans(
            boolean offer,
            boolean refresh,
            boolean paused,
            @Nullable Introduction introduction) {

        static final Plans NONE = new Plans(false, false, false, null);

        Plans offer(boolean now) {
            return new Plans(now, refresh, paused, introduction);
        }

        Plans refresh(boolean now) {
            return new Plans(offer, now, paused, introduction);
        }

        Plans paused(boolean now) {
            return new Plans(offer, refresh, now, introduction);
        }

        Plans introduction(@Nullable Introduction now) {
            return new Plans(offer, refresh, paused, now);
        }
    }

    /// @param challenged whether a challenge to it has been answered already
    public record Introducing(Introduction who, boolean challenged) {}

    static Session of(String remoteTag, SessionTerms terms) {
        return new Session(remoteTag, terms.updates(), terms.timers(), Plans.NONE, SessionTimer.OFF, null);
    }

    /// Takes over what the peer says of itself; what it once said of itself stays true.
    Session learning(SessionTerms terms) {
        return new Session(remoteTag, updates || terms.updates(), timers || terms.timers(), plans, timer, introducing);
    }

    Session planning(Plans now) {
        return new Session(remoteTag, updates, timers, now, timer, introducing);
    }

    Session timed(SessionTimer now) {
        return new Session(remoteTag, updates, timers, plans, now, introducing);
    }

    Session introducing(@Nullable Introducing now) {
        return new Session(remoteTag, updates, timers, plans, timer, now);
    }

    Session withoutUpdates() {
        return new Session(remoteTag, false, timers, plans, timer, introducing);
    }
}
