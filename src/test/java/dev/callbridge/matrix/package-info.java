@NullMarked
package dev.callbridge.matrix;

import org.jspecify.annotations.NullMarked;
