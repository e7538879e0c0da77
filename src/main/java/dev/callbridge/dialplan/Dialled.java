package dev.callbridge.dialplan;

/// Whom somebody dialled, and whether their own number shall be seen there.
public record Dialled(Party party, Presentation presentation) {

    /// What becomes of the caller's number in one call (CLIR, ETSI TS 122 081 and 122 030 §6.5.5.1).
    public enum Presentation {
        /// As always.
        USUAL(""),
        /// Hidden in this call: `#31#` in front of the number.
        WITHHELD("#31#"),
        /// Shown in this call, though hidden otherwise: `*31#` in front of the number.
        SHOWN("*31#");

        private final String code;

        Presentation(String code) {
            this.code = code;
        }

        /// What is dialled before the number.
        public String code() {
            return code;
        }
    }
}
