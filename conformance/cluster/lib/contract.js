import assert from "node:assert/strict";
import { it } from "node:test";
import { Client } from "./client.js";
import { eventually } from "./within.js";

const TEXT = "\"\\/\b\u0001 äß漢字 👩‍👩‍👧 \u2028 _placeholder";
const BYTES = Buffer.from([0, 1, 127, 128, 255]);
const PATIENCE = 15_000;
const HANDSHAKE = ["address", "auth", "headers", "issued", "query", "secure", "time", "url", "xdomain"];

let count = 0;
/** A name that no other test uses: the nodes live longer than a test. */
const fresh = (name) => `${name} ${++count}`;

/** Opens clients that are closed when the test ends. */
async function open(t, node, options) {
  const client = await Client.open(node, options);
  t.after(() => client.close());
  return client;
}

/** After this, all that `from` emitted before has come to these clients, or does not come. */
async function fence(from, choice, ...clients) {
  const done = fresh("done");
  await from.call("emit", choice, done);
  for (const client of clients) await client.next(done);
}

/**
 * Declares what holds for events that come from one node and whose clients are there and on another.
 *
 * @param pair answers {here, there}: the node that is told to do something, and the other one
 * @param speaker who speaks on the first node: nothing for the server itself, else {from: "emitter"} or so
 * @param can what the format has words for: {acks, fetch, binaryForServers}
 */
