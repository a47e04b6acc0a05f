/** The bus of a cluster over RabbitMQ. */
@NullMarked
package dev.parley.rabbitmq;

import org.jspecify.annotations.NullMarked;
