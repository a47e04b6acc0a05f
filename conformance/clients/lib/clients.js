import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { withoutArrayBuffers } from "./bytes.js";
import { within } from "./within.js";

const require = createRequire(import.meta.url);

export const VERSIONS = ["1.3.5", "1.7.4", "2.5.0", "3.1.3", "4.0.2", "4.8.4"];
export const LATEST = "4.8.4";

export const MODES = [
  { name: "polling", transports: ["polling"], ends: "polling" },
  { name: "websocket", transports: ["websocket"], ends: "websocket" },
  { name: "upgrade", transports: ["polling", "websocket"], ends: "websocket" },
];

const PATIENCE = 8_000;
const EVENTS = ["welcome", "echo", "question", "answer", "shout", "announce"];

/** One published client in one namespace, with an inbox per event, so that nothing is missed between two awaits. */
export class Client {
  #inboxes = new Map();

  constructor(socket, version, name) {
    this.socket = socket;
    this.version = version;
    this.name = name;
    this.revision = version < "3" ? 3 : 4;
    this.#listen(socket);
  }

  static open({ url, version = LATEST, mode, namespace = "/", query, auth, parser, reconnection = false }) {
    const io = require(`client-${version}`);
    const connect = io.io ?? io;
    const { transports } = mode ?? MODES.find(({ name }) => name === "websocket");
    const options = { transports, forceNew: true, reconnection, reconnectionDelay: 10, auth, parser };
    const socket = connect(url + namespace + (query ? `?${query}` : ""), options);
    return new Client(socket, version, `${version} over ${transports} in ${namespace}`);
  }

  /** The same connection in another namespace. */
  sibling(namespace) {
    return new Client(this.socket.io.socket(namespace), this.version, `${this.name} and ${namespace}`);
  }

  #listen(socket) {
    for (const event of [...EVENTS, "connect", "disconnect", "connect_error", "error"]) {
      this.#inboxes.set(event, { arrived: [], waiting: [] });
      socket.on(event, (...args) => {
        const { arrived, waiting } = this.#inboxes.get(event);
        const next = waiting.shift();
        const ready = args.map((arg) => (typeof arg === "function" ? this.#sending(arg) : arg));
        if (next) next(ready);
        else arrived.push(ready);
      });
    }
  }

  /** The function, fed with values that this version can send from today's Node. */
  #sending(send) {
    return (...args) => send(...(this.version === "1.3.5" ? withoutArrayBuffers(args) : args));
  }

  /** The arguments of the next event of that name, whether it has arrived already or not. */
  next(event, millis = PATIENCE) {
    const { arrived, waiting } = this.#inboxes.get(event);
    if (arrived.length > 0) return Promise.resolve(arrived.shift());
    return within(millis, `"${event}" at ${this.name}`, new Promise((resolve) => waiting.push(resolve)));
  }

  /** What has arrived and nobody has asked for; empties that inbox. */
  unread(event) {
    return this.#inboxes.get(event).arrived.splice(0);
  }

  emit(event, ...args) {
    this.#sending((...values) => this.socket.emit(event, ...values))(...args);
  }

  /** Emits with an acknowledgement and answers its arguments. */
  call(event, ...args) {
    const answer = new Promise((resolve) => this.emit(event, ...args, (...values) => resolve(values)));
    return within(PATIENCE, `the ack of "${event}" at ${this.name}`, answer);
  }

  /** After this, everything the server sent to this client before is in the inboxes. */
  async fence() {
    assert.deepEqual(await this.call("ack", "fence"), ["fence"]);
  }

  async connected() {
    await this.next("connect");
    return this;
  }

  /** What a refused client is told: revision 3 carries the data alone, revision 4 a message beside it. */
  async refusal() {
    if (this.revision === 3) {
      const [data] = await this.next("error");
      return { data };
    }
    const [error] = await this.next("connect_error");
    return { message: error.message, data: error.data };
  }

  get engine() {
    return this.socket.io.engine;
  }

  get transport() {
    return this.engine.transport.name;
  }

  /** Resolves when the transport is the one that this client ends on. */
  async settledOn(transport, millis = PATIENCE) {
    if (this.transport === transport) return;
    const engine = this.engine;
    await within(millis, `the upgrade of ${this.name}`, new Promise((resolve) => engine.once("upgrade", resolve)));
  }

  close() {
    this.socket.close();
    this.socket.io.reconnection(false);
    this.engine?.close();
  }
}
