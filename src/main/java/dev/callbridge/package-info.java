/// Matrix to SIP call bridge.
@NullMarked
package dev.callbridge;

import org.jspecify.annotations.NullMarked;
