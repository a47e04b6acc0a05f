import assert from "node:assert/strict";
import { it } from "node:test";
import { Client } from "./clients.js";
import { pause, within } from "./within.js";

const MILLIS = 15_000;

/** Counts up in an endless stream of `echo`, one number a millisecond or so, until told to stop. */
export class Stream {
  #sent = 0;
  #arrived = [];
  #changed = () => {};

  constructor(client) {
    this.client = client;
    client.socket.on("echo", (number) => {
      this.#arrived.push(number);
      this.#changed();
    });
  }

  /** Sends until `upgrade` has come and some more have followed it; answers what arrived and what should have. */
  async across(upgrade) {
    let last = Infinity;
    upgrade.then(() => (last = this.#sent + 20));
    while (this.#sent < last) {
      this.client.socket.emit("echo", this.#sent++);
      await pause(1);
    }
    const complete = new Promise((resolve) => {
      this.#changed = () => this.#arrived.length >= this.#sent && resolve();
      this.#changed();
    });
    await within(MILLIS, `${this.#sent} echoes of ${this.client.name}`, complete).catch(() => {});
    await this.client.fence();
    return { arrived: this.#arrived, sent: Array.from({ length: this.#sent }, (_, n) => n) };
  }
}

export function declareUpgradeChecks(cell) {
  it("loses, doubles and reorders nothing while it upgrades", async (t) => {
    const client = Client.open(cell);
    t.after(() => client.close());
    const stream = new Stream(client);
    await client.connected();
    const { arrived, sent } = await stream.across(client.settledOn("websocket"));
    assert.deepEqual(arrived, sent);
    assert.equal((await client.call("whoami"))[0].transport, "websocket");
  });

  it("hears everything the server says by itself while it upgrades", async (t) => {
    const room = `upgrade of ${cell.version} ${cell.parser ? "msgpack" : "json"}`;
    const speaker = await Client.open({ ...cell, mode: undefined }).connected();
    t.after(() => speaker.close());
    const client = Client.open(cell);
    t.after(() => client.close());
    await client.connected();
    await client.call("join", room);
    const settled = client.settledOn("websocket");
    let sent = 0;
    let last = Infinity;
    settled.then(() => (last = sent + 20));
    while (sent < last) {
      speaker.emit("shout", room, sent++);
      await pause(1);
    }
    await speaker.fence();
    await client.fence();
    assert.deepEqual(client.unread("shout"), Array.from({ length: sent }, (_, n) => [n]));
  });
}
