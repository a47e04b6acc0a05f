package dev.parley.server.internal;

import dev.parley.ConnectionError;
import dev.parley.EngineListener;
import dev.parley.EngineOptions;
import dev.parley.Limits;
import dev.parley.Namespace;
import dev.parley.WireFormat;
import dev.parley.http.HttpHandler;
import dev.parley.server.adapter.AdapterFactory;
import dev.parley.server.transport.Host;
import dev.parley.server.transport.HostSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What {@link dev.parley.ParleyBuilder} has collected; its setters say what each part means. */
public record ServerConfig(
    Host host,
    HostSettings hostSettings,
    EngineOptions engine,
    Limits limits,
    Duration connectTimeout,
    WireFormat wireFormat,
    JsonMapper jsonMapper,
    boolean serveClient,
    boolean cleanupEmptyChildNamespaces,
    @Nullable Executor handlerExecutor,
    AdapterFactory adapter,
    @Nullable HttpHandler httpHandler,
    @Nullable Consumer<ConnectionError> onConnectionError,
    @Nullable Consumer<Namespace> onNamespace,
    List<EngineMount> mounts) {
  /** An Engine.IO service of its own, beside Socket.IO. */
  public record EngineMount(EngineOptions options, EngineListener listener) {}
}
