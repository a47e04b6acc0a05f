import { createServer } from "node:http";
import { createAdapter, createShardedAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { createAdapter as createStreamsAdapter } from "@socket.io/redis-streams-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";
import { StreamsEmitter } from "./lib/streams-emitter.js";

// node node-server.js FORMAT REDIS: a node of a cluster whose clients make it do all that a cluster can, as
// ClusterServer.java does on Parley. FORMAT is classic, sharded-static, sharded-dynamic, sharded-dynamic-private or streams.
const [format, url] = process.argv.slice(2);

// The classic adapter does not look at what becomes of its messages; without Redis that would end the process.
process.on("unhandledRejection", () => {});

async function connect() {
  const client = createClient({ url, socket: { reconnectStrategy: 100 } });
  client.on("error", () => {}); // It tries again by itself.
  return client.connect();
}

async function wire() {
  const publisher = await connect();
  switch (format) {
    case "classic":
      return { adapter: createAdapter(publisher, await connect()), emitter: new Emitter(publisher) };
    case "streams":
      return { adapter: createStreamsAdapter(publisher), emitter: new StreamsEmitter(publisher) };
    default: {
      const subscriptionMode = /^sharded-(static|dynamic|dynamic-private)$/.exec(format)[1];
      return { adapter: createShardedAdapter(publisher, await connect(), { subscriptionMode }) };
    }
  }
}

const { adapter, emitter } = await wire();
const http = createServer();
const io = new Server(http, { adapter });

/** What clients may ask for; the value is the answer. Choices are {from, rooms, except, timeout, local}. */
function actionsOf(namespace) {
  const chosen = ({ from, rooms, except, timeout, local }) => {
    const all = from === "emitter" ? emitter.of(namespace.name) : namespace;
    const some = rooms ? all.to(rooms) : all;
    const fewer = except ? some.except(except) : some;
    const patient = timeout ? fewer.timeout(timeout) : fewer;
    return local ? patient.local : patient;
  };
  // A broadcast that asks needs a timeout; without, the reference gives up after a millisecond.
  const ask = (choice, event, args) =>
    new Promise((resolve) => {
      chosen({ timeout: 5_000, ...choice }).emit(event, ...args, (error, answers) => {
        resolve({ answers, complete: !error });
      });
    });
  return {
    join: (socket, rooms) => socket.join(rooms),
    leave: (socket, rooms) => rooms.forEach((room) => socket.leave(room)),
    describe: (socket, name, profile) => void Object.assign(socket.data, { name, profile }),
    say: (socket, rooms, ...args) => void namespace.to(rooms).emit("said", ...args),
    emit: (socket, choice, event, ...args) => void chosen(choice).emit(event, ...args),
    ask: (socket, choice, event, ...args) => ask(choice, event, args),
    fetch: async (socket, choice) => {
      try {
        return { sockets: (await chosen(choice).fetchSockets()).map(shown) };
      } catch (error) {
        return { error: String(error) };
      }
    },
    "sockets join": (socket, choice, rooms) => void chosen(choice).socketsJoin(rooms),
    "sockets leave": (socket, choice, rooms) => void chosen(choice).socketsLeave(rooms),
    "disconnect sockets": (socket, choice, close) => void chosen(choice).disconnectSockets(close),
    "tell servers": (socket, { from }, event, ...args) =>
      void (from === "emitter" ? emitter.of(namespace.name) : namespace).serverSideEmit(event, ...args),
    "ask servers": (socket, choice, event, ...args) =>
      new Promise((resolve) => {
        namespace.serverSideEmit(event, ...args, (error, answers) => {
          resolve(error ? { answers, error: String(error) } : { answers });
        });
      }),
    remote: async (socket, id, what, ...args) => {
      const found = await namespace.to(id).fetchSockets();
      const act = {
        emit: (...event) => found[0].emit(...event),
        join: (rooms) => found[0].join(rooms),
        leave: (rooms) => rooms.forEach((room) => found[0].leave(room)),
        disconnect: () => found[0].disconnect(true),
        ask: (...event) => found[0].timeout(5_000).emitWithAck(...event),
      }[what];
      const answer = await act(...args);
      return what === "ask" ? answer : found.length;
    },
    health: () => ({}),
    // For what clients of other languages cannot make a node say.
    "emit values": (socket, rooms) => void namespace.to(rooms).emit("values", ...javaScriptValues()),
    "join numbers": (socket, numbers) => socket.join(numbers),
  };
}

/** What JavaScript can say and JSON cannot, as far as each adapter lets another node of Node have the same as its own clients. */
function javaScriptValues() {
  const numbers = [-0, 0.1, -1, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), NaN, -Infinity];
  const absent = [undefined, { here: undefined, there: null }];
  const dates = [new Date(0), { when: new Date(1e12 + 7) }];
  return [numbers, absent, dates, new Uint8Array([1, 2]), { view: new Uint8Array([0, 1, 2, 3]).subarray(1, 3) }];
}

const shown = ({ id, handshake, rooms, data }) => ({ id, handshake, rooms: [...rooms], data });

for (const name of ["/", "/side"]) {
  const namespace = io.of(name);
  const actions = Object.entries(actionsOf(namespace));
  namespace.on("connection", (socket) => {
    for (const [event, action] of actions) {
      socket.on(event, async (...args) => {
        const reply = typeof args.at(-1) === "function" ? args.pop() : () => {};
        reply((await action(socket, ...args)) ?? null);
      });
    }
  });
  namespace.on("greet", (...args) => {
    const reply = typeof args.at(-1) === "function" ? args.pop() : () => {};
    namespace.local.emit("greeted", ...args);
    reply({ by: "node", args });
  });
}

http.listen(0, "127.0.0.1", () => console.log(`listening on ${http.address().port}`));
