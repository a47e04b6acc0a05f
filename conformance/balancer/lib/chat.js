import assert from "node:assert/strict";
import { Agent } from "node:http";
import { createRequire } from "node:module";
import { eventually, pause, within } from "../../clients/lib/within.js";

const require = createRequire(import.meta.url);
const PATIENCE = 30_000;
const PROBLEMS = ["disconnect", "connect_error", "error", "reconnect", "reconnect_error"];

export const VERSIONS = ["4.8.4", "2.5.0"];
export const POLLING = ["polling"];
export const UPGRADE = ["polling", "websocket"];

// As browsers do: connections are kept.
const agent = new Agent({ keepAlive: true });

/** A published client in one room. Whatever goes wrong with it is kept. */
export class Member {
  problems = [];
  /** Numbers heard, by who said them. */
  heard = new Map();
  said = 0;

  constructor({ url, version, transports, name, room, ...more }) {
    const io = require(`client-${version}`);
    const secure = url.startsWith("https:");
    const options = { transports, forceNew: true, query: { client: name }, ...(secure ? {} : { agent }), ...more };
    this.name = name;
    this.room = room;
    this.transports = transports;
    this.version = version;
    this.socket = (io.io ?? io)(url, options);
    for (const event of PROBLEMS) {
      this.socket.on(event, (why) => this.problems.push(`${name}: ${event} ${why?.message ?? why}`));
    }
    this.socket.on("said", ({ from, n }) => {
      if (!this.heard.has(from)) this.heard.set(from, []);
      this.heard.get(from).push(n);
    });
  }

  async joined() {
    const about = new Promise((resolve, reject) => {
      this.socket.once("connect", () => this.socket.emit("join", this.room, resolve));
      for (const event of PROBLEMS) this.socket.once(event, () => reject(new Error(this.problems.join())));
    });
    Object.assign(this, await within(PATIENCE, `${this.name} to join`, about));
    return this;
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  /** Resolves when the client has the last of its transports. */
  async settled() {
    await eventually(PATIENCE, `${this.name} has upgraded`, () => this.transport === this.transports.at(-1));
  }

  say() {
    this.said += 1;
    this.socket.emit("say", this.room, { from: this.name, n: this.said });
  }

  get count() {
    return [...this.heard.values()].reduce((sum, numbers) => sum + numbers.length, 0);
  }

  close() {
    this.socket.off();
    this.socket.close();
  }
}

/** Clients of all versions, half on polling and half upgraded, that fill rooms one after another. */
export async function gather(t, { url, clients, rooms, prefix = "", ...more }) {
  const members = Array.from({ length: clients }, (_, i) => {
    const version = VERSIONS[i % 2];
    const transports = Math.floor(i / 2) % 2 === 0 ? POLLING : UPGRADE;
    // The step keeps versions and transports apart from rooms.
    const room = `room ${Math.floor(i / 4) % rooms}`;
    return new Member({ url, version, transports, name: `${prefix}${version}-${transports.at(-1)}-${i}`, room, ...more });
  });
  t.after(() => members.forEach((member) => member.close()));
  await Promise.all(members.map((member) => member.joined()));
  await Promise.all(members.map((member) => member.settled()));
  return members;
}

/** Everybody says something every `every` milliseconds, not all at the same time; then all of it has arrived. */
export async function chat(members, { seconds, every }) {
  const talkers = members.map(async (member) => {
    await pause(Math.random() * every);
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      member.say();
      await pause(every);
    }
  });
  await Promise.all(talkers);
  const due = expected(members);
  await eventually(PATIENCE, "all has arrived", () => members.every((member) => member.count >= due.get(member.room))).catch(() => {});
  // What comes twice may come late.
  await pause(500);
}

function expected(members) {
  const due = new Map();
  for (const { room, said } of members) due.set(room, (due.get(room) ?? 0) + said);
  return due;
}

/** Every message reached every member of its room, once and in the order of its sender, and nothing went wrong. */
export function assertFlawless(members) {
  assert.deepEqual(members.flatMap(({ problems }) => problems), []);
  for (const member of members) {
    const room = members.filter((other) => other.room === member.room);
    for (const sender of room) {
      const sent = Array.from({ length: sender.said }, (_, i) => i + 1);
      assert.deepEqual(member.heard.get(sender.name) ?? [], sent, `what ${member.name} heard of ${sender.name}`);
    }
    assert.equal(member.heard.size, room.length, `${member.name} hears its room only`);
  }
}

/** What has been said and heard, in words. */
export function traffic(members) {
  const total = (count) => members.reduce((sum, member) => sum + count(member), 0);
  return `${total(({ said }) => said)} messages, heard ${total(({ count }) => count)} times`;
}

/** Members by the node that they are on. */
export function byNode(members) {
  const nodes = new Map();
  for (const member of members) nodes.set(member.node, [...(nodes.get(member.node) ?? []), member]);
  return nodes;
}

/** All three nodes have a good share, and rooms have members on several. */
export function assertSpread(members) {
  const nodes = byNode(members);
  assert.deepEqual([...nodes.keys()].sort(), ["web1", "web2", "web3"]);
  for (const [node, own] of nodes) assert.ok(own.length >= members.length / 6, `${own.length} clients on ${node}`);
  const rooms = [...new Set(members.map(({ room }) => room))];
  const across = rooms.filter((room) => byNode(members.filter((member) => member.room === room)).size > 1);
  assert.ok(across.length > rooms.length / 2, `${across.length} of ${rooms.length} rooms are on several nodes`);
}
