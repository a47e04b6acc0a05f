/** Engine.IO packets, their wire form and the session machine. Pure: the time comes in as an argument. */
@NullMarked
package dev.parley.protocol.engineio;

import org.jspecify.annotations.NullMarked;
