import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Client, LATEST, MODES } from "./lib/clients.js";
import { startSlowProxy } from "./lib/slow-proxy.js";
import { Stream } from "./lib/upgrade.js";

const { PARLEY_URL } = process.env;
assert.ok(PARLEY_URL, "set PARLEY_URL, or start this with run.js");

const CLIENTS = 100;
const UPGRADE_MILLIS = 30_000;
const upgrade = MODES.find(({ name }) => name === "upgrade");

async function upgradeWhileTalking(client) {
  const stream = new Stream(client, 5);
  await client.connected();
  const { arrived, sent } = await stream.across(client.settledOn("websocket", UPGRADE_MILLIS));
  assert.deepEqual(arrived, sent, `${client.name} sent ${sent.length} and heard ${arrived.length}`);
  return (await client.call("whoami"))[0].transport;
}

describe("a hundred clients that upgrade while they talk", () => {
  for (const version of [LATEST, "2.5.0"]) {
    it(`lose, double and reorder nothing: ${version}`, async (t) => {
      const { url, stop } = await startSlowProxy(PARLEY_URL);
      t.after(stop);
      const clients = Array.from({ length: CLIENTS }, () => Client.open({ url, version, mode: upgrade }));
      t.after(() => clients.forEach((client) => client.close()));
      const ends = await Promise.all(clients.map(upgradeWhileTalking));
      assert.deepEqual(ends, Array(CLIENTS).fill("websocket"));
    });
  }
});
