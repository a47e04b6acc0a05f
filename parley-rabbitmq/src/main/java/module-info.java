/** The bus of a cluster over RabbitMQ, which python-socketio's KombuManager shares. */
module dev.parley.rabbitmq {
  requires static transitive org.jspecify;
  requires transitive dev.parley.cluster;
  requires com.rabbitmq.client;

  exports dev.parley.rabbitmq;

  provides dev.parley.cluster.WireProvider with
      dev.parley.rabbitmq.RabbitWireProvider;
}
