/// Runs calls: one mailbox and one virtual thread per call, messages carried out by wires; admission,
/// deadlines, and the registry of what lives. What connectors share stands here too.
@NullMarked
package dev.callbridge.bridge;

import org.jspecify.annotations.NullMarked;
