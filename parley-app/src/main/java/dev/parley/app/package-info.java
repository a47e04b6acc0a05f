/** The program {@code parley}. */
@NullMarked
package dev.parley.app;

import org.jspecify.annotations.NullMarked;
