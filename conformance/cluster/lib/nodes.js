import { fileURLToPath } from "node:url";
import { Client } from "./client.js";
import { Program } from "./processes.js";
import { eventually } from "./within.js";

const PARLEY = process.env.PARLEY_SERVER_CMD ?? fileURLToPath(new URL("../../../bin/conformance-server", import.meta.url));
const NODE = fileURLToPath(new URL("../node-server.js", import.meta.url));
const PYTHON = fileURLToPath(new URL("../python_node.py", import.meta.url));

// A Java server may have to be built first, on a machine that does other things as well.
const START_PATIENCE = 180_000;
const PATIENCE = 30_000;

/** What Parley's URL says for the formats of node-server.js and python_node.py. */
export const PARLEY_OPTIONS = {
  classic: "format=classic",
  streams: "format=streams",
  "sharded-static": "format=sharded&subscription=static",
  "sharded-dynamic": "format=sharded",
  "sharded-dynamic-private": "format=sharded&subscription=dynamic-private",
  // Debian's python-socketio speaks pickle.
  python: "format=python&dialect=5.13",
  kombu: "format=kombu&dialect=5.13",
};

/** How python_node.py calls the two Python managers. */
const PYTHON_MANAGERS = { python: "redis", kombu: "kombu" };

/** One server of a cluster, with a client that is there to command it. */
export class Node {
  constructor(name, kind, program) {
    this.name = name;
    this.kind = kind;
    this.program = program;
  }

  /** @param kind parley or node */
  static async start(kind, format, redis, name = kind) {
    const node = new Node(name, kind, startProgram(kind, format, redis, name));
    const [, port] = await node.program.line(/^listening on (\d+)$/, START_PATIENCE);
    node.url = `http://127.0.0.1:${port}`;
    node.control = await Client.open(node);
    return node;
  }

  call(action, ...args) {
    return this.control.call(action, ...args);
  }

  kill() {
    return this.program.kill();
  }

  async stop() {
    this.control?.close();
    await this.program.stop();
  }
}

function startProgram(kind, format, { url }, name) {
  switch (kind) {
    case "parley":
      return new Program(name, PARLEY, ["cluster", "0", `${url}?${PARLEY_OPTIONS[format]}`]);
    case "python":
      return new Program(name, "/usr/bin/python3", [PYTHON, "serve", PYTHON_MANAGERS[format], url]);
    default:
      return new Program(name, process.execPath, [NODE, format, url]);
  }
}

/** Starts servers together; if one does not start, none stays. */
export async function startNodes(...starts) {
  const results = await Promise.allSettled(starts);
  const nodes = results.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
  const failure = results.find(({ status }) => status === "rejected");
  if (failure) {
    await stopNodes(nodes);
    throw failure.reason;
  }
  await awaitCluster(nodes);
  return nodes;
}

export const stopNodes = (nodes) => Promise.all(nodes.map((node) => node.stop()));

/** Until each hears what any of the others tells clients and servers, and gets their answers. */
export async function awaitCluster(nodes, millis = PATIENCE) {
  for (const node of nodes) {
    const others = nodes.filter((other) => other !== node);
    await eventually(millis, `all hear ${node.name}`, async () => {
      await node.call("emit", {}, `hello of ${node.name}`);
      await node.call("tell servers", {}, "greet", node.name);
      return others.every(({ control }) => {
        const greetings = control.arrived("greeted").filter(([name]) => name === node.name);
        return control.arrived(`hello of ${node.name}`).length > 0 && greetings.length > 0;
      });
    });
    await eventually(millis, `all answer ${node.name}`, async () => {
      const { answers, error } = await node.call("ask servers", {}, "greet", "again");
      return !error && answers.length === others.length;
    });
  }
  for (const { control } of nodes) control.forget();
}
