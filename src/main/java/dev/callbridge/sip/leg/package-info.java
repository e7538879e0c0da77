/// The SIP side of a call: user agent client and server as pure state machines (RFC 3261).
@NullMarked
package dev.callbridge.sip.leg;

import org.jspecify.annotations.NullMarked;
