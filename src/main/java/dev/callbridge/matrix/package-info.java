/// The Matrix connector: who is who on the homeserver, which room joins whom, and the legs of calls there.
@NullMarked
package dev.callbridge.matrix;

import org.jspecify.annotations.NullMarked;
