import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const BIN = new URL("../../../bin/", import.meta.url);

/** Starts a program of bin/ as a user does, and waits until it tells its address. */
export async function startProgram(name, args, env = {}) {
  const child = spawn(fileURLToPath(new URL(name, BIN)), args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill();
      await once(child, "exit");
    }
  };
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/\S+:(\d+)/.exec(line);
      if (url) return { url: url[0], port: Number(url[1]), stop };
    }
  } catch (error) {
    await stop();
    throw error;
  }
  throw new Error(`${name} ended before it was ready`);
}

/** Runs a program to its end; fails if it does. */
export const run = promisify(execFile);

/** The same for a program of bin/. */
export const runProgram = (name, args) => run(fileURLToPath(new URL(name, BIN)), args);
