import assert from "node:assert/strict";
import { it } from "node:test";
import { assertFlawless, assertSpread, chat, gather, traffic } from "./lib/chat.js";
import { assertDrains, assertForwards } from "./lib/checks.js";
import { startHaproxy } from "./lib/haproxy.js";
import { startTrio } from "./lib/trio.js";

const SECONDS = Math.min(15, Number(process.env.BALANCER_SECONDS ?? 15));

it(`200 clients chat for ${SECONDS} s across three nodes behind HAProxy`, async (t) => {
  const trio = await startTrio(t);
  const haproxy = await startHaproxy(t, trio.ports);
  const members = await gather(t, { url: haproxy.url, clients: 200, rooms: 25, reconnection: false });
  assertSpread(members);

  await chat(members, { seconds: SECONDS, every: 2_000 });

  assertFlawless(members);
  t.diagnostic(traffic(members));
  const statuses = haproxy.statuses();
  assert.ok(statuses.length > 1_000, `${statuses.length} requests in the log`);
  assert.deepEqual(statuses.filter((status) => status >= 400 || status < 0), []);
  assert.equal(await trio.misrouted(), 0);
  for (const { socket } of members) assert.ok(!haproxy.log.includes(socket.io.engine.id), "a session id is in HAProxy's log");
});

it("HAProxy ends TLS and tells the nodes who came and how", async (t) => {
  const trio = await startTrio(t);
  await assertForwards(t, await startHaproxy(t, trio.ports));
});

it("a node that is drained in HAProxy keeps its clients and gets no new ones", async (t) => {
  const trio = await startTrio(t);
  const haproxy = await startHaproxy(t, trio.ports);
  await assertDrains(t, haproxy.url, (node) => haproxy.command(`set server parley/${node} state drain`));
});
