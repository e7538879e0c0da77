/// Peers for tests: a phone, a homeserver, a browser, a database, all real enough to have manners.
@NullMarked
package dev.callbridge.testkit;

import org.jspecify.annotations.NullMarked;
