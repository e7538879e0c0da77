package dev.callbridge.media.transport;

/// Hears nothing of an end of plain RTP: it is ready at once, and has neither a goodbye nor consent to lose.
final class Deaf implements Endpoint.Listener {

    @Override
    public void ready() {
        // At once.
    }

    @Override
    public void closed() {
        throw new AssertionError("RTP has no goodbye");
    }

    @Override
    public void lost() {
        throw new AssertionError("RTP has no consent");
    }
}
