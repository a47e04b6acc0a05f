import assert from "node:assert/strict";
import { it } from "node:test";
import { Client, MODES } from "../lib/clients.js";
import { forEach, http, Link, Polling, tcp, handshakeText, times } from "../lib/raw.js";

const PATH = "/socket.io/?EIO=4&transport=websocket";

export function declareUpgradeAttacks(base) {
  /** A polling session that echoes, on the Engine.IO end point. */
  const polling = () => Polling.open(base, { path: "/engine.io/" });

  async function assertStillPolls(session) {
    assert.equal((await session.post("4still here")).body, "ok");
    const { body } = await session.get();
    assert.ok(body.split("\x1e").includes("4still here"), JSON.stringify(body));
  }

  async function upgraded() {
    const session = await polling();
    const link = await Link.open(base, session.websocketPath());
    link.send("2probe");
    assert.equal(await link.next("the probe's answer"), "3probe");
    link.send("5", "4hello");
    assert.equal(await link.next("the echo"), "4hello");
    return { session, link };
  }

  it("the public socket id opens nothing", async (t) => {
    const victim = await Client.open({ url: base, mode: MODES[0] }).connected();
    t.after(() => victim.close());
    const [{ id }] = await victim.call("whoami");
    const { status, body } = await http(base, `/socket.io/?EIO=4&transport=polling&sid=${id}`, {
      method: "POST",
      body: '42["echo","forged"]',
    });
    assert.equal(status, 400);
    assert.equal(JSON.parse(body).code, 1);
    assert.equal((await new Link(base, `${PATH}&sid=${encodeURIComponent(id)}`).closedAfter("a forged sid")).status, 400);
    for (const header of [{ cookie: `io=${id}` }, { io: id }]) {
      const answer = await http(base, "/socket.io/?EIO=4&transport=polling", { headers: header });
      assert.ok(!answer.body.includes(id), "the handshake took over the id of somebody else");
    }
    await victim.fence();
    assert.deepEqual(victim.unread("echo"), []);
  });

  for (const [what, first] of [
    ["an upgrade without a probe", "5"],
    ["a message in place of a probe", "4hello"],
    ["a ping without the word", "2"],
    ["rubbish", "zzz"],
    ["a close", "1"],
    ["a binary message", Buffer.from([1, 2, 3])],
  ]) {
    it(`${what} takes nothing over`, async () => {
      await forEach(times(20), async () => {
        const session = await polling();
        const link = await Link.open(base, session.websocketPath());
        link.send(first);
        await link.closedAfter(what);
        await assertStillPolls(session);
        await session.post("1");
      });
    });
  }

  it("an upgrade that stops after the probe takes nothing over", async () => {
    await forEach(times(20), async () => {
      const session = await polling();
      const link = await Link.open(base, session.websocketPath());
      link.send("2probe");
      assert.equal(await link.next("the probe's answer"), "3probe");
      link.terminate();
      await link.closed;
      await assertStillPolls(session);
      await session.post("1");
    });
  });

  it("a second upgrade is turned away", async () => {
    await forEach(times(20), async () => {
      const { session, link } = await upgraded();
      await new Link(base, session.websocketPath()).closedAfter("a second upgrade");
      assert.equal((await session.get()).status, 400);
      link.send("4still mine");
      assert.equal(await link.next("the echo"), "4still mine");
      link.terminate();
    });
  });

  it("two upgrades at once leave one winner", async () => {
    await forEach(times(20), async () => {
      const session = await polling();
      const links = times(2, () => new Link(base, session.websocketPath()));
      await Promise.race(links.map((link) => link.opened));
      const loser = await Promise.race(links.map((link) => link.closedAfter("two upgrades").then(() => link)));
      const winner = links.find((link) => link !== loser);
      winner.send("2probe");
      assert.equal(await winner.next("the probe's answer"), "3probe");
      winner.terminate();
    });
  });

  it("a session that began on a WebSocket cannot be taken over by another", async () => {
    await forEach(times(20), async () => {
      const link = await Link.open(base, "/engine.io/?EIO=4&transport=websocket");
      const { sid } = JSON.parse((await link.next("the handshake")).slice(1));
      const thief = new Link(base, `/engine.io/?EIO=4&transport=websocket&sid=${sid}`);
      thief.opened.then(() => thief.send("2probe", "5"));
      await thief.closedAfter("an upgrade of a WebSocket");
      link.send("4still mine");
      assert.equal(await link.next("the echo"), "4still mine");
      link.terminate();
    });
  });

  it("an upgrade with another revision is refused", async () => {
    await forEach(times(10), async () => {
      const session = await Polling.open(base);
      const { status } = await new Link(base, session.websocketPath({ revision: 3 })).closedAfter("another revision");
      assert.equal(status, 400);
      assert.ok(!(await session.isGone()));
      await session.post("1");
    });
  });

  it("upgrades that are reset are survived", async () => {
    await forEach(times(100), async () => {
      const session = await polling();
      await tcp(base, handshakeText(session.websocketPath()), { reset: true });
      await assertStillPolls(session);
      await session.post("1");
    });
  });
}
