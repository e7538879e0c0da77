/// What passes in rooms, as values, and the contents of call events as the specification writes them.
@NullMarked
package dev.callbridge.matrix.event;

import org.jspecify.annotations.NullMarked;
