package dev.callbridge.store;

/// The database did not answer in time, or not at all.
public final class DatabaseUnavailable extends Exception {

    private static final long serialVersionUID = 1;

    DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
