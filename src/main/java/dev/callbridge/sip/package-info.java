/// The SIP connector: trunks, dialogs, digest. The only place that sees JAIN-SIP.
@NullMarked
package dev.callbridge.sip;

import org.jspecify.annotations.NullMarked;
