/** Measures Parley beside its peers: the servers, the load generator, and the program that runs both. */
@NullMarked
package dev.parley.benchmarks;

import org.jspecify.annotations.NullMarked;
