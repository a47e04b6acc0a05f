/** What a cluster does, whatever the bus and the format. */
@NullMarked
package dev.parley.cluster.internal;

import org.jspecify.annotations.NullMarked;
