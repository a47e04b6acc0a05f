import { fileURLToPath } from "node:url";
import { Program } from "./processes.js";

const DEFAULT_COMMAND = fileURLToPath(new URL("../../../bin/conformance-server", import.meta.url));

/** Starts the nodes web1, web2 and web3, which are one cluster. The first start may have to build them. */
export async function startTrio(t) {
  const command = process.env.PARLEY_SERVER_CMD ?? DEFAULT_COMMAND;
  const program = new Program("/bin/sh", ["-c", `exec ${command} trio`]);
  t.after(() => program.stop());
  const [, ...ports] = await program.ready(300_000, () => /listening on (\d+) (\d+) (\d+)/.exec(program.output));
  return new Trio(program, ports.map(Number));
}

class Trio {
  constructor(program, ports) {
    this.program = program;
    this.ports = ports;
  }

  portOf(node) {
    return this.ports[["web1", "web2", "web3"].indexOf(node)];
  }

  /** What the nodes have logged. */
  get log() {
    return this.program.output;
  }

  /** Past the balancer, from each node. */
  async debug() {
    const asked = this.ports.map((port) => fetch(`http://127.0.0.1:${port}/debug`).then((answer) => answer.json()));
    return Promise.all(asked);
  }

  async misrouted() {
    return (await this.debug()).reduce((sum, { misrouted }) => sum + misrouted, 0);
  }
}
