import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { Client } from "./client.js";
import { Node, stopNodes } from "./nodes.js";
import { eventually } from "./within.js";

const TEXT = "\"\\/\b\u0001 äß漢字 👩‍👩‍👧 \u2028 _placeholder";
const BYTES = Buffer.from([0, 1, 127, 128, 255]);
const PATIENCE = 30_000;

/**
 * Declares what a Parley and a python-socketio server do together over a broker: all that python-socketio 5.7 has words for,
 * which is events, the acknowledgement of one socket, and the end of a socket or a room.
 *
 * @param startBroker answers what has a `url` and a `stop`
 */
export function declarePython(format, startBroker) {
  describe(`python-socketio, ${format}`, () => {
    const cluster = {};
    before(async () => {
      cluster.broker = await startBroker();
      const starts = ["parley", "python"].map((kind) => Node.start(kind, format, cluster.broker));
      const started = await Promise.allSettled(starts);
      cluster.nodes = started.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
      await Promise.all(starts);
      const [parley, python] = cluster.nodes;
      for (const [from, to] of [[parley, python], [python, parley]]) {
        await eventually(PATIENCE, `${to.name} hears ${from.name}`, async () => {
          await from.call("emit", {}, "hello", from.name);
          return to.control.unread("hello").some(([name]) => name === from.name);
        });
      }
    });
    after(async () => {
      await stopNodes(cluster.nodes ?? []);
      await cluster.broker?.stop();
    });

    const pairs = [
      ["parley", () => ({ here: cluster.nodes[0], there: cluster.nodes[1] })],
      ["python", () => ({ here: cluster.nodes[1], there: cluster.nodes[0] })],
    ];
    for (const [kind, pair] of pairs) {
      for (const [title, speaker] of [["what KIND does", {}], ["what KIND's emitter does", { from: "emitter" }]]) {
        describe(title.replace("KIND", kind), () => declareEvents(pair, speaker));
      }
      describe(`what ${kind} does to one socket`, () => declareOneSocket(pair));
    }

    it("closes a room everywhere when Python says so", async (t) => {
      const [parley, python] = cluster.nodes;
      const client = await open(t, parley, { rooms: ["closing"] });
      await client.hearsRoom("closing", python.control);
      await python.call("close room", "closing");
      await fence(python, {}, client);
      client.forget();
      await parley.call("emit", { rooms: ["closing"] }, "too late");
      await fence(parley, {}, client);
      assert.deepEqual(client.unread("too late"), []);
    });
  });
}

async function open(t, node, options) {
  const client = await Client.open(node, options);
  t.after(() => client.close());
  return client;
}

let count = 0;
const fresh = (name) => `${name} ${++count}`;

async function fence(from, choice, ...clients) {
  const done = fresh("done");
  await from.call("emit", choice, done, 1);
  for (const client of clients) await client.next(done);
}

function declareEvents(pair, speaker) {
  it("reaches the clients of both nodes once, with text of any kind", async (t) => {
    const { here, there } = pair();
    const clients = [await open(t, here), await open(t, there)];
    const events = { one: [{ [TEXT]: [TEXT, null, 7, -1.5, true] }], text: [TEXT], list: [[1, [2]]], several: ["a", 2, null] };
    for (const [event, args] of Object.entries(events)) await here.call("emit", speaker, event, ...args);
    await fence(here, speaker, ...clients);
    for (const client of clients) {
      for (const [event, args] of Object.entries(events)) assert.deepEqual(client.unread(event), [args], event);
    }
  });

  it("carries binary data", async (t) => {
    const { here, there } = pair();
    const clients = [await open(t, here), await open(t, there)];
    await here.call("emit", speaker, "bytes", BYTES);
    await here.call("emit", speaker, "deep", { parts: [BYTES, { [TEXT]: BYTES }] });
    await fence(here, speaker, ...clients);
    for (const client of clients) {
      assert.deepEqual(client.unread("bytes"), [[BYTES]]);
      assert.deepEqual(client.unread("deep"), [[{ parts: [BYTES, { [TEXT]: BYTES }] }]]);
    }
  });

  it("keeps to a room and leaves out a socket", async (t) => {
    const { here, there } = pair();
    const room = fresh("tea ä");
    const inside = [await open(t, here, { rooms: [room] }), await open(t, there, { rooms: [room] })];
    const spared = await open(t, there, { rooms: [room] });
    const outside = await open(t, there);
    await here.call("emit", { ...speaker, rooms: [room] }, "brew", 1);
    await here.call("emit", { ...speaker, rooms: [room], except: [spared.id] }, "most", 2);
    await here.call("emit", { ...speaker, rooms: [spared.id] }, "psst", 3);
    const all = [...inside, spared, outside];
    await fence(here, speaker, ...all);
    const heard = (event) => all.map((client) => client.unread(event).length);
    assert.deepEqual(heard("brew"), [1, 1, 1, 0]);
    assert.deepEqual(heard("most"), [1, 1, 0, 0]);
    assert.deepEqual(heard("psst"), [0, 0, 1, 0]);
  });

  it("stays in its namespace and keeps its order", async (t) => {
    const { here, there } = pair();
    const root = await open(t, there);
    const side = await root.sibling("/side");
    const from = await open(t, here, { namespace: "/side" });
    for (let n = 0; n < 100; n++) await from.call("emit", speaker, "n", n);
    await fence(from, speaker, side);
    await fence(here, speaker, root);
    assert.deepEqual(side.unread("n").flat(), Array.from({ length: 100 }, (_, n) => n));
    assert.deepEqual(root.unread("n"), []);
  });
}

function declareOneSocket(pair) {
  it("ends a socket of the other node", async (t) => {
    const { here, there } = pair();
    const [one, other] = [await open(t, there), await open(t, there)];
    if (here.kind === "python") await here.call("remote", one.id, "disconnect");
    else await here.call("disconnect sockets", { rooms: [one.id] }, false);
    await one.next("disconnect");
    await fence(here, {}, other);
    assert.deepEqual(other.unread("disconnect"), []);
  });

  it("asks a client of the other node", async (t) => {
    const { here, there } = pair();
    const one = await open(t, there, { answer: (text) => ({ said: text }) });
    if (here.kind === "python") {
      assert.deepEqual(await here.call("remote", one.id, "ask", "how?", TEXT), { values: [{ said: TEXT }] });
    } else {
      const report = await here.call("ask", { rooms: [one.id], timeout: 10_000 }, "how?", TEXT);
      assert.deepEqual(report, { answers: [{ said: TEXT }], complete: true });
    }
  });
}
