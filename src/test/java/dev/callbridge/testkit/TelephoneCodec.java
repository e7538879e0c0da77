package dev.callbridge.testkit;

import dev.callbridge.sdp.AudioCodec;

/// A codec with its memory, for one direction of one call: 20 ms of samples to 160 bytes of payload and back.
sealed interface TelephoneCodec permits G711, G722 {

    static TelephoneCodec of(AudioCodec codec) {
        return switch (codec) {
            case PCMU -> new G711(false);
            case PCMA -> new G711(true);
            case G722 -> new G722();
        };
    }

    /// Of samples, not of RTP timestamps.
    int sampleRate();

    byte[] encode(short[] samples);

    short[] decode(byte[] payload);
}
