import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts a Redis for one test. @returns its URL */
export async function startRedis(t) {
  const [port, directory] = [await freePort(), await mkdtemp(join(tmpdir(), "parley-redis-"))];
  const args = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", directory];
  const redis = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(async () => {
    if (redis.exitCode === null && redis.signalCode === null) {
      redis.kill();
      await once(redis, "exit");
    }
    await rm(directory, { recursive: true });
  });
  await Promise.race([
    once(redis, "error").then(([error]) => {
      throw error;
    }),
    (async () => {
      for await (const line of createInterface({ input: redis.stdout })) {
        if (line.includes("Ready to accept connections")) return;
      }
      throw new Error("redis-server ended before it was ready");
    })(),
  ]);
  redis.stdout.resume();
  return `redis://localhost:${port}`;
}
