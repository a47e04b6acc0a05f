/**
 * What a host implements: how bytes reach this server and leave it. A host knows HTTP, WebSocket and threads, and nothing
 * of Engine.IO: it hands over requests, accepts what it is told to accept and writes what it is given.
 */
@NullMarked
package dev.parley.server.transport;

import org.jspecify.annotations.NullMarked;
