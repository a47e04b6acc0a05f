import { it } from "node:test";
import { forEach, handshakeText, Link, Polling, tcp, times } from "../lib/raw.js";

const VALID = [
  '42["echo",{"a":[1,2,null]}]',
  '421["ack","x"]',
  '42/chat,["echo","é"]',
  '40/chat,{"token":"x"}',
  '451-["echo",{"_placeholder":true,"num":0}]',
  '461-1[{"_placeholder":true,"num":0}]',
  "41/chat,",
];

/** A small generator with a seed, so that a failure can be had again. */
function generator(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * bound);
  };
}

export function declareNoise(base) {
  const seed = Number(process.env.PARLEY_SEED ?? Date.now() % 1_000_000);
  const random = generator(seed);
  const pick = (items) => items[random(items.length)];

  /** A valid packet with a few bytes changed, dropped or doubled. */
  function mutant() {
    const bytes = [...Buffer.from(pick(VALID))];
    for (let n = 0; n <= random(4); n++) bytes.splice(random(bytes.length), random(3), ...times(random(3), () => random(256)));
    return Buffer.from(bytes);
  }

  it(`random bytes on the port are survived (PARLEY_SEED=${seed})`, async () => {
    const noise = () => Buffer.from(times(1 + random(2_000), () => random(256)));
    await forEach(times(500, noise), (bytes) => tcp(base, bytes, { millis: 20 }), 50);
    await forEach(times(500, noise), (bytes) => tcp(base, [handshakeText(), bytes], { millis: 20 }), 50);
  });

  it(`mutated packets on a WebSocket are survived (PARLEY_SEED=${seed})`, async () => {
    await forEach(times(3_000, mutant), async (packet) => {
      const link = await Link.joined(base);
      link.send(pick([packet, packet.toString()]), Buffer.from([1, 2]));
      link.socket.close();
      await link.closedAfter("our own close");
    }, 50);
  });

  it(`mutated payloads in a POST are survived (PARLEY_SEED=${seed})`, async () => {
    await forEach(times(1_000, mutant), async (packet) => {
      const session = await Polling.open(base, { revision: pick([3, 4]) });
      await session.post(Buffer.concat([Buffer.from("40\x1e"), packet])).catch(() => {});
      await session.post(session.revision === 4 ? "1" : "1:1").catch(() => {});
    }, 50);
  });
}