export function declareEvents(pair, speaker) {
  it("reaches the clients of both nodes once, with text of any kind", async (t) => {
    const { here, there } = pair();
    const clients = [await open(t, here), await open(t, there), await open(t, there)];
    await here.call("emit", speaker, "news", TEXT, 7, -1.5, null, true, { [TEXT]: [TEXT, { a: [] }] });
    await here.call("emit", speaker, "bare");
    await fence(here, speaker, ...clients);
    for (const client of clients) {
      assert.deepEqual(client.unread("news"), [[TEXT, 7, -1.5, null, true, { [TEXT]: [TEXT, { a: [] }] }]]);
      assert.deepEqual(client.unread("bare"), [[]]);
    }
  });

  it("carries binary data", async (t) => {
    const { here, there } = pair();
    const clients = [await open(t, here), await open(t, there)];
    const large = Buffer.alloc(200_000, BYTES);
    await here.call("emit", speaker, "file", BYTES, { name: TEXT, parts: [BYTES, Buffer.alloc(0)] }, "after", large);
    await fence(here, speaker, ...clients);
    for (const client of clients) {
      const parts = [BYTES, Buffer.alloc(0)];
      assert.deepEqual(client.unread("file"), [[BYTES, { name: TEXT, parts }, "after", large]]);
    }
  });

  it("keeps to rooms and leaves out those excepted", async (t) => {
    const { here, there } = pair();
    const [tea, milk] = [fresh("tea"), fresh("milk")];
    const teaHere = await open(t, here, { rooms: [tea] });
    const teaThere = await open(t, there, { rooms: [tea] });
    const bothThere = await open(t, there, { rooms: [tea, milk] });
    const noneThere = await open(t, there);
    await teaThere.hearsRoom(tea, here.control);
    await bothThere.hearsRoom(milk, here.control);
    const all = [teaHere, teaThere, bothThere, noneThere];

    await here.call("emit", { ...speaker, rooms: [tea] }, "one room");
    await here.call("emit", { ...speaker, rooms: [tea, milk] }, "two rooms");
    await here.call("emit", { ...speaker, rooms: [tea], except: [milk] }, "less a room");
    await here.call("emit", { ...speaker, except: [milk] }, "all less a room");
    await here.call("emit", { ...speaker, rooms: [fresh("nobody")] }, "nobody");
    await fence(here, speaker, ...all);

    const heard = (event) => all.map((client) => client.unread(event).length);
    assert.deepEqual(heard("one room"), [1, 1, 1, 0]);
    assert.deepEqual(heard("two rooms"), [1, 1, 1, 0]);
    assert.deepEqual(heard("less a room"), [1, 1, 0, 0]);
    assert.deepEqual(heard("all less a room"), [1, 1, 0, 1]);
    assert.deepEqual(heard("nobody"), [0, 0, 0, 0]);
  });

  for (const room of ["комната 🔑", "a#b#", "42", "-0.50", "[x]*?", "twenty characters ok"]) {
    it(`reaches a room called ${room}`, async (t) => {
      const { here, there } = pair();
      const [inside, outside] = [await open(t, there, { rooms: [room] }), await open(t, there)];
      await eventually(PATIENCE, "the room is known", async () => {
        await here.call("emit", { ...speaker, rooms: [room] }, "probe");
        return inside.unread("probe").length > 0;
      });
      await here.call("emit", { ...speaker, rooms: [room] }, "knock");
      await fence(here, speaker, inside, outside);
      assert.deepEqual(inside.unread("knock"), [[]]);
      assert.deepEqual(outside.unread("knock"), []);
    });
  }

  it("reaches one socket by its id, and all but that one", async (t) => {
    const { here, there } = pair();
    const [one, other] = [await open(t, there), await open(t, there)];
    await one.hearsRoom(one.id, here.control);
    await here.call("emit", { ...speaker, rooms: [one.id] }, "psst", 1);
    await here.call("emit", { ...speaker, except: [one.id] }, "others", 2);
    await fence(here, speaker, one, other);
    assert.deepEqual([one.unread("psst"), one.unread("others")], [[[1]], []]);
    assert.deepEqual([other.unread("psst"), other.unread("others")], [[], [[2]]]);
  });

  it("stays in its namespace", async (t) => {
    const { here, there } = pair();
    const root = await open(t, there);
    const side = await root.sibling("/side");
    const speakerOfSide = await open(t, here, { namespace: "/side" });
    await speakerOfSide.call("emit", speaker, "aside");
    await fence(speakerOfSide, speaker, side);
    await fence(here, speaker, root);
    assert.deepEqual(side.unread("aside"), [[]]);
    assert.deepEqual(root.unread("aside"), []);
  });

  it("keeps the order of 500 events", async (t) => {
    const { here, there } = pair();
    const room = fresh("order");
    const clients = [await open(t, here, { rooms: [room] }), await open(t, there, { rooms: [room] })];
    await clients[1].hearsRoom(room, here.control);
    const numbers = Array.from({ length: 500 }, (_, n) => n);
    await Promise.all(numbers.map((n) => here.call("emit", { ...speaker, rooms: n % 3 ? [room] : undefined }, "n", n)));
    await fence(here, speaker, ...clients);
    for (const client of clients) assert.deepEqual(client.unread("n").flat(), numbers);
  });

  it("makes sockets join and leave rooms", async (t) => {
    const { here, there } = pair();
    const [crowd, one, two] = [fresh("crowd"), fresh("one"), fresh("two")];
    const inside = [await open(t, here, { rooms: [crowd] }), await open(t, there, { rooms: [crowd] })];
    const outside = await open(t, there);
    await inside[1].hearsRoom(crowd, here.control);

    await here.call("sockets join", { ...speaker, rooms: [crowd] }, [one, two]);
    for (const client of inside) {
      for (const room of [one, two]) await client.hearsRoom(room, client.node === here ? there.control : here.control);
    }
    await here.call("emit", { rooms: [one] }, "joined");
    await fence(here, {}, ...inside, outside);
    assert.deepEqual([...inside, outside].map((client) => client.unread("joined").length), [1, 1, 0]);

    await here.call("sockets leave", { ...speaker, rooms: [one] }, [two]);
    await fence(here, speaker, ...inside);
    await there.call("emit", { rooms: [two] }, "left");
    await there.call("emit", { rooms: [one] }, "stayed");
    await fence(there, {}, ...inside);
    assert.deepEqual(inside.map((client) => client.unread("left").length), [0, 0]);
    assert.deepEqual(inside.map((client) => client.unread("stayed").length), [1, 1]);
  });

  it("disconnects sockets, with or without their connection", async (t) => {
    const { here, there } = pair();
    const [soft, hard] = [fresh("soft"), fresh("hard")];
    const clients = {};
    for (const [name, room] of Object.entries({ soft, hard })) {
      clients[name] = await open(t, there, { rooms: [room] });
      clients[`${name} side`] = await clients[name].sibling("/side");
      await clients[name].hearsRoom(room, here.control);
    }
    const spared = await open(t, there);

    await here.call("disconnect sockets", { ...speaker, rooms: [soft, hard], except: [hard] }, false);
    assert.deepEqual(await clients.soft.next("disconnect"), ["io server disconnect"]);
    assert.equal(await clients["soft side"].call("health").then(() => "alive"), "alive");

    await here.call("disconnect sockets", { ...speaker, rooms: [hard] }, true);
    await clients.hard.next("disconnect");
    await clients["hard side"].next("disconnect");
    await fence(here, speaker, spared);
    assert.deepEqual(spared.unread("disconnect"), []);
  });
}

