/** Socket.IO packets and their wire forms, JSON and MessagePack. Pure; payloads stay raw until somebody names their type. */
@NullMarked
package dev.parley.protocol.socketio;

import org.jspecify.annotations.NullMarked;
