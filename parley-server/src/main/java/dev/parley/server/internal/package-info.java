/** What ties the protocol, the transport and the API together. Nothing in here is for users. */
@NullMarked
package dev.parley.server.internal;

import org.jspecify.annotations.NullMarked;
