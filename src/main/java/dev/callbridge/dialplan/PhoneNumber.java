package dev.callbridge.dialplan;

import java.util.regex.Pattern;

/// A telephone number in international form, for example `+4930901820`. What people write is read by [NumberPlan].
///
/// @param e164 plus sign, country code and subscriber number, at most 15 digits (ITU-T E.164 §6.2.1)
public record PhoneNumber(String e164) implements Party {

    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{1,14}");

    /// @throws IllegalArgumentException if `e164` is not in international form
    public PhoneNumber {
        if (!E164.matcher(e164).matches()) {
            throw new IllegalArgumentException("not an E.164 number: " + Masked.of(e164));
        }
    }

    /// The number without its plus sign.
    public String digits() {
        return e164.substring(1);
    }

    /// All but the last two digits hidden, fit for a log line.
    @Override
    public String toString() {
        return Masked.of(e164);
    }
}
