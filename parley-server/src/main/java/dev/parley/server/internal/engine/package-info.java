/** The Engine.IO runtime: sessions on their lanes, the HTTP side of both transports, and nothing of Socket.IO. */
@NullMarked
package dev.parley.server.internal.engine;

import org.jspecify.annotations.NullMarked;