/** Declares what comes of values that JSON has not; a Node server says them. */
export function declareJavaScriptValues(pair) {
  it("hears values of JavaScript as Node's own clients do", async (t) => {
    const { here, there } = pair();
    const room = fresh("values");
    const [near, far] = [await open(t, here, { rooms: [room] }), await open(t, there, { rooms: [room] })];
    await far.hearsRoom(room, here.control);
    await near.call("emit values", [room]);
    const [numbers, [absent, object], ...others] = await far.next("values");
    // With some formats an undefined property is there, and null.
    delete object.here;
    assert.deepEqual([numbers, [absent, object], ...others], await near.next("values"));
  });

  it("knows rooms that are numbers by their text", async (t) => {
    const { here, there } = pair();
    const client = await open(t, here);
    await client.call("join numbers", [42, 7.5]);
    const { sockets } = await there.call("fetch", { rooms: [client.id] });
    assert.deepEqual(sockets[0].rooms.map(String).sort(), ["42", "7.5", client.id].sort());
  });
}

/** Declares what servers tell each other; the other node hears it, and the first one too if an emitter spoke there. */
export function declareServerSide(pair, speaker) {
  it("tells the servers, and not their clients", async (t) => {
    const { here, there } = pair();
    const clients = [await open(t, here), await open(t, there)];
    await here.call("tell servers", speaker, "greet", TEXT, 1, null, { a: [true] });
    assert.deepEqual(await clients[1].next("greeted"), [TEXT, 1, null, { a: [true] }]);
    if (speaker.from) assert.deepEqual(await clients[0].next("greeted"), [TEXT, 1, null, { a: [true] }]);
    await fence(here, {}, ...clients);
    for (const client of clients) {
      assert.deepEqual(client.unread("greet"), []);
      assert.deepEqual(client.unread("greeted"), []);
    }
  });
}

/** Declares what needs answers from the other node. */
export function declareQuestions(pair, speaker, { binaryForServers }) {
  const ask = (here, choice, ...args) => here.call("ask", { ...speaker, timeout: 10_000, ...choice }, ...args);

  it("collects the acknowledgements of both nodes' clients", async (t) => {
    const { here, there } = pair();
    const room = fresh("asked");
    await open(t, here, { rooms: [room], answer: (text) => `here: ${text}` });
    const clients = [
      await open(t, there, { rooms: [room], answer: (text) => ({ [TEXT]: text }) }),
      await open(t, there, { rooms: [room], answer: (text, bytes) => Buffer.concat([bytes, BYTES]) }),
    ];
    await open(t, there, { answer: () => "not asked" });
    for (const client of clients) await client.hearsRoom(room, here.control);

    const { answers, complete } = await ask(here, { rooms: [room] }, "how?", TEXT, BYTES);
    assert.equal(complete, true);
    assert.equal(answers.length, 3);
    const expected = [`here: ${TEXT}`, { [TEXT]: TEXT }, Buffer.concat([BYTES, BYTES])];
    for (const answer of expected) assert.ok(answers.some((given) => isSame(given, answer)), `${answer} is missing`);
  });

  it("ends at once when nobody is asked", async () => {
    const { here } = pair();
    const before = Date.now();
    assert.deepEqual(await ask(here, { rooms: [fresh("nobody")] }, "how?"), { answers: [], complete: true });
    assert.ok(Date.now() - before < 5_000, "it waited for nobody");
  });

  it("says that an answer is missing", async (t) => {
    const { here, there } = pair();
    const room = fresh("asked");
    const one = await open(t, there, { rooms: [room], answer: () => "fine" });
    await open(t, there, { rooms: [room] });
    await one.hearsRoom(room, here.control);
    const report = await ask(here, { rooms: [room], timeout: 700 }, "how?");
    assert.deepEqual(report, { answers: ["fine"], complete: false });
  });

  it("fetches the sockets of both nodes with all there is to know", async (t) => {
    const { here, there } = pair();
    const [tea, milk] = [fresh("tea"), fresh("milk")];
    const near = await open(t, here, { rooms: [tea] });
    const far = await open(t, there, {
      rooms: [tea, milk],
      auth: { token: TEXT, nested: [1, null] },
      query: { desk: "7 ä" },
      headers: { "x-kind": "test", cookie: "a=b" },
    });
    await far.call("describe", "Bob", { languages: ["de", TEXT], age: 7 });
    await far.hearsRoom(milk, here.control);

    const { sockets, error } = await here.call("fetch", { ...speaker, rooms: [tea] });
    assert.equal(error, undefined);
    assert.deepEqual(sockets.map(({ id }) => id).sort(), [near.id, far.id].sort());
    const found = sockets.find(({ id }) => id === far.id);
    assert.deepEqual([...found.rooms].sort(), [far.id, tea, milk].sort());
    assert.deepEqual(found.data, { name: "Bob", profile: { languages: ["de", TEXT], age: 7 } });
    assertHandshake(found.handshake);

    const except = await here.call("fetch", { ...speaker, rooms: [tea], except: [milk] });
    assert.deepEqual(except.sockets.map(({ id }) => id), [near.id]);
    const nobody = await here.call("fetch", { ...speaker, rooms: [fresh("nobody")] });
    assert.deepEqual(nobody, { sockets: [] });
  });

  it("is answered by the other server", async () => {
    const { here, there } = pair();
    const { answers, error } = await here.call("ask servers", speaker, "greet", TEXT, { a: [null] });
    assert.equal(error, undefined);
    const theirs = { by: there.kind, args: [TEXT, { a: [null] }] };
    if (!speaker.from) assert.deepEqual(answers, [theirs]);
    else assert.deepEqual(answers.map(({ by }) => by).sort(), [here.kind, there.kind].sort());
  });

  if (binaryForServers) {
    it("asks the other server with binary data", async () => {
      const { here, there } = pair();
      const { answers } = await here.call("ask servers", speaker, "greet", BYTES);
      assert.deepEqual(answers.find(({ by }) => by === there.kind), { by: there.kind, args: [BYTES] });
    });
  }
}

