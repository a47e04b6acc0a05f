import assert from "node:assert/strict";
import { it } from "node:test";
import { forEach, Link, times } from "../lib/raw.js";

const placeholder = (num) => `{"_placeholder":true,"num":${num}}`;

/** Sent one by one on a connection that has joined `/`; each must end it. */
const FATAL = [
  ["an empty packet", "4"],
  ["an unknown type", "47"],
  ["no type", "4abc"],
  ["an event without data", "42"],
  ["an event without data, with an id", "421"],
  ["an event that is an object", "42{}"],
  ["an event without a name", "42[]"],
  ["a null for a name", "42[null]"],
  ["an object for a name", '42[{"toString":"x"}]'],
  ["an array for a name", '42[["echo"]]'],
  ["broken JSON", '42["echo",'],
  ["JSON and more", '42["echo"]x'],
  ["an ack that is an object", "431{}"],
  ["a disconnect with data", "41{}"],
  ["a connect with null", "40/chat,null"],
  ["a connect with an array", "40/chat,[]"],
  ["a connect with a string", '40/chat,"x"'],
  ["a second connect", "40"],
  ["a connect error", '44{"message":"x"}'],
  ["an event elsewhere", '42/chat,["echo",1]'],
  ["an event nowhere", '42/__proto__,["echo",1]'],
  ...["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"].map((name) => [
    `the reserved event ${name}`,
    `42["${name}"]`,
  ]),
  ["an id with a space", '42 5["ack"]'],
  ["an id beyond all numbers", '429999999999999999999999["ack"]'],
  ["an id of a megabyte", "42" + "9".repeat(900_000)],
  ["a letter in the id", '42abc["ack"]'],
  ["no attachment count", '45-["echo"]'],
  ["no dash", '451["echo"]'],
  ["zero attachments", '450-["echo"]'],
  ["half an attachment", `451.5-["echo",${placeholder(0)}]`],
  ["less than no attachments", `45-1-["echo",${placeholder(0)}]`],
  ["eleven attachments", `4511-["echo",${times(11, placeholder)}]`],
  ["ten thousand attachments", `4510000-["echo",${times(10_000, placeholder)}]`],
  ["attachments without number", `4599999999999999999999-["echo",${placeholder(0)}]`],
  ["deep arrays", `42["echo",${"[".repeat(100_000)}${"]".repeat(100_000)}]`],
  ["deep objects", `42["echo",${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}]`],
  ["an attachment nobody announced", Buffer.from([1, 2, 3])],
  ["text in place of an attachment", `451-["echo",${placeholder(0)}]`, '42["echo",1]'],
  ["a placeholder out of range", `451-["echo",${placeholder(1)}]`, Buffer.from([1])],
  ["a placeholder below zero", `451-["echo",${placeholder(-1)}]`, Buffer.from([1])],
  ["a placeholder that names a method", `451-["echo",${placeholder('"splice"')}]`, Buffer.from([1])],
];

/** Odd, but no reason to part: the connection must still echo afterwards. */
const HARMLESS = [
  ["an app event called error", '42["error",{"x":1}]'],
  ["an event nobody listens to", '42["nobody",1,2,3]'],
  ["an event named like a method", '42["__proto__",1]', '42["constructor"]', '42["toString"]', '42["hasOwnProperty"]'],
  ["an ack nobody waits for", "4377[1]"],
  ["arguments of the wrong kind", '42["join",{}]', '42["leave"]', '42["shout"]', '42["online",[]]', '42["whoami","x"]'],
  ["keys with a meaning to JavaScript", '42["nobody",{"__proto__":{"x":1},"constructor":{"prototype":{}}}]'],
  ["a placeholder in plain JSON", `42["nobody",${placeholder(0)},${placeholder('"x"')}]`],
  ["unknown namespaces", ...times(50, (n) => `40/unknown-${n},`)],
];

