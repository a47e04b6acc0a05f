package dev.parley.cluster.format;

import dev.parley.protocol.socketio.Body;

/**
 * The arguments of an event or the values of an answer, on their way to Python.
 *
 * @param body an array; of an event, its name comes first
 */
record PythonArguments(Body body, boolean isEvent) {}
