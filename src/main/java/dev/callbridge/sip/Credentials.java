package dev.callbridge.sip;

import org.jspecify.annotations.Nullable;

/// What answers a trunk's challenges.
///
/// @param realm the only realm that hears about the password; null: any
record Credentials(String user, String password, @Nullable String realm) {

    boolean fits(String asking) {
        return realm == null || realm.equals(asking);
    }

    /// Without the password.
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
