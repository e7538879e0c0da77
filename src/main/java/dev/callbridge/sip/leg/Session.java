package dev.callbridge.sip.leg;

/// What is known of a confirmed dialog for as long as it lives.
///
/// @param remoteTag the other side's tag
/// @param updates the peer takes UPDATE
/// @param timers the peer knows session timers
/// @param plans what we are going to send as soon as we may
public record Session(String remoteTag, boolean updates, boolean timers, Plans plans, SessionTimer timer) {

    /// What waits to be sent.
    ///
    /// @param offer what the peer was told last is not true any more
    /// @param refresh the session wants its refresh
    /// @param paused nothing is sent before [Alarm#BACK_OFF]
    public record Plans(boolean offer, boolean refresh, boolean paused) {

        static final Plans NONE = new Plans(false, false, false);

        Plans offer(boolean now) {
            return new Plans(now, refresh, paused);
        }

        Plans refresh(boolean now) {
            return new Plans(offer, now, paused);
        }

        Plans paused(boolean now) {
            return new Plans(offer, refresh, now);
        }
    }

    static Session of(String remoteTag, SessionTerms terms) {
        return new Session(remoteTag, terms.updates(), terms.timers(), Plans.NONE, SessionTimer.OFF);
    }

    /// Takes over what the peer says of itself; what it once said of itself stays true.
    Session learning(SessionTerms terms) {
        return new Session(remoteTag, updates || terms.updates(), timers || terms.timers(), plans, timer);
    }

    Session planning(Plans now) {
        return new Session(remoteTag, updates, timers, now, timer);
    }

    Session timed(SessionTimer now) {
        return new Session(remoteTag, updates, timers, plans, now);
    }

    Session withoutUpdates() {
        return new Session(remoteTag, false, timers, plans, timer);
    }
}
