@NullMarked
package dev.callbridge.sip.register;

import org.jspecify.annotations.NullMarked;
