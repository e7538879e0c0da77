package dev.callbridge.media.transport;

/// One side's name and password for connectivity checks (RFC 8839 §5.4).
record IceCredentials(String fragment, String password) {

    @Override
    public String toString() {
        return "IceCredentials";
    }
}
