/** How clusters say things, apart from what only one broker has. */
@NullMarked
package dev.parley.cluster.format;

import org.jspecify.annotations.NullMarked;
