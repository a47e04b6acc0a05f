import { once } from "node:events";
import { connect, createServer } from "node:net";
import { pause } from "./within.js";

const LATENCIES = [1, 4, 9, 16, 25];
const UPGRADE_DELAY = 150;

/**
 * A TCP proxy that makes this machine feel like a network: every chunk is late, by a time that differs from connection
 * to connection, and a WebSocket handshake is later still. On the loopback an upgrade is over before it can be disturbed.
 */
export async function startSlowProxy(target) {
  const { hostname, port } = new URL(target);
  const sockets = new Set();
  let count = 0;

  const server = createServer((near) => {
    const far = connect(port, hostname);
    const latency = LATENCIES[count++ % LATENCIES.length];
    forward(near, far, latency);
    forward(far, near, latency);
  });

  function forward(from, to, latency) {
    sockets.add(from);
    let delivered = Promise.resolve();
    const later = (deliver, chunk) => {
      const asksForWebSocket = chunk?.includes("Upgrade: websocket");
      const due = pause(latency + (asksForWebSocket ? UPGRADE_DELAY : 0));
      delivered = delivered.then(() => due).then(deliver);
    };
    from.setNoDelay(true);
    from.on("data", (chunk) => later(() => to.write(chunk), chunk));
    from.on("end", () => later(() => to.end()));
    from.on("error", () => to.destroy());
    from.on("close", () => sockets.delete(from));
  }

  server.listen(0, "localhost");
  await once(server, "listening");
  return {
    url: `http://localhost:${server.address().port}`,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
