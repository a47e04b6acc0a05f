/**
 * The embedded host. Each event loop is a lane; a connection stays on the lane that accepted it, so nothing in here
 * locks. A connection begins as HTTP and either ends as HTTP or becomes a WebSocket, whose pipeline then holds one
 * handler.
 */
@NullMarked
package dev.parley.netty;

import org.jspecify.annotations.NullMarked;
