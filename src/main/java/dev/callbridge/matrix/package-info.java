/// The Matrix connector: application service, client API, portals and ghosts.
@NullMarked
package dev.callbridge.matrix;

import org.jspecify.annotations.NullMarked;
