package dev.callbridge.dialplan;

/// A caller who hides.
public record Anonymous() implements Party {}
