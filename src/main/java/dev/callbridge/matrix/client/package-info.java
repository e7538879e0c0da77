/// Requests to the homeserver, and the one queue per room in which events leave.
@NullMarked
package dev.callbridge.matrix.client;

import org.jspecify.annotations.NullMarked;
