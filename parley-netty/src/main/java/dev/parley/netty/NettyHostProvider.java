package dev.parley.netty;

import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostProvider;

/** Brings a {@link NettyHost} with its defaults to whoever asks the {@link java.util.ServiceLoader}. */
public final class NettyHostProvider implements HostProvider {
  @Override
  public Host create() {
    return NettyHost.builder().build();
  }
}
