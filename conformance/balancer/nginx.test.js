import assert from "node:assert/strict";
import { it } from "node:test";
import { assertFlawless, assertSpread, chat, gather, traffic } from "./lib/chat.js";
import { assertDrains, assertForwards } from "./lib/checks.js";
import { startNginx } from "./lib/nginx.js";
import { startTrio } from "./lib/trio.js";

const SECONDS = Number(process.env.BALANCER_SECONDS ?? 60);

it(`200 clients chat for ${SECONDS} s across three nodes behind nginx`, async (t) => {
  const trio = await startTrio(t);
  const nginx = await startNginx(t, trio.ports);
  const members = await gather(t, { url: nginx.url, clients: 200, rooms: 25, reconnection: false });
  assertSpread(members);

  await chat(members, { seconds: SECONDS, every: 2_000 });

  assertFlawless(members);
  t.diagnostic(traffic(members));
  const requests = await nginx.requests();
  assert.deepEqual(requests.filter(({ status }) => status >= 400), []);
  assert.equal(requests.filter(({ isHandshake }) => isHandshake).length, 200);
  assert.equal(await trio.misrouted(), 0);
  const logs = await nginx.logs();
  for (const { socket } of members) assert.ok(!logs.includes(socket.io.engine.id), "a session id is in nginx's log");
});

it("nginx ends TLS and tells the nodes who came and how", async (t) => {
  const trio = await startTrio(t);
  await assertForwards(t, await startNginx(t, trio.ports));
});

it("a node that is drained in nginx keeps its clients and gets no new ones", async (t) => {
  const trio = await startTrio(t);
  const nginx = await startNginx(t, trio.ports);
  await assertDrains(t, nginx.url, (node) => {
    const server = `  server 127.0.0.1:${trio.portOf(node)}`;
    // The first one, which is in the group of all nodes.
    return nginx.change((file) => file.replace(`${server};`, `${server} down;`));
  });
});