/** Declares what a node does with a socket that it has fetched from another. */
export function declareRemoteSockets(pair) {
  it("emits to, asks, moves and ends a fetched socket", async (t) => {
    const { here, there } = pair();
    const [one, other] = [await open(t, there, { answer: (text) => `you said ${text}` }), await open(t, there)];
    const room = fresh("moved");

    await here.call("remote", one.id, "emit", "psst", TEXT, BYTES);
    assert.deepEqual(await one.next("psst"), [TEXT, BYTES]);
    assert.equal(await here.call("remote", one.id, "ask", "how?", "fine"), "you said fine");
    await here.call("remote", one.id, "join", [room]);
    await one.hearsRoom(room, here.control);
    await here.call("remote", one.id, "leave", [room]);
    await fence(here, {}, one, other);
    one.forget();
    await here.call("emit", { rooms: [room] }, "left");
    await fence(here, {}, one, other);
    assert.deepEqual(one.unread("left"), []);
    await here.call("remote", one.id, "disconnect");
    await one.next("disconnect");
    await fence(here, {}, other);
    assert.deepEqual(other.unread("disconnect"), []);
    assert.deepEqual(other.unread("psst"), []);
  });

  it("keeps local events to itself", async (t) => {
    const { here, there } = pair();
    const [near, far] = [await open(t, here), await open(t, there)];
    await here.call("emit", { local: true }, "here");
    await fence(here, {}, near, far);
    assert.deepEqual(near.unread("here"), [[]]);
    assert.deepEqual(far.unread("here"), []);
  });
}

function assertHandshake(handshake) {
  assert.deepEqual(Object.keys(handshake).sort(), HANDSHAKE);
  assert.deepEqual(handshake.auth, { token: TEXT, nested: [1, null] });
  assert.equal(handshake.query.desk, "7 ä");
  assert.equal(handshake.query.transport, "websocket");
  assert.equal(handshake.headers["x-kind"], "test");
  assert.equal(handshake.headers.cookie, "a=b");
  assert.match(handshake.address, /127\.0\.0\.1/);
  assert.match(handshake.url, /^\/socket\.io\/\?/);
  assert.equal(handshake.secure, false);
  assert.equal(handshake.xdomain, false);
  assert.ok(Math.abs(handshake.issued - Date.now()) < 60_000, `issued ${handshake.issued}`);
  assert.ok(Math.abs(Date.parse(handshake.time) - handshake.issued) < 2_000, `time ${handshake.time}`);
}

function isSame(one, other) {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
}
