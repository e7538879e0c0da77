package dev.callbridge.media.rtp.dtmf;

/// Hears of keys: one goes down, is held, and goes up again, and only then may another go down.
public interface Keys {

    /// @param event code of the key, 0 to 15 (RFC 4733 §3.2)
    void down(int event);

    /// @param micros how long the key that is down has been held, as far as is known; never less than before
    void held(int micros);

    /// @param micros how long it was held altogether
    void up(int micros);
}
