/// Whole calls in virtual time: the decisions are ours, networks and people are played.
@NullMarked
package dev.callbridge.play;

import org.jspecify.annotations.NullMarked;
