import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Chatter } from "./outage.js";
import { Crowd } from "./crowd.js";
import { awaitCluster, Node, startNodes, stopNodes } from "./nodes.js";
import { Random } from "./random.js";
import { Redis } from "./redis.js";
import { eventually, pause } from "./within.js";

const EVENTS = 10_000;
const OUTAGE_MILLIS = 10_000;
/** How soon the cluster must work again. */
const RECOVERY_MILLIS = 2_000;
/** Local events are at their clients within this time, whatever Redis does. */
const LOCAL_MILLIS = 1_000;

/** Declares what three Parley servers and one of Node do under load, without and with a broken Redis or node. */
export function declareFaults(format) {
  describe(`${format}, three Parley servers and one of Node`, () => {
    const cluster = {};
    before(async () => {
      cluster.redis = await Redis.start();
      const start = (kind, name) => Node.start(kind, format, cluster.redis, name);
      cluster.nodes = await startNodes(start("parley", "one"), start("parley", "two"), start("parley", "three"), start("node", "four"));
    });
    after(async () => {
      await stopNodes(cluster.nodes ?? []);
      await cluster.redis?.stop();
    });

    it(`delivers ${EVENTS} events to each member once and in order`, async (t) => {
      const crowd = await gather(t);
      crowd.forget();
      await crowd.speak(EVENTS);
      t.diagnostic(`${await crowd.assertHeard()} deliveries`);
    });

    it("serves its own clients without Redis, and works again soon after", async (t) => {
      const { nodes, redis } = cluster;
      const parleys = nodes.slice(0, 3);
      const chatter = await Chatter.begin(nodes);
      t.after(() => chatter.disperse());
      const healthBefore = new Map();
      for (const node of nodes) healthBefore.set(node, await node.call("health"));

      await pause(1_000); // Load before the outage.
      const killed = performance.now();
      await redis.kill();
      await pause(OUTAGE_MILLIS);
      await redis.startAgain();
      const back = performance.now();

      const delays = [];
      for (const from of nodes) {
        for (const to of nodes.filter((node) => node !== from)) {
          const delay = await chatter.reaches(from, to, back, 30_000);
          delays.push(`${from.name} to ${to.name} ${Math.round(delay)} ms`);
          if (from.kind === "parley" && to.kind === "parley") {
            assert.ok(delay < RECOVERY_MILLIS, `${from.name} reached ${to.name} only after ${Math.round(delay)} ms`);
          }
        }
      }
      t.diagnostic(`works again: ${delays.join(", ")}`);
      await chatter.end();

      for (const node of parleys) {
        assertLocal(t, chatter, node);
        await assertCounted(t, chatter, node, healthBefore.get(node), killed, back);
      }
      const { sockets, error } = await nodes[0].call("fetch", { rooms: ["outage"] });
      assert.equal(error, undefined);
      assert.equal(sockets.length, nodes.length);
    });

    it("says that a node that hangs has not answered", async () => {
      const [asking, , , hanging] = cluster.nodes;
      const controls = cluster.nodes.map(({ control }) => control.id);
      hanging.program.freeze();
      try {
        const { sockets, error } = await asking.call("fetch", { rooms: controls, timeout: 1_000 });
        assert.deepEqual(sockets.map(({ id }) => id).sort(), controls.filter((id) => id !== hanging.control.id).sort());
        assert.equal(error, "2 of 3 other nodes of the cluster answered in time");
      } finally {
        hanging.program.thaw();
      }
      await awaitCluster(cluster.nodes);
    });

    it("loses only what was addressed through a node that was killed", async (t) => {
      const crowd = await gather(t);
      crowd.forget();
      const victim = cluster.nodes[2];
      await crowd.speak(EVENTS, () => victim.kill());
      t.diagnostic(`${await crowd.assertHeard(victim)} deliveries`);
      for (const node of cluster.nodes.filter((each) => each !== victim)) {
        await eventually(5_000, `${node.name} asks nobody who is gone`, async () => {
          const { answers, error } = await node.call("ask servers", {}, "greet");
          return !error && answers.length === 2;
        });
      }
    });

    async function gather(t) {
      const random = Random.ofThisRun();
      t.diagnostic(`PARLEY_SEED=${random.seed}`);
      const crowd = await Crowd.gather(random, cluster.nodes);
      t.after(() => crowd.disperse());
      return crowd;
    }
  });
}

/** Clients of the node have heard each other all the time. */
function assertLocal(t, chatter, node) {
  const spoken = chatter.spoken.get(node);
  const heard = chatter.heard(node, node);
  assert.deepEqual(heard.map(({ number }) => number), spoken.map((at, number) => number));
  const slowest = Math.max(...heard.map(({ number, at }) => at - spoken[number]));
  t.diagnostic(`${node.name}: ${heard.length} local events, the slowest took ${Math.round(slowest)} ms`);
  assert.ok(slowest < LOCAL_MILLIS, `a local event of ${node.name} took ${Math.round(slowest)} ms`);
}

/** What others did not hear of this node while Redis was away is what it says that it has lost. */
async function assertCounted(t, chatter, node, before, killed, back) {
  const { connected, interruptions, lost } = await node.call("health");
  assert.equal(connected, true);
  assert.ok(interruptions > before.interruptions, "the interruption was not counted");
  const spoken = chatter.spoken.get(node);
  for (const other of chatter.nodes.filter((each) => each !== node && each.kind === "parley")) {
    const heard = new Set(chatter.heard(node, other).map(({ number }) => number));
    const numbers = chatter.heard(node, other).map(({ number }) => number);
    assert.deepEqual(numbers, [...heard].sort((a, b) => a - b), `${other.name} heard ${node.name} twice or out of order`);
    const missing = spoken.filter((at, number) => !heard.has(number));
    // Around the two moments a message may have reached Redis and not its subscribers.
    const meanwhile = missing.filter((at) => at > killed + 100 && at < back);
    t.diagnostic(`${node.name} lost ${lost - before.lost}; ${other.name} misses ${missing.length}, ${meanwhile.length} of the outage`);
    assert.ok(meanwhile.length > 0, "the outage had no effect");
    assert.ok(lost - before.lost >= meanwhile.length, `${meanwhile.length} events are missing, ${lost - before.lost} were counted`);
  }
}
