package dev.parley.benchmarks.peer;

import com.corundumstudio.socketio.Configuration;
import com.corundumstudio.socketio.SocketConfig;
import com.corundumstudio.socketio.SocketIOServer;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The measured behaviour on netty-socketio: {@code --port N [--with-parent]}. */
public final class NettySocketioServer {
  private NettySocketioServer() {}

  public static void main(String[] args) throws IOException {
    List<String> options = List.of(args);
    int port = Integer.parseInt(options.get(options.indexOf("--port") + 1));

    SocketConfig socket = new SocketConfig();
    socket.setAcceptBackLog(4096);
    socket.setReuseAddress(true);
    Configuration configuration = new Configuration();
    configuration.setHostname("0.0.0.0");
    configuration.setPort(port);
    configuration.setSocketConfig(socket);
    configuration.setUseLinuxNativeEpoll(true);

    SocketIOServer server = new SocketIOServer(configuration);
    listen(server);
    server.start();
    System.out.println("ready " + port);
    if (options.contains("--with-parent")) {
      while (System.in.read() >= 0) {
        // Standard input ends with the program that started this one.
      }
      System.exit(0);
    }
  }

  private static void listen(SocketIOServer server) {
    server.addEventListener("echo", String.class, (client, text, ack) -> ack.sendAckData(text));
    server.addEventListener(
        "becho", byte[].class, (client, data, ack) -> ack.sendAckData((Object) data));
    server.addEventListener("join", String.class, (client, room, ack) -> {
      client.joinRoom(room);
      ack.sendAckData();
    });
    server.addEventListener("leave", String.class, (client, room, ack) -> {
      client.leaveRoom(room);
      ack.sendAckData();
    });
    server.addEventListener(
        "say",
        Say.class,
        (client, say, ack) -> server.getRoomOperations(say.room).sendEvent("said", say.data));
    server.addEventListener(
        "all",
        String.class,
        (client, data, ack) -> server.getBroadcastOperations().sendEvent("said", data));
    server.addEventListener(
        "mem", Object.class, (client, nothing, ack) -> ack.sendAckData(memoryInUse()));
  }

  private static long memoryInUse() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    for (BufferPoolMXBean pool :
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      if (pool.getName().equals("direct")) {
        used += pool.getMemoryUsed();
      }
    }
    return used + Math.max(0, PlatformDependent.usedDirectMemory());
  }

  /** What is said, and where. */
  public static final class Say {
    public String room;
    public String data;
  }
}
