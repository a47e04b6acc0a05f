import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { Link, Polling } from "./lib/raw.js";

const { PARLEY_URL } = process.env;
assert.ok(PARLEY_URL, "set PARLEY_URL, or start this with run.js");

describe("what clients are known to send", () => {
  afterEach(() => Link.terminateAll());

  // The official Java client breaks base64 into lines of 76 characters and ends each with a line feed.
  const data = Buffer.alloc(100, "line ");
  const lines = data.toString("base64").replace(/.{1,76}/g, "$&\n");

  it("base64 in lines, in a POST", async () => {
    const session = await Polling.open(PARLEY_URL, { path: "/engine.io/" });
    assert.equal((await session.post(`b${lines}`)).body, "ok");
    assert.equal((await session.get()).body, `b${data.toString("base64")}`);
    await session.post("1");
  });

  it("base64 in lines, on a WebSocket that is to be text only", async () => {
    const link = await Link.open(PARLEY_URL, "/engine.io/?EIO=4&transport=websocket&b64=1");
    await link.next("the handshake");
    link.send(`b${lines}`);
    assert.equal(await link.next("the echo"), `b${data.toString("base64")}`);
    link.terminate();
  });

  it("base64 in lines, in a POST of revision 3", async () => {
    const session = await Polling.open(PARLEY_URL, { revision: 3 });
    const event = '451-["echo",{"_placeholder":true,"num":0}]';
    const binary = `b4${lines}`;
    assert.equal((await session.post(`${event.length}:${event}${binary.length}:${binary}`)).body, "ok");
    // The CONNECT and the welcome may come in answers of their own.
    let heard = "";
    while (!heard.includes(data.toString())) {
      const { status, body } = await session.get();
      assert.equal(status, 200, heard);
      heard += body;
    }
    await session.post("1:1");
  });
});
