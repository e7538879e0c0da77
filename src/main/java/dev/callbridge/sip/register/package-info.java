/// How an account stays registered with a trunk (RFC 3261 §10.2): decides, and touches no network.
@NullMarked
package dev.callbridge.sip.register;

import org.jspecify.annotations.NullMarked;
