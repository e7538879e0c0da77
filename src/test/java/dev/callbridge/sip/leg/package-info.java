@NullMarked
package dev.callbridge.sip.leg;

import org.jspecify.annotations.NullMarked;
