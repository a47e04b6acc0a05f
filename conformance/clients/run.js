import { spawn } from "node:child_process";
import { once } from "node:events";
import { startServer } from "./lib/server.js";

// node run.js matrix load hostile: runs these tests against the servers named by PARLEY_URL and
// PARLEY_MSGPACK_URL, or else against two that it starts itself and stops at the end.
const here = new URL(".", import.meta.url);
const files = process.argv.slice(2).map((name) => `${name}.test.js`);
const started = [];

async function urlOf(variable, setup) {
  if (process.env[variable]) return process.env[variable];
  const server = await startServer(setup);
  started.push(server);
  return server.url;
}

async function runTests() {
  const env = {
    ...process.env,
    PARLEY_URL: await urlOf("PARLEY_URL", "demo"),
    PARLEY_MSGPACK_URL: await urlOf("PARLEY_MSGPACK_URL", "demo-msgpack"),
    // The oldest clients use constructors that Node has deprecated since.
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --no-deprecation`,
  };
  // One file after another: the hostile run compares counters, so nobody else may come and go meanwhile.
  let worst = 0;
  for (const file of files) {
    const test = spawn(process.execPath, ["--test-reporter=spec", file], { cwd: here, env, stdio: "inherit" });
    const [code] = await once(test, "exit");
    worst ||= code ?? 1;
  }
  return worst;
}

const stopServers = () => Promise.all(started.map((server) => server.stop()));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopServers().finally(() => process.exit(1)));

try {
  process.exitCode = await runTests();
} finally {
  await stopServers();
}
