import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Program, answers, freePort, replaced, withDirectory } from "./processes.js";

const PUBLISHED = new URL("../../../deploy/haproxy.cfg", import.meta.url);
const TLS = new URL("../../tls/", import.meta.url).pathname;

/** Starts HAProxy with the published file. @param ports of web1, web2 and web3 */
export async function startHaproxy(t, ports) {
  const directory = await withDirectory(t);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const both = (await readFile(`${TLS}localhost.pem`, "utf8")) + (await readFile(`${TLS}localhost-key.pem`, "utf8"));
  await writeFile(join(directory, "both.pem"), both);
  const published = replaced(await readFile(PUBLISHED, "utf8"), [
    ...ports.map((own, i) => [`127.0.0.1:800${i + 1}`, `127.0.0.1:${own}`]),
    ["  bind :80\n", `  bind 127.0.0.1:${port}\n`],
    ["#bind :443 ssl crt /etc/ssl/parley/chat.example.pem", `bind 127.0.0.1:${tlsPort} ssl crt ${directory}/both.pem`],
    ["log /dev/log local0", "log stdout format raw local0"],
    ["stats socket /run/haproxy/admin.sock", `stats socket ${directory}/admin.sock`],
  ]);
  await writeFile(join(directory, "haproxy.cfg"), published);
  const program = new Program("haproxy", ["-db", "-f", join(directory, "haproxy.cfg")]);
  t.after(() => program.stop());
  await program.ready(10_000, () => answers(port));
  return new Haproxy(program, directory, port, tlsPort);
}

class Haproxy {
  constructor(program, directory, port, tlsPort) {
    this.program = program;
    this.directory = directory;
    this.url = `http://127.0.0.1:${port}`;
    this.tlsUrl = `https://localhost:${tlsPort}`;
  }

  /** The status of every request that has been answered so far. */
  statuses() {
    return [...this.program.output.matchAll(/ \/socket\.io\/ (-?\d+) /g)].map(([, status]) => Number(status));
  }

  get log() {
    return this.program.output;
  }

  /** Gives a command, as an operator does over the socket. */
  async command(line) {
    const socket = connect(join(this.directory, "admin.sock"));
    socket.end(`${line}\n`);
    return text(socket);
  }
}
