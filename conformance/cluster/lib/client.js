import { io } from "socket.io-client";
import { eventually, within } from "./within.js";

const PATIENCE = 15_000;

/** A client of one node, with an inbox per event, so that nothing is missed between two awaits. */
export class Client {
  #inboxes = new Map();
  #answer;

  constructor(socket, node) {
    this.socket = socket;
    this.node = node;
    socket.onAny((event, ...args) => {
      const reply = typeof args.at(-1) === "function" ? args.pop() : undefined;
      this.#put(event, args);
      if (reply && this.#answer) reply(this.#answer(...args));
    });
    this.gone = new Promise((resolve) => {
      socket.on("disconnect", (reason) => {
        this.#put("disconnect", [reason]);
        resolve(reason);
      });
    });
  }

  static async open(node, { rooms = [], namespace = "/", auth, query, headers, answer } = {}) {
    const options = { transports: node.kind === "python" ? ["polling"] : ["websocket"], forceNew: true, reconnection: false, auth, query, extraHeaders: headers };
    const client = new Client(io(node.url + namespace, options), node);
    client.#answer = answer;
    await client.#connected();
    if (rooms.length > 0) await client.call("join", rooms);
    return client;
  }

  /** The same connection in another namespace. */
  async sibling(namespace) {
    const client = new Client(this.socket.io.socket(namespace), this.node);
    await client.#connected();
    return client;
  }

  async #connected() {
    const { socket } = this;
    const connected = new Promise((resolve, reject) => {
      socket.on("connect", resolve);
      socket.on("connect_error", reject);
    });
    await within(PATIENCE, `a connection to ${this.node.name}`, connected);
    this.id = socket.id;
  }

  #inbox(event) {
    if (!this.#inboxes.has(event)) this.#inboxes.set(event, { arrived: [], waiting: [] });
    return this.#inboxes.get(event);
  }

  #put(event, args) {
    const { arrived, waiting } = this.#inbox(event);
    const next = waiting.shift();
    if (next) next(args);
    else arrived.push(args);
  }

  /** The arguments of the next event of that name, whether it has arrived already or not. */
  next(event, millis = PATIENCE) {
    const { arrived, waiting } = this.#inbox(event);
    if (arrived.length > 0) return Promise.resolve(arrived.shift());
    return within(millis, `"${event}" at a client of ${this.node.name}`, new Promise((resolve) => waiting.push(resolve)));
  }

  /** What has arrived and nobody has asked for; empties that inbox. */
  unread(event) {
    return this.#inbox(event).arrived.splice(0);
  }

  /** What has arrived and nobody has asked for yet; it stays there. */
  arrived(event) {
    return this.#inbox(event).arrived;
  }

  /** Empties all inboxes. */
  forget() {
    for (const { arrived } of this.#inboxes.values()) arrived.splice(0);
  }

  /** Makes the node do something and answers what it says. */
  async call(action, ...args) {
    const answer = new Promise((resolve) => this.socket.emit(action, ...args, resolve));
    return within(PATIENCE, `the answer of ${this.node.name} to "${action}"`, answer);
  }

  /** Until the room has become known wherever it must be: events from there reach this client. */
  async hearsRoom(room, from) {
    await eventually(PATIENCE, `the room ${room} is known at ${from.node.name}`, async () => {
      await from.call("emit", { rooms: [room] }, "probe");
      return this.unread("probe").length > 0;
    });
  }

  close() {
    this.socket.disconnect();
  }
}
