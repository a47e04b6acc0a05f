/**
 * Tests handlers without a network, a thread or a sleep: {@link dev.parley.test.ParleyTest} runs a server in memory, {@link
 * dev.parley.test.TestClient} talks to it as the real client would, {@link dev.parley.test.TestClock} moves its time.
 */
@NullMarked
package dev.parley.test;

import org.jspecify.annotations.NullMarked;
