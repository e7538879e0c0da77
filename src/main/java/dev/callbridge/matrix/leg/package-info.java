/// The Matrix side of a call as pure state machines (Client-Server API, Voice over IP, version 1).
@NullMarked
package dev.callbridge.matrix.leg;

import org.jspecify.annotations.NullMarked;
