@NullMarked
package dev.callbridge.sip;

import org.jspecify.annotations.NullMarked;
