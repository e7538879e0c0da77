package dev.callbridge.matrix.appservice;

import java.util.Optional;

/// What the homeserver can ask us about users and numbers.
public interface Directory {

    /// @param userId of the ghost that stands for the number
    /// @param number as it is written internationally
    record Listed(String userId, String number) {}

    /// Whether `userId` can be one of ours; if so, it exists from now on.
    boolean hasUser(String userId);

    /// The ghost of a number as somebody typed it; it exists from now on. Answers for refused numbers too: the room is
    /// where people are told why.
    Optional<Listed> lookUp(String typed);

    /// The number of a ghost.
    Optional<Listed> reverse(String userId);
}
