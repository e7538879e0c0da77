@NullMarked
package dev.callbridge.call;

import org.jspecify.annotations.NullMarked;
