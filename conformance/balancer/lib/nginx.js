import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../../clients/lib/within.js";
import { Program, answers, freePort, replaced, withDirectory } from "./processes.js";

const PUBLISHED = new URL("../../../deploy/nginx.conf", import.meta.url);
const TLS = new URL("../../tls/", import.meta.url).pathname;

// What nginx has of its own, without a path outside the directory.
const main = (directory) => `
${process.getuid() === 0 ? "user root;" : ""}
daemon off;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
worker_processes 2;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${directory}/${kind};`).join("\n")}
  log_format test '$status $request_method $arg_client $arg_transport sid=$parley_has_sid';
  map $arg_sid $parley_has_sid { "" no; default yes; }
  include ${directory}/parley.conf;
}
`;

/**
 * Starts nginx with the published file.
 *
 * @param ports of web1, web2 and web3
 * @param more further replacements in the file
 */
export async function startNginx(t, ports, more = []) {
  const directory = await withDirectory(t);
  const [port, tlsPort] = [await freePort(), await freePort()];
  const published = replaced(await readFile(PUBLISHED, "utf8"), [
    ...ports.map((own, i) => [`127.0.0.1:800${i + 1}`, `127.0.0.1:${own}`]),
    ["  listen 80;", `  listen 127.0.0.1:${port};`],
    ["#listen 443", `listen 127.0.0.1:${tlsPort}`],
    ["#ssl_certificate /etc/ssl/parley/fullchain.pem", `ssl_certificate ${TLS}localhost.pem`],
    ["#ssl_certificate_key /etc/ssl/parley/privkey.pem", `ssl_certificate_key ${TLS}localhost-key.pem`],
    [
      "access_log /var/log/nginx/parley.log parley;",
      `access_log ${directory}/parley.log parley; access_log ${directory}/test.log test;`,
    ],
    ...more,
  ]);
  await writeFile(join(directory, "nginx.conf"), main(directory));
  await writeFile(join(directory, "parley.conf"), published);
  const program = new Program("nginx", ["-p", directory, "-c", join(directory, "nginx.conf"), "-e", join(directory, "error.log")]);
  t.after(() => program.stop());
  await program.ready(10_000, () => answers(port));
  return new Nginx(program, directory, port, tlsPort);
}

class Nginx {
  constructor(program, directory, port, tlsPort) {
    this.program = program;
    this.directory = directory;
    this.url = `http://127.0.0.1:${port}`;
    this.tlsUrl = `https://localhost:${tlsPort}`;
  }

  #file(name) {
    return readFile(join(this.directory, name), "utf8");
  }

  /** The requests that have been answered so far. */
  async requests() {
    return (await this.#file("test.log"))
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [status, method, client, transport, sid] = line.split(" ");
        return { status: Number(status), method, client, transport, isHandshake: sid === "sid=no" };
      });
  }

  /** Everything that the published file has logged. */
  async logs() {
    return (await this.#file("parley.log")) + (await this.#file("error.log"));
  }

  /** Changes the configuration as an operator does, by hand and with a reload, and waits until it is in force. */
  async change(edit) {
    const before = await this.#file("parley.conf");
    const after = edit(before);
    assert.notEqual(after, before);
    await writeFile(join(this.directory, "parley.conf"), after);
    const old = await this.#workers();
    this.program.child.kill("SIGHUP");
    await eventually(10_000, "nginx has new workers only", async () => {
      const all = await this.#workers();
      const states = await Promise.all(old.map(title));
      return all.some((worker) => !old.includes(worker)) && states.every((state) => !state || state.includes("shutting down"));
    });
  }

  async #workers() {
    const { pid } = this.program.child;
    return (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ");
  }
}

/** What a process says of itself; nothing if it has ended. */
const title = (pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
