/** What both protocols share: the one exception that a decoder throws. */
@NullMarked
package dev.parley.protocol;

import org.jspecify.annotations.NullMarked;
