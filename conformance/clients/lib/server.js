import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { within } from "./within.js";

const DEFAULT_COMMAND = fileURLToPath(new URL("../../../bin/conformance-server", import.meta.url));

/** Starts a server under test on a free port; the first line it prints that ends in a port means ready. */
export async function startServer(setup) {
  const command = process.env.PARLEY_SERVER_CMD ?? DEFAULT_COMMAND;
  const child = spawn(`exec ${command} ${setup} 0`, { shell: true, stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new Error(`${command} ${setup} ended with ${code ?? signal} before it was ready`);
  });
  gone.catch(() => {});
  // The first start may have to build the server.
  const ready = within(180_000, `the ready line of ${command} ${setup}`, Promise.race([readPort(child), gone]));
  const port = await ready.catch((error) => {
    child.kill();
    throw error;
  });
  return {
    url: `http://localhost:${port}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await within(10_000, `the end of ${setup}`, once(child, "exit")).catch(() => child.kill("SIGKILL"));
    },
  };
}

function readPort(child) {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const port = /(\d{2,5})\D*$/.exec(line)?.[1];
      if (port) resolve(Number(port));
    });
  });
}
