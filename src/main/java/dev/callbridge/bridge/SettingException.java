package dev.callbridge.bridge;

/// A setting that can't be used. The bridge doesn't start with it, and says name, value and remedy.
public final class SettingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    /// @param name as in the configuration file: `callbridge.sip.listen`
    /// @param value what is written there; never a secret
    /// @param remedy what would be right, as a sentence without a full stop
    public SettingException(String name, Object value, String remedy) {
        super(name + " is \"" + value + "\": " + remedy);
    }
}
