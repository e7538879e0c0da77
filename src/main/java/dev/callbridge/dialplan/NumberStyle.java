package dev.callbridge.dialplan;

/// How a trunk wants numbers written.
public enum NumberStyle {
    /// `+4930901820`
    E164,
    /// `4930901820`
    DIGITS,
    /// `030901820` for numbers of our own country, and others as one dials them from there: `0033…`, `01133…`
    NATIONAL,
    /// `004930901820`
    INTERNATIONAL_00
}
