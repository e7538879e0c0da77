package dev.callbridge.sip;

/// How a trunk wants to hear of keys.
enum Dtmf {
    /// As telephone events among the sound.
    RFC4733,
    /// By SIP INFO.
    INFO
}
