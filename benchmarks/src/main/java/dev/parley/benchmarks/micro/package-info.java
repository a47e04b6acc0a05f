/** Parts measured by themselves, with JMH: {@code bin/bench --jmh}. */
@NullMarked
package dev.parley.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
