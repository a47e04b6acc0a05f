/** Over loopback, with raw sockets where the bytes matter. Every host that a test closes is checked for leaks. */
@NullMarked
package dev.parley.netty;

import org.jspecify.annotations.NullMarked;
