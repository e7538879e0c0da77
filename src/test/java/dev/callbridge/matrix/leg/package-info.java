@NullMarked
package dev.callbridge.matrix.leg;

import org.jspecify.annotations.NullMarked;
