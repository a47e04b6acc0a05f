import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import WebSocket from "ws";
import { eventually, within } from "./within.js";

const PATIENCE = 6_000;
// Shorter than the connect timeout and the heartbeat of the server under test, which would end a connection as well.
const AT_ONCE = 2_000;

/** One HTTP request on a connection of its own; answers {status, headers, body}. */
export function http(base, path, { method = "GET", body, headers = {} } = {}) {
  const what = `the answer to ${method} ${path.slice(0, 80)}`;
  const answer = new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, base), { method, headers, agent: false }, (incoming) => {
      const chunks = [];
      incoming.on("data", (chunk) => chunks.push(chunk));
      incoming.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode, headers: incoming.headers, body: text });
      });
      incoming.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
  return within(PATIENCE, what, answer);
}

/** A polling session driven by hand. */
export class Polling {
  static async open(base, { revision = 4, path = "/socket.io/" } = {}) {
    const { body } = await http(base, `${path}?EIO=${revision}&transport=polling`);
    const { sid } = JSON.parse(body.slice(body.indexOf("{")));
    return new Polling(base, path, revision, sid);
  }

  constructor(base, path, revision, sid) {
    Object.assign(this, { base, revision, sid, url: `${path}?EIO=${revision}&transport=polling&sid=${sid}` });
  }

  get() {
    return http(this.base, this.url);
  }

  post(body, headers = { "content-type": "text/plain;charset=UTF-8" }) {
    return http(this.base, this.url, { method: "POST", body, headers });
  }

  /** Whether the server has forgotten this session, at once. */
  async isGone() {
    return (await this.post(this.revision === 4 ? "6" : "1:6")).status === 400;
  }

  /** Waits until it is gone: the end of one connection may be seen after what is asked on another. */
  async goesAway() {
    await eventually(AT_ONCE, "the session is gone", () => this.isGone());
  }

  /** Whether the session ends when it is polled: with a close packet, or because it is gone already. */
  async isOver() {
    const end = async () => {
      const { status, body } = await this.get();
      return status === 400 || /(^|\x1e|:)1$/.test(body) || end();
    };
    return within(AT_ONCE, "the end of the session", end()).catch(() => false);
  }

  websocketPath({ revision = this.revision } = {}) {
    return this.url.replace("transport=polling", "transport=websocket").replace(/EIO=\d/, `EIO=${revision}`);
  }
}

/** A WebSocket driven by hand; `closed` resolves with the close code, or with the status of a refused handshake. */
export class Link {
  static #all = new Set();

  #arrived = [];
  #waiting = [];

  constructor(base, path, options = {}) {
    Link.#all.add(this);
    this.path = path;
    this.socket = new WebSocket(new URL(path, base), { perMessageDeflate: false, ...options });
    this.opened = new Promise((resolve) => this.socket.on("open", resolve));
    this.closed = new Promise((resolve) => {
      this.socket.on("unexpected-response", (_, response) => {
        resolve({ status: response.statusCode });
        response.destroy();
      });
      this.socket.on("close", (code) => resolve({ code }));
    });
    this.closed.then(() => Link.#all.delete(this));
    this.socket.on("error", () => {});
    this.socket.on("message", (data, isBinary) => {
      const message = isBinary ? data : data.toString();
      // Only an attack may end the connection, never a missed heartbeat.
      if (message === "2") return this.socket.send("3");
      const next = this.#waiting.shift();
      if (next) next(message);
      else this.#arrived.push(message);
    });
  }

  static async open(base, path, options) {
    const link = new Link(base, path, options);
    await within(PATIENCE, `the opening of ${path}`, link.opened);
    return link;
  }

  /** A Socket.IO connection that has joined `/`. */
  static async joined(base) {
    const link = await Link.open(base, "/socket.io/?EIO=4&transport=websocket");
    await link.next("the handshake");
    link.send("40");
    await link.next("the CONNECT answer");
    await link.next("the welcome");
    return link;
  }

  send(...messages) {
    for (const message of messages) this.socket.send(message);
  }

  /** The next message, heartbeats left out. */
  async next(what) {
    if (this.#arrived.length > 0) return this.#arrived.shift();
    const arrival = new Promise((resolve) => this.#waiting.push(resolve));
    return within(PATIENCE, `${what} on ${this.path}`, arrival);
  }

  /** Fails unless the server ends this connection by itself. */
  closedAfter(what) {
    return within(AT_ONCE, `the server to close after ${what.slice(0, 80)}`, this.closed);
  }

  terminate() {
    this.socket.terminate();
  }

  /** Closes what a failed attack has left open, lest it disturb the next one. */
  static terminateAll() {
    for (const link of Link.#all) link.terminate();
  }
}

/** Writes bytes on a TCP connection; answers what came back until the server closed it or `millis` have passed. */
export async function tcp(base, chunks, { millis = 1_000, reset = false } = {}) {
  const { hostname, port } = new URL(base);
  const socket = connect(port, hostname);
  const received = [];
  socket.on("data", (chunk) => received.push(chunk));
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.on("close", () => resolve(true)));
  await Promise.race([closed, once(socket, "connect").catch(() => {})]);
  for (const chunk of [chunks].flat()) socket.write(chunk);
  if (reset) {
    await new Promise((resolve) => socket.write("", resolve));
    socket.resetAndDestroy();
  }
  const ended = await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, millis, false))]);
  socket.destroy();
  return { ended, answer: Buffer.concat(received).toString("latin1") };
}

/** The text of a WebSocket handshake, to be followed by frames of our own making. */
export const handshakeText = (path = "/socket.io/?EIO=4&transport=websocket", headers = "") =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;

/** Runs `task` for every item, a few at a time. */
export async function forEach(items, task, atOnce = 20) {
  const queue = [...items];
  const worker = async () => {
    while (queue.length > 0) await task(queue.shift());
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

export const times = (count, make = (n) => n) => Array.from({ length: count }, (_, n) => make(n));
