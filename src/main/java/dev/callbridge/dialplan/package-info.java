/// Who can be called, and what people and trunks write when they mean it. No I/O.
@NullMarked
package dev.callbridge.dialplan;

import org.jspecify.annotations.NullMarked;
