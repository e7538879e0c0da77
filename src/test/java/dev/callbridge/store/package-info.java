@NullMarked
package dev.callbridge.store;

import org.jspecify.annotations.NullMarked;
