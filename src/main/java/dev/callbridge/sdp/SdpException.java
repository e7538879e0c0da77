package dev.callbridge.sdp;

/// A text that is no session description, however tolerantly it is read.
public final class SdpException extends Exception {

    private static final long serialVersionUID = 1;

    /// @param problem what is wrong, without quoting the description: it holds addresses and keys
    SdpException(String problem) {
        super(problem);
    }
}
