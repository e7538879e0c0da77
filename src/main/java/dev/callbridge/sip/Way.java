package dev.callbridge.sip;

import dev.callbridge.bridge.MediaProfile;

/// A way to a telephone: one server of one trunk.
///
/// @param media how sound travels there
/// @param spare whether it is the one before without encryption, for when that was refused
record Way(Trunk trunk, Target target, MediaProfile media, boolean spare) {

    /// To another server of it.
    Way to(Target other) {
        return new Way(trunk, other, media, spare);
    }

    @Override
    public String toString() {
        return trunk.name();
    }
}
