/** Byte work that both protocols share. Not exported. */
@NullMarked
package dev.parley.protocol.internal;

import org.jspecify.annotations.NullMarked;
