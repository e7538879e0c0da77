package dev.callbridge.sip;

/// A way to a telephone: one server of one trunk.
record Way(Trunk trunk, Target target) {

    @Override
    public String toString() {
        return trunk.name();
    }
}
