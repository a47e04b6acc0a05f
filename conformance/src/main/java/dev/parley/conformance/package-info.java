/** Servers that the world's own test suites can be pointed at; see {@link dev.parley.conformance.ConformanceServer}. */
@NullMarked
package dev.parley.conformance;

import org.jspecify.annotations.NullMarked;
