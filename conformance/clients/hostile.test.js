import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { declareHttpAttacks } from "./hostile/http.js";
import { declareNoise } from "./hostile/noise.js";
import { declareMsgpackAttacks, declarePacketAttacks } from "./hostile/packets.js";
import { declareUpgradeAttacks } from "./hostile/upgrade.js";
import { declareWebSocketAttacks } from "./hostile/websocket.js";
import { Client, MODES } from "./lib/clients.js";
import { http, Link } from "./lib/raw.js";
import { eventually } from "./lib/within.js";

const { PARLEY_URL, PARLEY_MSGPACK_URL } = process.env;
assert.ok(PARLEY_URL && PARLEY_MSGPACK_URL, "set PARLEY_URL and PARLEY_MSGPACK_URL, or start this with run.js");

const TARGETS = [PARLEY_URL, PARLEY_MSGPACK_URL];
const ALLOWED_GROWTH = 32 * 1024 * 1024;

const debug = async (base) => JSON.parse((await http(base, "/debug")).body);

describe("a hostile peer", () => {
  const bystanders = [];
  let atFirst;

  before(async () => {
    atFirst = await Promise.all(TARGETS.map(debug));
    for (const mode of MODES) {
      const bystander = await Client.open({ url: PARLEY_URL, mode }).connected();
      bystander.socket.io.engine.on("close", (reason) => (bystander.lost = reason));
      bystanders.push(bystander);
    }
  });

  afterEach(async () => {
    Link.terminateAll();
    for (const bystander of bystanders) {
      assert.equal(bystander.lost, undefined, `${bystander.name} was disconnected`);
      bystander.emit("echo", "all is well");
      assert.deepEqual(await bystander.next("echo"), ["all is well"]);
    }
  });

  after(() => bystanders.forEach((bystander) => bystander.close()));

  describe("speaking HTTP", () => declareHttpAttacks(PARLEY_URL));
  describe("speaking WebSocket", () => declareWebSocketAttacks(PARLEY_URL));
  describe("sending packets", () => declarePacketAttacks(PARLEY_URL));
  describe("sending msgpack", () => declareMsgpackAttacks(PARLEY_MSGPACK_URL));
  describe("upgrading", () => declareUpgradeAttacks(PARLEY_URL));
  describe("making noise", () => declareNoise(PARLEY_URL));

  it("leaves nothing behind", async () => {
    for (const [n, base] of TARGETS.entries()) {
      const ours = base === PARLEY_URL ? bystanders.length : 0;
      const expected = atFirst[n].clients + ours;
      // Sessions that were abandoned without a word live until their heartbeat fails: five seconds, and then some.
      await eventually(60_000, `${base} is back to ${expected} clients`, async () => (await debug(base)).clients === expected);
      const { sockets, namespaces, memory } = await debug(base);
      assert.equal(sockets, atFirst[n].sockets + ours);
      assert.equal(namespaces, atFirst[n].namespaces);
      const growth = memory - atFirst[n].memory;
      assert.ok(growth < ALLOWED_GROWTH, `${base} holds ${growth} bytes more than before`);
    }
  });
});
