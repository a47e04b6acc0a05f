/** The bus of a cluster over Redis, and how Node's Redis adapters say things on it. */
@NullMarked
package dev.parley.redis;

import org.jspecify.annotations.NullMarked;
