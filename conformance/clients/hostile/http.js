import assert from "node:assert/strict";
import { it } from "node:test";
import { pause } from "../lib/within.js";
import { forEach, http, Polling, tcp, times } from "../lib/raw.js";

const INHERITED = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

export function declareHttpAttacks(base) {
  async function assertRefused(path, code, message, options) {
    const { status, body } = await http(base, path, options);
    assert.equal(status, 400, `${options?.method ?? "GET"} ${path}: ${body}`);
    assert.deepEqual(JSON.parse(body), { code, message });
  }

  it("unknown transports are refused", async () => {
    const names = ["", "abc", "POLLING", "webtransport", "polling%00", "%F0%9F%92%A3", ...INHERITED];
    await forEach(names, (name) => assertRefused(`/socket.io/?EIO=4&transport=${name}`, 0, "Transport unknown"));
    await assertRefused("/socket.io/?EIO=4", 0, "Transport unknown");
  });

  it("guessed session ids are refused", async () => {
    const guesses = ["x", "%00", "a".repeat(20), "a".repeat(2_000), "..%2F..", "%2Froom", "🔑", ...INHERITED];
    const path = (sid) => `/socket.io/?EIO=4&transport=polling&sid=${encodeURIComponent(sid)}`;
    await forEach(guesses, (sid) => assertRefused(path(sid), 1, "Session ID unknown"));
    await forEach(times(500, (n) => `guess${n}`), (sid) => assertRefused(path(sid), 1, "Session ID unknown"));
  });

  it("handshakes with another method are refused", async () => {
    const path = "/socket.io/?EIO=4&transport=polling";
    await forEach(["POST", "PUT", "DELETE", "PATCH"], (method) =>
      assertRefused(path, 2, "Bad handshake method", { method }),
    );
  });

  it("a websocket handshake without an upgrade is refused", () =>
    assertRefused("/socket.io/?EIO=4&transport=websocket", 3, "Bad request"));

  it("an overlapping poll ends the session and both requests", async () => {
    await forEach(times(30), async () => {
      const session = await Polling.open(base);
      const polls = await Promise.all([session.get(), session.get()]);
      assert.deepEqual(polls.map(({ status }) => status).sort(), [200, 400]);
      assert.equal(polls.find(({ status }) => status === 200).body, "1");
      assert.ok(await session.isGone());
    });
  });

  it("an overlapping POST ends the session", async () => {
    await forEach(times(10), async () => {
      const session = await Polling.open(base);
      const slow = tcp(base, `POST ${session.url} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n4hel`, {
        millis: 4_000,
      });
      // The first must be under way, and nothing tells when the server has begun to read it.
      await pause(100);
      assert.equal((await session.post("4hello")).status, 400);
      assert.ok((await slow).ended, "the slow POST was left open");
      assert.ok(await session.isGone());
    });
  });

  it("a session cannot be used by the other transport or the other revision", async () => {
    const session = await Polling.open(base);
    await assertRefused(session.websocketPath(), 3, "Bad request");
    await assertRefused(session.url.replace("EIO=4", "EIO=3"), 3, "Bad request");
    assert.ok(!(await session.isGone()));
    const older = await Polling.open(base, { revision: 3 });
    await assertRefused(older.url.replace("EIO=3", "EIO=4"), 3, "Bad request");
  });

  it("binary bodies on revision 4 are answered and end the session", async () => {
    await forEach(times(50), async () => {
      const session = await Polling.open(base);
      const { status } = await session.post(Buffer.from([4, 1, 2, 3]), { "content-type": "application/octet-stream" });
      assert.equal(status, 400);
      assert.ok(await session.isGone());
    });
  });

  const payloads = {
    4: ["", "abc", "9", "\x1e", "4a\x1e", "\x1e4a", "x\x1e4a", "b", "b!!!!", "7", "4\x1e\x1e4", "💣", "\u0000"],
    3: ["", "abc", ":", "4a", "-1:4", "1e9:4", "5:4", "0x2:4a", "999999999999999999999:4", "2:4a9", "2:9a", "1.5:4a", "💣"],
  };
  for (const revision of [4, 3]) {
    it(`undecodable payloads end the session: revision ${revision}`, async () => {
      await forEach([...payloads[revision], "9".repeat(100_000), `${"9".repeat(500)}:4a`], async (payload) => {
        const session = await Polling.open(base, { revision });
        const { status } = await session.post(payload);
        assert.ok(status < 500, `${status} for ${payload.slice(0, 40)}`);
        assert.ok(await session.isOver(), `the session survived ${JSON.stringify(payload.slice(0, 40))}`);
      });
    });
  }

  it("undecodable binary payloads of revision 3 end the session", async () => {
    const payloads = [
      [0],
      [0, 255],
      [0, 6, 255, 52],
      [1, 255],
      [2, 1, 255, 52],
      [0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 255, 52],
      [1, 1, 255, 9],
      [0, 48, 255, 52],
      [0, ...Array(400).fill(9), 255, 52],
      Array(5_000).fill(255),
    ];
    await forEach(payloads, async (payload) => {
      const session = await Polling.open(base, { revision: 3 });
      const { status } = await session.post(Buffer.from(payload), { "content-type": "application/octet-stream" });
      assert.ok(status < 500, `${status} for ${payload.slice(0, 12)}`);
      assert.ok(await session.isOver(), `the session survived ${payload.slice(0, 12)}`);
    });
  });

  it("a body over the limit is refused and ends the session", async () => {
    await forEach(times(5), async () => {
      const session = await Polling.open(base);
      const { status } = await session.post("4" + "a".repeat(1_000_100)).catch(() => ({ status: "cut" }));
      assert.ok(status === 413 || status === "cut", `answered ${status}`);
      await session.goesAway();
    }, 2);
  });

  it("a body over the limit is refused without a Content-Length", async () => {
    const session = await Polling.open(base);
    const piece = `fff0\r\n${"a".repeat(0xfff0)}\r\n`;
    const head = `POST ${session.url} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const { answer, ended } = await tcp(base, [head, ...times(40, () => piece)], { millis: 2_000 });
    assert.ok(ended || answer.startsWith("HTTP/1.1 413"), answer.slice(0, 100));
    await session.goesAway();
  });

  it("the JSONP index cannot carry a script", async () => {
    const injections = ["1;alert(1)//", "0](alert(1));//", "<script>", "1%0d%0aX-Injected:%201", "__proto__"];
    await forEach(injections, async (j) => {
      const { body, headers } = await http(base, `/socket.io/?EIO=3&transport=polling&j=${j}`);
      assert.equal(headers["x-injected"], undefined);
      assert.match(body, /^(___eio\[\d*\]\("|\{"code":)/);
    });
  });

  it("a foreign origin gets no credentials and no WebSocket", async () => {
    const path = "/socket.io/?EIO=4&transport=polling";
    for (const origin of ["http://evil.example", "http://good.example.evil.example", "null", "http://localhost.evil"]) {
      const { headers } = await http(base, path, { headers: { origin } });
      assert.notEqual(headers["access-control-allow-origin"], origin);
      assert.notEqual(headers["access-control-allow-origin"], "*");
    }
    const { headers } = await http(base, path, { headers: { origin: "http://good.example" } });
    assert.equal(headers["access-control-allow-origin"], "http://good.example");
    assert.equal(headers["access-control-allow-credentials"], "true");
  });

  it("malformed and contradictory requests are survived", async () => {
    const long = "a".repeat(100_000);
    const requests = [
      "\r\n\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${long}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\n${times(5_000, (n) => `X-${n}: 1\r\n`).join("")}\r\n`,
      "GET /socket.io/?%zz=%&EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
      `GET /socket.io/?${"a=b&".repeat(10_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      "POST /socket.io/ HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST /socket.io/ HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
      "POST /socket.io/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "POST /socket.io/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
      "GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
      "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    ];
    await forEach(times(20, () => requests).flat(), (text) => tcp(base, text, { millis: 100 }));
  });

  it("requests that never end are survived", async () => {
    const session = await Polling.open(base);
    const halves = [
      "GET /socket.io/?EIO=4&transport=pol",
      "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nX-A",
      `POST ${session.url} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n4half`,
      `POST ${session.url} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n4half`,
    ];
    await forEach(times(50, () => halves).flat(), (text) => tcp(base, text, { millis: 50 }), 50);
  });

  it("polls that are torn off end their sessions", async () => {
    await forEach(times(100), async () => {
      const session = await Polling.open(base);
      await tcp(base, `GET ${session.url} HTTP/1.1\r\nHost: x\r\n\r\n`, { millis: 50 });
      await session.goesAway();
    });
  });

  it("handshakes that nobody follows up are forgotten", async () => {
    await forEach(times(300), () => http(base, "/socket.io/?EIO=4&transport=polling"), 50);
  });
}