export function declarePacketAttacks(base) {
  for (const [what, ...messages] of FATAL) {
    it(`${what} ends the connection`, async () => {
      await forEach(times(5), async () => {
        const link = await Link.joined(base);
        link.send(...messages);
        await link.closedAfter(what);
      });
    });
  }

  for (const [what, ...messages] of HARMLESS) {
    it(`${what} may be sent`, async () => {
      await forEach(times(5), async () => {
        const link = await Link.joined(base);
        link.send(...messages, '42["echo","still here"]');
        let answer;
        do answer = await link.next("an echo");
        while (answer !== '42["echo","still here"]');
        link.terminate();
      });
    });
  }

  it("events before any CONNECT trigger nothing", async () => {
    await forEach(times(50), async () => {
      const link = await Link.open(base, "/socket.io/?EIO=4&transport=websocket");
      await link.next("the handshake");
      link.send('42["announce","room","from nobody"]', '421["whoami"]');
      const { code } = await link.closedAfter("an event before CONNECT");
      assert.ok(code);
    });
  });

  it("attachments that never come are survived", async () => {
    await forEach(times(100), async () => {
      const link = await Link.joined(base);
      link.send(`452-["echo",${placeholder(0)},${placeholder(1)}]`, Buffer.alloc(100_000));
      link.terminate();
    });
  });

  it("a flood of rooms and of acks is bounded", async () => {
    const link = await Link.joined(base);
    for (let n = 0; n < 20_000; n++) link.send(`42${n}["join","room ${n}"]`);
    for (let n = 0; n < 2_000; n++) link.send(`42["ask",${n}]`);
    link.terminate();
  });
}

const byte = (...values) => Buffer.from(values);

/** Bytes that are no packet of the msgpack parser. */
const NOT_MSGPACK = [
  ["nothing", byte()],
  ["a byte that means nothing", byte(0xc1)],
  ["a number", byte(0x07)],
  ["half a map", byte(0x83, 0xa4)],
  ["a map of four billion entries", byte(0xdf, 0xff, 0xff, 0xff, 0xff)],
  ["an array of four billion entries", byte(0xdd, 0xff, 0xff, 0xff, 0xff)],
  ["a string of four gigabytes", byte(0xdb, 0xff, 0xff, 0xff, 0xff)],
  ["bytes of four gigabytes", byte(0xc6, 0xff, 0xff, 0xff, 0xff)],
  ["arrays nested without end", Buffer.alloc(200_000, 0x91)],
  ["maps nested without end", Buffer.concat(times(50_000, () => byte(0x81, 0xa1, 0x61)))],
  ["text", "42[\"echo\",1]"],
  ["a packet and more", Buffer.concat([packet(2, '"echo"'), byte(0xc0)])],
  ["an unknown type", packet(9, '"echo"')],
  ["an event that is a string", mapOf(2, byte(0xa1, 0x61))],
  ["an event without a name", mapOf(2, byte(0x90))],
  ["a reserved event", mapOf(2, Buffer.concat([byte(0x91, 0xaa), Buffer.from("disconnect")]))],
];

/** {type, nsp: "/", data} */
function mapOf(type, data) {
  const key = (text) => Buffer.concat([byte(0xa0 | text.length), Buffer.from(text)]);
  return Buffer.concat([byte(0x83), key("type"), byte(type), key("nsp"), byte(0xa1, 0x2f), key("data"), data]);
}

function packet(type, json) {
  const text = JSON.parse(json);
  return mapOf(type, Buffer.concat([byte(0x91, 0xa0 | text.length), Buffer.from(text)]));
}

export function declareMsgpackAttacks(base) {
  const connect = Buffer.concat([
    byte(0x82, 0xa4),
    Buffer.from("type"),
    byte(0x00, 0xa3),
    Buffer.from("nsp"),
    byte(0xa1, 0x2f),
  ]);

  for (const [what, message] of NOT_MSGPACK) {
    it(`msgpack: ${what} ends the connection`, async () => {
      await forEach(times(5), async () => {
        const link = await Link.open(base, "/socket.io/?EIO=4&transport=websocket");
        await link.next("the handshake");
        link.send(connect);
        await link.next("the CONNECT answer");
        await link.next("the welcome");
        link.send(message);
        await link.closedAfter(what);
      });
    });
  }
}
