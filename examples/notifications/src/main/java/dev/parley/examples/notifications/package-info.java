/** Notifications: a server of sockets that lets in who has a token, and a REST service that pushes to its clients. */
@NullMarked
package dev.parley.examples.notifications;

import org.jspecify.annotations.NullMarked;
