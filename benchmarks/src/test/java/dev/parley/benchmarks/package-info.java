/** What must not become more expensive, and that the measuring programs work. */
@NullMarked
package dev.parley.benchmarks;

import org.jspecify.annotations.NullMarked;
