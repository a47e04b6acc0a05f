import assert from "node:assert/strict";
import { it } from "node:test";
import { forEach, handshakeText, http, Link, tcp, times } from "../lib/raw.js";

const PATH = "/socket.io/?EIO=4&transport=websocket";

/** A client frame; `mask` may be left out, which the protocol forbids. */
function frame({ fin = true, rsv = 0, opcode = 1, mask = true, payload = "", length }) {
  const body = Buffer.from(payload);
  const size = length ?? body.length;
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | opcode];
  const flag = mask ? 0x80 : 0;
  if (size < 126) head.push(flag | size);
  else if (size < 65_536) head.push(flag | 126, size >> 8, size & 255);
  else {
    const wide = Buffer.alloc(8);
    wide.writeBigUInt64BE(BigInt(size));
    head.push(flag | 127, ...wide);
  }
  // An all-zero mask leaves the payload as it is.
  return Buffer.concat([Buffer.from(head), Buffer.alloc(mask ? 4 : 0), body]);
}

export function declareWebSocketAttacks(base) {
  it("unknown transports and session ids are refused before the 101", async () => {
    const paths = [
      ...["", "abc", "__proto__", "constructor", "polling"].map((name) => `/socket.io/?EIO=4&transport=${name}`),
      ...["x", "__proto__", "a".repeat(20), "%00"].map((sid) => `${PATH}&sid=${sid}`),
    ];
    await forEach(times(10, () => paths).flat(), async (path) => {
      const { status } = await new Link(base, path).closedAfter(path);
      assert.equal(status, 400, path);
    });
  });

  it("a foreign origin is refused before the 101", async () => {
    for (const origin of ["http://evil.example", "null", "http://good.example.evil.example"]) {
      const outcome = await new Link(base, PATH, { origin }).closedAfter(origin);
      assert.ok(outcome.status >= 400, `${origin}: ${JSON.stringify(outcome)}`);
    }
    const welcome = await Link.open(base, PATH, { origin: "http://good.example" });
    await welcome.next("the handshake");
    welcome.terminate();
  });

  it("malformed WebSocket handshakes are refused", async () => {
    const good = handshakeText();
    const handshakes = [
      good.replace("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""),
      good.replace("dGhlIHNhbXBsZSBub25jZQ==", "short"),
      good.replace("Version: 13", "Version: 99"),
      good.replace("Version: 13", "Version: x"),
      good.replace("Upgrade: websocket", "Upgrade: h2c"),
      good.replace("GET", "POST"),
      handshakeText(PATH, "Sec-WebSocket-Protocol: ,,;\r\n"),
      handshakeText(PATH, `Sec-WebSocket-Extensions: __proto__; constructor=1,${"a;".repeat(3_000)}\r\n`),
    ];
    await forEach(times(5, () => handshakes).flat(), async (text) => {
      await tcp(base, text, { millis: 100 });
    });
    const { answer } = await tcp(base, handshakes[0], { millis: 500 });
    assert.ok(!answer.startsWith("HTTP/1.1 101"), answer.slice(0, 60));
  });

  const frames = {
    "a frame without a mask": frame({ mask: false, payload: "40" }),
    "a reserved bit": frame({ rsv: 4, payload: "40" }),
    "all reserved bits": frame({ rsv: 7, payload: "40" }),
    "a reserved opcode": frame({ opcode: 3, payload: "40" }),
    "a reserved control opcode": frame({ opcode: 11, payload: "" }),
    "a fragmented ping": frame({ fin: false, opcode: 9 }),
    "a ping that is too long": frame({ opcode: 9, payload: "a".repeat(126) }),
    "a continuation of nothing": frame({ opcode: 0, payload: "40" }),
    "a text inside a text": Buffer.concat([frame({ fin: false, payload: "4" }), frame({ payload: "0" })]),
    "text that is not UTF-8": frame({ payload: Buffer.from([0x34, 0xc3, 0x28]) }),
    "a frame over the limit": frame({ length: 2_000_000, payload: "4" }),
    "a frame of four gigabytes": frame({ length: 4_294_967_296, payload: "4" }),
    "a frame of absurd length": frame({ length: Number.MAX_SAFE_INTEGER, payload: "4" }),
    "fragments that add up over the limit": Buffer.concat([
      frame({ fin: false, payload: "4" + "a".repeat(600_000) }),
      frame({ opcode: 0, payload: "a".repeat(600_000) }),
    ]),
    "a close with half a code": frame({ opcode: 8, payload: Buffer.from([3]) }),
    "a close with a forbidden code": frame({ opcode: 8, payload: Buffer.from([3, 237]) }),
  };
  for (const [what, bytes] of Object.entries(frames)) {
    it(`${what} ends the connection`, async () => {
      await forEach(times(10), async () => {
        const { ended } = await tcp(base, [handshakeText(), bytes], { millis: 4_000 });
        assert.ok(ended, "the connection was left open");
      });
    });
  }

  it("tiny fragments without end are bounded", async () => {
    const drop = Buffer.concat(times(20_000, () => frame({ fin: false, opcode: 0, payload: "" })));
    await forEach(times(5), async () => {
      await tcp(base, [handshakeText(), frame({ fin: false, payload: "4" }), ...times(10, () => drop)], { millis: 1_000 });
    });
  });

  it("connections that are reset during the handshake are survived", async () => {
    const paths = [PATH, `${PATH}&sid=unknown`, "/socket.io/?EIO=4&transport=abc", "/socket.io/?EIO=1&transport=websocket"];
    await forEach(times(50, () => paths).flat(), (path) => tcp(base, handshakeText(path), { reset: true }), 50);
  });

  it("a broken frame right behind the handshake is survived", async () => {
    await forEach(times(100), () => tcp(base, handshakeText() + "\xff\xff\xff\xff", { millis: 50 }), 50);
  });

  it("floods of pings and of closed connections are survived", async () => {
    const ping = frame({ opcode: 9, payload: "x" });
    await forEach(times(5), () => tcp(base, [handshakeText(), ...times(5_000, () => ping)], { millis: 200 }));
    await forEach(times(300), async () => (await Link.open(base, PATH)).terminate(), 50);
  });

  it("a message that inflates without measure is cut off", async () => {
    const options = { perMessageDeflate: { threshold: 0 } };
    await forEach(times(3), async () => {
      const link = await Link.open(base, "/engine.io/?EIO=4&transport=websocket", options);
      await link.next("the handshake");
      link.send("4" + "a".repeat(50_000_000));
      assert.equal((await link.closedAfter("a bomb")).code, 1009);
    }, 1);
  });

  it("undecodable packets end the connection", async () => {
    const messages = ["", "abc", "9", "💣", "7", "1", "2", Buffer.from([1, 2, 3])];
    await forEach(messages, async (message) => {
      const link = await Link.open(base, PATH);
      await link.next("the handshake");
      link.send(message);
      await link.closedAfter(JSON.stringify(message));
    });
  });

  it("nothing of all this has harmed plain requests", async () => {
    const { status } = await http(base, "/socket.io/?EIO=4&transport=polling");
    assert.equal(status, 200);
  });
}
