import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually, within } from "../../clients/lib/within.js";

const PATIENCE = 10_000;

/** A program that a test has started; what it prints is kept in `output`. */
export class Program {
  output = "";

  constructor(command, args) {
    this.name = command;
    // Debian's balancers are where only root looks.
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => (this.output += text));
    }
    // A program that is not installed.
    this.child.on("error", (error) => (this.output += error.message));
  }

  get ended() {
    return this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Asks the probe until it answers; fails if the program ends before. */
  async ready(millis, probe) {
    let answer;
    await eventually(millis, `${this.name} is ready; it said: ${this.output}`, async () => {
      if (this.ended) throw new Error(`${this.name} ended before it was ready: ${this.output}`);
      answer = await probe();
      return answer;
    });
    return answer;
  }

  async stop() {
    if (this.ended) return;
    const gone = once(this.child, "exit");
    this.child.kill();
    await within(PATIENCE, `the end of ${this.name}`, gone).catch(() => this.child.kill("SIGKILL"));
  }
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

export const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });

export async function withDirectory(t) {
  const directory = await mkdtemp(join(tmpdir(), "parley-balancer-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Replaces each text, which must be there, so that a test notices when a published file has become another. */
export function replaced(text, replacements) {
  for (const [from, to] of replacements) {
    if (!text.includes(from)) throw new Error(`"${from}" is not in the published file`);
    text = text.replaceAll(from, to);
  }
  return text;
}
