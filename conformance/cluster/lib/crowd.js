import assert from "node:assert/strict";
import { Client } from "./client.js";
import { eventually } from "./within.js";

const ROOMS = Array.from({ length: 20 }, (_, n) => `room ${n}`);
const CLIENTS_PER_NODE = 6;
const ROOMS_PER_CLIENT = 4;
const SENDERS_PER_NODE = 3;
/** After so many events a sender waits until its node has done them. */
const WINDOW = 25;
const PATIENCE = 60_000;

/** Clients of all nodes in random rooms, some of which speak to random rooms; it knows who must hear what. */
export class Crowd {
  #random;
  #members;
  #sent = 0;

  constructor(random, members) {
    this.#random = random;
    this.#members = members;
  }

  static async gather(random, nodes) {
    const members = [];
    for (const node of nodes) {
      for (let n = 0; n < CLIENTS_PER_NODE; n++) {
        const rooms = random.some(ROOMS_PER_CLIENT, ROOMS);
        const client = await Client.open(node, { rooms });
        members.push({ name: `${node.name}, client ${n}`, client, rooms, speaks: n < SENDERS_PER_NODE, due: new Map() });
      }
    }
    // Events to a room must reach the nodes of all its members, whoever speaks.
    for (const { client, rooms } of members) {
      const elsewhere = nodes.find((node) => node !== client.node);
      for (const room of rooms) await client.hearsRoom(room, elsewhere.control);
    }
    return new Crowd(random, members);
  }

  /** Sends so many events. @param onHalf called in the middle, while the others go on */
  async speak(events, onHalf = () => {}) {
    const speakers = this.#members.filter(({ speaks }) => speaks);
    const plans = new Map(speakers.map((speaker) => [speaker, []]));
    for (let n = 0; n < events; n++) {
      const rooms = this.#random.some(this.#random.below(4) === 0 ? 2 : 1, ROOMS);
      plans.get(this.#random.pick(speakers)).push(rooms);
    }
    const half = this.#sent + events / 2;
    let halfway;
    const follow = async (speaker, plan) => {
      for (const [index, rooms] of plan.entries()) {
        // Who finds out that its node was killed is done.
        if (!speaker.client.socket.connected) return;
        this.#say(speaker, rooms);
        if (this.#sent === half) halfway = onHalf();
        if (index % WINDOW === WINDOW - 1) await Promise.race([speaker.client.call("join", []), speaker.client.gone]);
      }
    };
    await Promise.all([...plans].map(([speaker, plan]) => follow(speaker, plan)));
    await halfway;
  }

  #say(speaker, rooms) {
    const number = ++this.#sent;
    for (const member of this.#members) {
      if (!rooms.some((room) => member.rooms.includes(room))) continue;
      if (!member.due.has(speaker.name)) member.due.set(speaker.name, []);
      member.due.get(speaker.name).push(number);
    }
    speaker.client.socket.emit("say", rooms, speaker.name, number);
  }

  /**
   * Waits until every member has heard what it must, and nothing else, in the order of each speaker; answers how many
   * deliveries that were. Of speakers on a node that was killed it may miss some.
   */
  async assertHeard(killed) {
    const alive = this.#members.filter(({ client }) => client.node !== killed);
    const lost = new Set(this.#members.filter(({ client }) => client.node === killed).map(({ name }) => name));
    let deliveries = 0;
    for (const { name, client, due } of alive) {
      const heard = () => bySpeaker(client.arrived("said"));
      const certain = [...due].filter(([speaker]) => !lost.has(speaker));
      const complete = () => {
        const numbers = heard();
        return certain.every(([speaker, expected]) => (numbers.get(speaker)?.length ?? 0) >= expected.length);
      };
      await eventually(PATIENCE, `${name} has heard everything`, complete).catch(() => {}); // Then the comparison tells what is missing.
      await client.call("join", []);
      const numbers = heard();
      for (const [speaker, expected] of certain) {
        assertSame(numbers.get(speaker) ?? [], expected, `what ${name} heard of ${speaker}`);
      }
      for (const [speaker, spoken] of numbers) {
        assert.ok(due.has(speaker), `${name} was to hear nothing of ${speaker}`);
        if (lost.has(speaker)) {
          const possible = new Set(due.get(speaker));
          assert.deepEqual(spoken.filter((number) => !possible.has(number)), [], `${name} heard what was not for it`);
          assertSame(spoken, [...new Set(spoken)].sort((a, b) => a - b), `what ${name} heard of ${speaker}, who is gone`);
        }
        deliveries += spoken.length;
      }
    }
    return deliveries;
  }

  forget() {
    for (const { client, due } of this.#members) {
      client.forget();
      due.clear();
    }
  }

  disperse() {
    for (const { client } of this.#members) client.close();
  }
}

function bySpeaker(said) {
  const numbers = new Map();
  for (const [speaker, number] of said) {
    if (!numbers.has(speaker)) numbers.set(speaker, []);
    numbers.get(speaker).push(number);
  }
  return numbers;
}

/** Of thousands of numbers, the message tells where they part. */
function assertSame(actual, expected, what) {
  const at = expected.findIndex((number, index) => number !== actual[index]);
  const index = at < 0 ? expected.length : at;
  if (at < 0 && actual.length === expected.length) return;
  const part = (numbers) => numbers.slice(Math.max(0, index - 3), index + 5).join(" ");
  assert.fail(
    `${what}: ${actual.length} instead of ${expected.length}, different from place ${index} on: ` +
      `${part(actual)} instead of ${part(expected)}`,
  );
}
