@NullMarked
package dev.callbridge.dialplan;

import org.jspecify.annotations.NullMarked;
