import assert from "node:assert/strict";
import { Member, POLLING, UPGRADE, VERSIONS, assertFlawless, byNode, chat, gather } from "./chat.js";

/** Through TLS and without, the nodes learn who came and how, whatever the client claims. */
export async function assertForwards(t, { url, tlsUrl }) {
  const forged = { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil.example" };
  for (const from of [url, tlsUrl]) {
    for (const version of VERSIONS) {
      for (const transports of [POLLING, UPGRADE, ["websocket"]]) {
        const options = { rejectUnauthorized: false, extraHeaders: forged, reconnection: false };
        const member = new Member({ url: from, version, transports, name: `${version} over ${transports}`, room: "tls", ...options });
        t.after(() => member.close());
        await member.joined();
        await member.settled();
        assert.equal(member.address, "127.0.0.1");
        assert.equal(member.secure, from === tlsUrl);
        assert.equal(member.host, new URL(from).host);
        member.close();
      }
    }
  }
}

/** A node that is drained keeps its clients, which go on talking, and gets no new ones. */
export async function assertDrains(t, url, drain) {
  // A reload of nginx closes kept connections that are idle. A browser that has just sent a request on one repeats it; Node
  // does not.
  const crowd = { url, clients: 24, rooms: 2, reconnection: false, agent: false };
  const before = await gather(t, crowd);
  const drained = before[0].node;

  await drain(drained);
  const after = await gather(t, { ...crowd, prefix: "later " });

  assert.ok(!byNode(after).has(drained), `new clients came to ${drained}`);
  await chat([...before, ...after], { seconds: 3, every: 500 });
  assertFlawless([...before, ...after]);
}
