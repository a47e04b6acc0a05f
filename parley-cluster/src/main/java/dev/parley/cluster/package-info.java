/** Several servers as one: what they tell each other, and the bus that carries it. */
@NullMarked
package dev.parley.cluster;

import org.jspecify.annotations.NullMarked;
