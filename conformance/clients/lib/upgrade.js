import assert from "node:assert/strict";
import { it } from "node:test";
import { Client } from "./clients.js";
import { startSlowProxy } from "./slow-proxy.js";
import { pause, within } from "./within.js";

const MILLIS = 15_000;

/** Counts up in a stream of `echo`, one number every so often. */
export class Stream {
  #sent = 0;
  #arrived = [];
  #changed = () => {};

  constructor(client, everyMillis = 1) {
    this.client = client;
    this.everyMillis = everyMillis;
    client.socket.on("echo", (number) => {
      this.#arrived.push(number);
      this.#changed();
    });
  }

  /** Sends until `upgrade` has come and some more have followed it; answers what arrived and what should have. */
  async across(upgrade) {
    let last = Infinity;
    upgrade.finally(() => (last = this.#sent + 20)).catch(() => {});
    while (this.#sent < last) {
      this.client.emit("echo", this.#sent++);
      await pause(this.everyMillis);
    }
    await upgrade;
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
  async function open(t) {
    const proxy = await startSlowProxy(cell.url);
    t.after(() => proxy.stop());
    const client = Client.open({ ...cell, url: proxy.url });
    t.after(() => client.close());
    return client;
  }

  it("loses, doubles and reorders nothing while it upgrades", async (t) => {
    const client = await open(t);
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
    const client = await open(t);
    await client.connected();
    await client.call("join", room);
    const settled = client.settledOn("websocket");
    let sent = 0;
    let last = Infinity;
    settled.finally(() => (last = sent + 20)).catch(() => {});
    while (sent < last) {
      speaker.emit("shout", room, sent++);
      await pause(1);
    }
    await settled;
    await speaker.fence();
    await client.fence();
    assert.deepEqual(client.unread("shout"), Array.from({ length: sent }, (_, n) => [n]));
  });
}
