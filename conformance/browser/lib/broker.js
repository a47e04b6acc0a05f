import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What Debian has on the path insists on a user of its own. */
const RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server";

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

const newDirectory = () => mkdtemp(join(tmpdir(), "parley-broker-"));

/** To be said after the programs that use it were started, as these must have ended by then. */
const removeLater = (t, directory) => t.after(() => rm(directory, { recursive: true }));

/** Starts a program for one test, and waits until it says that it is ready, if it ever does. */
async function launch(t, command, args, env, ready) {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...env } });
  const failed = once(child, "error").then(([error]) => {
    throw error;
  });
  t.after(async () => {
    if (child.pid && child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, "exit");
    }
  });
  const isReady = async () => {
    for await (const line of createInterface({ input: child.stdout })) if (line.includes(ready)) return;
    throw new Error(`${command} ended before it was ready`);
  };
  await Promise.race([failed, ready ? isReady() : once(child, "spawn")]);
  child.stdout.resume();
}

/** Starts a Redis for one test. @returns its URL */
export async function startRedis(t) {
  const [port, directory] = [await freePort(), await newDirectory()];
  const args = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", directory];
  try {
    await launch(t, "redis-server", args, {}, "Ready to accept connections");
  } finally {
    removeLater(t, directory);
  }
  return `redis://localhost:${port}`;
}

/** Starts a RabbitMQ for one test, and what its nodes find each other by. @returns its URL */
export async function startRabbitMq(t) {
  const [port, epmd, distribution] = [await freePort(), await freePort(), await freePort()];
  const directory = await newDirectory();
  const file = (name) => join(directory, name);
  const files = {
    "rabbitmq.conf": `listeners.tcp.1 = 127.0.0.1:${port}\ndisk_free_limit.absolute = 1MB\n`,
    enabled_plugins: "[].\n",
    "rabbitmq-env.conf": "",
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(file(name), text)));
  const env = {
    HOME: directory,
    // The script becomes the broker, and does not stay in between.
    RUNNING_UNDER_SYSTEMD: "true",
    RABBITMQ_NODENAME: `parley-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: file("mnesia"),
    RABBITMQ_LOG_BASE: file("log"),
    RABBITMQ_LOGS: "-",
    RABBITMQ_CONFIG_FILE: file("rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: file("advanced.config"),
    RABBITMQ_CONF_ENV_FILE: file("rabbitmq-env.conf"),
    RABBITMQ_ENABLED_PLUGINS_FILE: file("enabled_plugins"),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1}",
    ERL_EPMD_ADDRESS: "127.0.0.1",
    ERL_EPMD_PORT: String(epmd),
  };
  try {
    await launch(t, "epmd", ["-address", "127.0.0.1", "-port", String(epmd)], env);
    const server = existsSync(RABBITMQ) ? RABBITMQ : "rabbitmq-server";
    await launch(t, server, [], env, "Server startup complete");
  } finally {
    removeLater(t, directory);
  }
  return `amqp://localhost:${port}`;
}
