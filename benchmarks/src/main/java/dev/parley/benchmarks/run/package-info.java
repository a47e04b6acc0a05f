/** Runs servers and load side by side and says what came out. */
@NullMarked
package dev.parley.benchmarks.run;

import org.jspecify.annotations.NullMarked;
