import { Client } from "./client.js";
import { eventually } from "./within.js";

const EVERY_MILLIS = 10;
const ROOM = "outage";

/** One client of each node speaks to a room all the time, and one of each node listens to all of them. */
export class Chatter {
  #timers = [];

  /** Of each pair of nodes: what the second heard of the first, as {number, at}. */
  #heard = new Map();

  constructor(nodes, speakers, listeners) {
    this.nodes = nodes;
    this.speakers = speakers;
    this.listeners = listeners;
    /** By node, the times at which its speaker spoke. */
    this.spoken = new Map(nodes.map((node) => [node, []]));
  }

  static async begin(nodes) {
    const open = (options) => Promise.all(nodes.map((node) => Client.open(node, options)));
    const chatter = new Chatter(nodes, await open({}), await open({ rooms: [ROOM] }));
    for (const listener of chatter.listeners) {
      for (const node of nodes) await listener.hearsRoom(ROOM, node.control);
    }
    chatter.#start();
    return chatter;
  }

  #start() {
    for (const listener of this.listeners) {
      listener.socket.on("said", (speaker, number) => {
        this.heard(this.nodes.find(({ name }) => name === speaker), listener.node).push({ number, at: performance.now() });
      });
    }
    for (const { socket, node } of this.speakers) {
      const times = this.spoken.get(node);
      const speak = () => {
        times.push(performance.now());
        socket.emit("say", [ROOM], node.name, times.length - 1);
      };
      this.#timers.push(setInterval(speak, EVERY_MILLIS));
    }
  }

  /** What clients of `to` have heard so far of the one that speaks on `from`. */
  heard(from, to) {
    const key = `${from.name} to ${to.name}`;
    if (!this.#heard.has(key)) this.#heard.set(key, []);
    return this.#heard.get(key);
  }

  /** Until something that was said on `from` after a moment was heard on `to`. Answers how long after that moment it was. */
  async reaches(from, to, moment, millis) {
    const spoken = this.spoken.get(from);
    const news = () => this.heard(from, to).find(({ number }) => spoken[number] > moment);
    await eventually(millis, `${from.name} reaches ${to.name} again`, news);
    return news().at - moment;
  }

  /** Stops speaking, and waits until the last words were heard on each speaker's own node. */
  async end() {
    this.#timers.forEach(clearInterval);
    for (const { node } of this.speakers) {
      const last = this.spoken.get(node).length - 1;
      await eventually(15_000, `${node.name} hears its own last event`, () => this.heard(node, node).at(-1)?.number === last);
    }
    // What is on its way from node to node arrives before this does.
    for (const listener of this.listeners) {
      for (const node of this.nodes) await listener.hearsRoom(ROOM, node.control);
    }
  }

  disperse() {
    this.#timers.forEach(clearInterval);
    for (const client of [...this.speakers, ...this.listeners]) client.close();
  }
}
