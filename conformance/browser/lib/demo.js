import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../../bin/demo", import.meta.url));

/** Starts the demo as a user does; 0 takes a free port. */
export async function startDemo(port = 0) {
  const child = spawn(COMMAND, ["--port", String(port)], { stdio: ["ignore", "pipe", "inherit"] });
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
  throw new Error("the demo ended before it was ready");
}
