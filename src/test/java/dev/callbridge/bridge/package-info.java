@NullMarked
package dev.callbridge.bridge;

import org.jspecify.annotations.NullMarked;
