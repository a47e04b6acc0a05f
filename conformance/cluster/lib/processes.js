import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { within } from "./within.js";

const KEPT_LINES = 200;
const running = new Set();
const complaints = [];

// However this process ends, what it started ends with it. What servers say of broken connections is of interest only
// after a failure.
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  if (process.exitCode) console.log(complaints.join("\n"));
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

/** A program that runs beside the tests. */
export class Program {
  #child;
  #gone;

  constructor(name, command, args) {
    this.name = name;
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    running.add(this.#child);
    createInterface({ input: this.#child.stderr }).on("line", (line) => {
      complaints.push(`${name}: ${line}`);
      if (complaints.length > KEPT_LINES) complaints.shift();
    });
    this.#gone = once(this.#child, "exit").finally(() => running.delete(this.#child));
  }

  /** The first line of its output that matches. */
  async line(pattern, millis) {
    const lines = createInterface({ input: this.#child.stdout });
    const found = new Promise((resolve) => {
      lines.on("line", (line) => {
        const match = pattern.exec(line);
        if (match) resolve(match);
      });
    });
    const ended = this.#gone.then(([code, signal]) => {
      throw new Error(`${this.name} ended with ${code ?? signal} before it was ready`);
    });
    return within(millis, `the ready line of ${this.name}`, Promise.race([found, ended]));
  }

  /** Ends it at once, as a crash would. */
  async kill() {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  /** Makes it hang, with its connections open. */
  freeze() {
    this.#child.kill("SIGSTOP");
  }

  thaw() {
    this.#child.kill("SIGCONT");
  }

  async stop() {
    this.#child.kill("SIGTERM");
    await within(10_000, `the end of ${this.name}`, this.#gone).catch(() => this.kill());
  }
}
