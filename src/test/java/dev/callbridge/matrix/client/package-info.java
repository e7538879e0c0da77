@NullMarked
package dev.callbridge.matrix.client;

import org.jspecify.annotations.NullMarked;
