@NullMarked
package dev.callbridge;

import org.jspecify.annotations.NullMarked;
