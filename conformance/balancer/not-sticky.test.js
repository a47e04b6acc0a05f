import assert from "node:assert/strict";
import { it } from "node:test";
import { Member, POLLING, UPGRADE, VERSIONS } from "./lib/chat.js";
import { startNginx } from "./lib/nginx.js";
import { startTrio } from "./lib/trio.js";
import { pause } from "../clients/lib/within.js";

const SECONDS = 10;
// The clients' own least pause before they try again: a second, less half of it at random.
const LEAST_PAUSE_SECONDS = 0.5;
// The handshake, the first poll, the first packets, the probe; and one request in three reaches its node by luck.
const REQUESTS_PER_ATTEMPT = 6;

// Every request goes to the next node, as many a balancer does until it is told otherwise.
const ROUND_ROBIN = [
  ["  ~^web1  parley_web1;\n", ""],
  ["  ~^web2  parley_web2;\n", ""],
  ["  ~^web3  parley_web3;\n", ""],
  ["  least_conn;\n", ""],
];

it("clients behind a balancer that is not sticky are told why, and make no storm", async (t) => {
  const trio = await startTrio(t);
  const nginx = await startNginx(t, trio.ports, ROUND_ROBIN);
  const told = [];
  const ids = new Set();
  const members = Array.from({ length: 24 }, (_, i) => {
    const [version, transports] = [VERSIONS[i % 2], i % 4 < 2 ? POLLING : UPGRADE];
    const member = new Member({ url: nginx.url, version, transports, name: `client-${i}`, room: "none" });
    const manager = member.socket.io;
    manager.on("open", () => ids.add(manager.engine.id));
    manager.on("close", (reason, details) => told.push(details?.context?.responseText));
    return member;
  });
  t.after(() => members.forEach((member) => member.close()));

  await pause(SECONDS * 1_000);

  const requests = await nginx.requests();
  const handshakes = requests.filter(({ isHandshake }) => isHandshake).length;
  assert.ok(handshakes > 3 * members.length, `${members.length} clients tried ${handshakes} times in ${SECONDS} s`);
  for (const { name } of members) {
    const own = requests.filter(({ client }) => client === name);
    const attempts = own.filter(({ isHandshake }) => isHandshake).length;
    assert.ok(attempts <= 1 + SECONDS / LEAST_PAUSE_SECONDS, `${name} tried ${attempts} times in ${SECONDS} s`);
    assert.ok(own.length <= attempts * REQUESTS_PER_ATTEMPT, `${name} made ${own.length} requests in ${attempts} attempts`);
  }
  const clear = /^\{"code":1,"message":"Session ID unknown: it is of another node, web[123], and this is web[123]\. The balancer must/;
  assert.ok(told.some((text) => clear.test(text)), `the official client was told ${told[0]}`);
  assert.ok((await trio.misrouted()) >= requests.filter(({ status }) => status === 400).length);

  // At once, and then once a minute; and no session id, in no log.
  const warnings = trio.log.split("\n").filter((line) => line.includes("with session ids of other nodes"));
  assert.ok(warnings.length >= 1 && warnings.length <= 3, warnings.join("\n"));
  const logs = trio.log + (await nginx.logs());
  assert.ok(ids.size > members.length);
  for (const id of ids) assert.ok(!logs.includes(id), "a session id is in a log");
});
