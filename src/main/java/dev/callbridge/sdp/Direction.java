package dev.callbridge.sdp;

import java.util.Locale;
import java.util.Optional;

/// Which ways media flow, seen from whoever wrote the description (RFC 8866 §6.7).
public enum Direction {
    SENDRECV(true, true),
    SENDONLY(true, false),
    RECVONLY(false, true),
    INACTIVE(false, false);

    private final boolean sends;
    private final boolean receives;

    Direction(boolean sends, boolean receives) {
        this.sends = sends;
        this.receives = receives;
    }

    public boolean sends() {
        return sends;
    }

    public boolean receives() {
        return receives;
    }

    /// The most that an answer to this may say (RFC 3264 §6.1).
    public Direction mirrored() {
        return switch (this) {
            case SENDRECV -> SENDRECV;
            case SENDONLY -> RECVONLY;
            case RECVONLY -> SENDONLY;
            case INACTIVE -> INACTIVE;
        };
    }

    /// What both allow.
    public Direction and(Direction other) {
        return of(sends && other.sends, receives && other.receives);
    }

    public static Direction of(boolean sends, boolean receives) {
        if (sends) {
            return receives ? SENDRECV : SENDONLY;
        }
        return receives ? RECVONLY : INACTIVE;
    }

    static Optional<Direction> named(String name) {
        for (Direction direction : values()) {
            if (direction.attribute().equalsIgnoreCase(name)) {
                return Optional.of(direction);
            }
        }
        return Optional.empty();
    }

    String attribute() {
        return name().toLowerCase(Locale.ROOT);
    }
}
