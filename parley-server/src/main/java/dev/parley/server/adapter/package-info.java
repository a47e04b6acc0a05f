/** Where rooms live and how events reach every socket of a namespace, on one node or many. */
@NullMarked
package dev.parley.server.adapter;

import org.jspecify.annotations.NullMarked;
