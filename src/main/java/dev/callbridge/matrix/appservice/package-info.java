/// What the homeserver asks and tells an application service (Application Service API).
@NullMarked
package dev.callbridge.matrix.appservice;

import org.jspecify.annotations.NullMarked;
