import assert from "node:assert/strict";
import { it } from "node:test";
import { bytes } from "./bytes.js";
import { Client, LATEST } from "./clients.js";
import { eventually, pause } from "./within.js";

/** Declares what every client must be able to do; `cell` is {url, version, mode, parser}. */
export function declareChecks(cell) {
  const revision = cell.version < "3" ? 3 : 4;

  /** A connected client that is closed when the test ends. */
  async function open(t, options = {}) {
    const client = Client.open({ ...cell, ...options });
    t.after(() => client.close());
    return client.connected();
  }

  async function assertEchoes(client, ...args) {
    client.emit("echo", ...args);
    assert.deepEqual(await client.next("echo"), args);
  }

  it("is welcomed, on the transport it asked for", async (t) => {
    const client = await open(t);
    assert.deepEqual(await client.next("welcome"), [{ nsp: "/", text: "welcome" }]);
    await client.settledOn(cell.mode.ends);
    const [me] = await client.call("whoami");
    assert.equal(me.transport, cell.mode.ends);
    // A revision 3 client makes its own socket id up from the Engine.IO id; later ones are told by the server.
    if (revision === 4) assert.equal(me.id, client.socket.id);
  });

  it("echoes text, no arguments and many arguments", async (t) => {
    const client = await open(t);
    await assertEchoes(client, "hello");
    await assertEchoes(client, "");
    await assertEchoes(client);
    await assertEchoes(client, "a", 1, "b", 2, true, false, null, ["c"], { d: "e" });
  });

  it("echoes JSON with nesting, nulls and numbers", async (t) => {
    const client = await open(t);
    const numbers = [0, -1, 1.5, -2.25e-7, 9007199254740991, 2147483648, 4294967296];
    // The msgpack parser truncates integers beyond 64 bits before they reach the wire.
    if (!cell.parser) numbers.push(1e21);
    await assertEchoes(client, { a: { b: [{ c: [[], {}, null] }] }, none: null, yes: true, numbers });
    await assertEchoes(client, { quotes: `"\\/'`, controls: "\b\f\n\r\t\u0000\u001e\u007f", "key with 🔑": 1 });
  });

  it("echoes unicode and emoji", async (t) => {
    const client = await open(t);
    await client.settledOn(cell.mode.ends);
    await assertEchoes(client, "é ä ß — てすと — Я Б Г — 你好 — \u2028\u2029 — 👩‍👩‍👧‍👦 🇩🇪 𝒳");
    await assertEchoes(client, { "ключ 🔑": ["значение 💬"] });
  });

  it("echoes a string of 90 kB", async (t) => {
    const client = await open(t);
    await assertEchoes(client, "0123456789".repeat(9_000));
  });

  it("echoes binary at the top, inside objects, twice and empty", async (t) => {
    const client = await open(t);
    await assertEchoes(client, bytes(1, 2, 3, 0, 255));
    await assertEchoes(client, "before", { file: { name: "x", content: bytes(4, 5) } }, [bytes(6)], null);
    await assertEchoes(client, bytes(1), bytes(2, 30));
    await assertEchoes(client, bytes(), "after an empty one");
    await assertEchoes(client, bytes(...Array(30_000).fill(7)));
  });

  it("is answered by the server's acks", async (t) => {
    const client = await open(t);
    assert.deepEqual(await client.call("ack"), []);
    assert.deepEqual(await client.call("ack", 1, "two", { three: [null] }), [1, "two", { three: [null] }]);
    assert.deepEqual(await client.call("ack", { data: bytes(9, 8) }), [{ data: bytes(9, 8) }]);
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => client.call("ack", n)));
    assert.deepEqual(answers, [[1], [2], [3], [4], [5]]);
  });

  it("answers what the server asks", async (t) => {
    const client = await open(t);
    client.emit("ask", "why", { deep: bytes(1, 2) });
    const question = await client.next("question");
    const answer = question.pop();
    assert.deepEqual(question, ["why", { deep: bytes(1, 2) }]);
    answer("because", bytes(3), null);
    assert.deepEqual(await client.next("answer"), ["because", bytes(3), null]);
  });

  it("lives in a namespace of its own", async (t) => {
    const root = await open(t);
    const chat = await root.sibling("/chat").connected();
    assert.deepEqual(await chat.next("welcome"), [{ nsp: "/chat", text: "welcome" }]);
    await assertEchoes(chat, "in the chat", bytes(1));
    assert.deepEqual(await chat.call("ack", "in the chat"), ["in the chat"]);
    await root.fence();
    assert.deepEqual(root.unread("echo"), []);

    chat.socket.close();
    await assertEchoes(root, "still here");
  });

  it("connects to a namespace alone", async (t) => {
    const chat = await open(t, { namespace: "/chat" });
    assert.deepEqual(await chat.next("welcome"), [{ nsp: "/chat", text: "welcome" }]);
    await assertEchoes(chat, "in the chat");
  });

  it("is refused with data, and then hears nothing and triggers nothing", async (t) => {
    const root = await open(t);
    const outsider = root.sibling("/admin");
    const refusal = await outsider.refusal();
    assert.deepEqual(refusal.data, { hint: "token" });
    if (revision === 4) assert.equal(refusal.message, "not authorized");
    outsider.emit("echo", "let me in");
    await root.fence();
    assert.deepEqual(outsider.unread("connect"), []);
    assert.deepEqual(outsider.unread("welcome"), []);
    assert.deepEqual(outsider.unread("echo"), []);
  });

  // The first clients have no way to send a query with a namespace, so they cannot be admitted.
  if (cell.version !== "1.3.5") {
    it("is admitted with the token", async (t) => {
      const pass = revision === 3 ? { query: "token=secret" } : { auth: { token: "secret" } };
      const client = await open(t, { namespace: "/admin", ...pass });
      assert.deepEqual(await client.next("welcome"), [{ nsp: "/admin", text: "welcome" }]);
      await assertEchoes(client, "inside");
    });
  }

  it("is refused in an unknown namespace", async (t) => {
    const root = await open(t);
    const { message, data } = await root.sibling("/nowhere").refusal();
    assert.equal(message ?? data.message ?? data, "Invalid namespace");
    await assertEchoes(root, "still here");
  });

  it("meets others in rooms", async (t) => {
    const room = `room of ${cell.version} ${cell.mode.name} ${cell.parser ? "msgpack" : "json"}`;
    const [speaker, member, outsider] = await Promise.all([open(t), open(t), open(t)]);
    assert.deepEqual(await speaker.call("join", room), ["joined"]);
    assert.deepEqual(await member.call("join", room), ["joined"]);
    const everyone = async (event) => {
      // The speaker's fence first: the server has then handled what was said, and queued it for the others.
      for (const client of [speaker, member, outsider]) await client.fence();
      return [speaker, member, outsider].map((client) => client.unread(event));
    };

    speaker.emit("shout", room, "psst", { file: bytes(1, 2) });
    assert.deepEqual(await everyone("shout"), [[], [["psst", { file: bytes(1, 2) }]], []]);

    speaker.emit("announce", room, "hear", bytes(3), 4);
    assert.deepEqual(await everyone("announce"), [[["hear", bytes(3), 4]], [["hear", bytes(3), 4]], []]);

    assert.deepEqual(await member.call("leave", room), ["left"]);
    speaker.emit("announce", room, "anybody?");
    assert.deepEqual(await everyone("announce"), [[["anybody?"]], [], []]);
  });

  // Over string polling, clients before 2.0 encode and decode UTF-8 once more inside the payload, and nothing on the
  // wire tells them from later ones. Among themselves they agree; with others, text beyond ASCII is garbled, as it is
  // with Node's server.
  const agreesOnText = !(cell.version < "2" && cell.mode.name === "polling");

  for (const [title, hears] of agreesOnText ? [["understands", true], ["is understood by", false]] : []) {
    it(`${title} a client of today, beyond ASCII`, async (t) => {
      const room = `babel ${title} ${cell.version} ${cell.mode.name} ${cell.parser ? "msgpack" : "json"}`;
      const client = await open(t);
      await client.settledOn(cell.mode.ends);
      const modern = await open(t, { version: LATEST, mode: undefined });
      const [listener, speaker] = hears ? [client, modern] : [modern, client];
      await listener.call("join", room);
      speaker.emit("shout", room, "é — てすと — 👩‍👩‍👧‍👦");
      assert.deepEqual(await listener.next("shout"), ["é — てすと — 👩‍👩‍👧‍👦"]);
    });
  }

  it("is seen online until it leaves", async (t) => {
    const [watcher, other] = await Promise.all([open(t), open(t)]);
    const [{ id }] = await other.call("whoami");
    assert.deepEqual(await watcher.call("online", id), [true]);
    other.close();
    await eventually(6_000, `${other.name} is offline`, async () => !(await watcher.call("online", id))[0]);
  });

  it("stays away when the server disconnects it", async (t) => {
    const client = await open(t, { reconnection: true });
    client.emit("kick");
    assert.equal((await client.next("disconnect"))[0], "io server disconnect");
    // Nothing announces that a client will not come back: ten times its reconnection delay must do.
    await pause(100);
    assert.deepEqual(client.unread("connect"), []);
  });

  it("hears the last words when the server ends the connection", async (t) => {
    // With an upgrade under way or not.
    for (const settled of [false, true]) {
      const client = await open(t, { reconnection: true });
      if (settled) await client.settledOn(cell.mode.ends);
      client.emit("dismiss", "last words");
      assert.deepEqual(await client.next("echo"), ["last words"]);
      assert.equal((await client.next("disconnect"))[0], "io server disconnect");
      await pause(100);
      assert.deepEqual(client.unread("connect"), []);
    }
  });

  it("comes back by itself when the connection is dropped", async (t) => {
    const client = await open(t, { reconnection: true });
    await client.settledOn(cell.mode.ends);
    await client.next("welcome");
    client.emit("drop");
    assert.match((await client.next("disconnect"))[0], /^transport (close|error)$/);
    await client.connected();
    await client.next("welcome");
    await assertEchoes(client, "back again");
  });
}
