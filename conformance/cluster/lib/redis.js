import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Program } from "./processes.js";

/** A Redis of our own on a free port; it keeps nothing. */
export class Redis {
  #program;
  #directory;

  constructor(port, directory) {
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#directory = directory;
  }

  static async start() {
    const redis = new Redis(await freePort(), await mkdtemp(join(tmpdir(), "parley-redis-")));
    await redis.startAgain();
    return redis;
  }

  async startAgain() {
    const settings = ["--port", this.port, "--bind", "127.0.0.1", "--dir", this.#directory];
    this.#program = new Program("redis-server", "redis-server", [...settings, "--save", "", "--appendonly", "no"].map(String));
    await this.#program.line(/Ready to accept connections/, 20_000);
  }

  kill() {
    return this.#program.kill();
  }

  async stop() {
    await this.#program.kill();
    await rm(this.#directory, { recursive: true });
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
