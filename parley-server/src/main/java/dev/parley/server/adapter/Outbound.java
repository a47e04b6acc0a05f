package dev.parley.server.adapter;

import dev.parley.protocol.socketio.Body;

/**
 * An event on its way to many sockets, its payload written already.
 *
 * @param body an array of the event's name and its arguments
 */
public record Outbound(String event, Body body) {}
