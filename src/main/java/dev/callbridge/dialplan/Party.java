package dev.callbridge.dialplan;

/// Somebody who calls or can be called.
public sealed interface Party permits PhoneNumber, Extension, Anonymous, MatrixUser {}
