/** The front door: a server, its namespaces and sockets, and everything that may be set. */
@NullMarked
package dev.parley;

import org.jspecify.annotations.NullMarked;
