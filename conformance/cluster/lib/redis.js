import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { Program } from "./processes.js";

/** A Redis of our own on a free port; it keeps nothing. */
export class Redis {
  #program;

  constructor(port) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start() {
    const redis = new Redis(await freePort());
    await redis.startAgain();
    return redis;
  }

  async startAgain() {
    const settings = { port: this.port, bind: "127.0.0.1", dir: tmpdir(), save: "", appendonly: "no" };
    const options = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#program = new Program("redis-server", "redis-server", options);
    await this.#program.line(/Ready to accept connections/, 20_000);
  }

  kill() {
    return this.#program.kill();
  }

  stop() {
    return this.#program.kill();
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
