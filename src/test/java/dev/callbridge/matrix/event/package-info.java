@NullMarked
package dev.callbridge.matrix.event;

import org.jspecify.annotations.NullMarked;
