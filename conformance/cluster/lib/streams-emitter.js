import { encode } from "@msgpack/msgpack";

const TYPES = { emit: 3, socketsJoin: 4, socketsLeave: 5, disconnectSockets: 6, serverSideEmit: 9 };

/**
 * Writes what @socket.io/redis-streams-emitter 0.1 does, since that package cannot be had from the registry: all goes through
 * the stream, server-side events too, and the sender is "emitter".
 */
export class StreamsEmitter {
  #redis;
  #namespace;
  #opts;

  constructor(redis, namespace = "/", opts = { rooms: [], except: [], flags: {} }) {
    this.#redis = redis;
    this.#namespace = namespace;
    this.#opts = opts;
  }

  of(namespace) {
    return new StreamsEmitter(this.#redis, namespace, this.#opts);
  }

  to(rooms) {
    return this.#with({ rooms: [...this.#opts.rooms, ...rooms] });
  }

  except(rooms) {
    return this.#with({ except: [...this.#opts.except, ...rooms] });
  }

  #with(change) {
    return new StreamsEmitter(this.#redis, this.#namespace, { ...this.#opts, ...change });
  }

  emit(...data) {
    return this.#add(TYPES.emit, { packet: { type: 2, data, nsp: this.#namespace }, opts: this.#opts });
  }

  socketsJoin(rooms) {
    return this.#add(TYPES.socketsJoin, { opts: this.#opts, rooms });
  }

  socketsLeave(rooms) {
    return this.#add(TYPES.socketsLeave, { opts: this.#opts, rooms });
  }

  disconnectSockets(close = false) {
    return this.#add(TYPES.disconnectSockets, { opts: this.#opts, close });
  }

  serverSideEmit(...packet) {
    return this.#add(TYPES.serverSideEmit, { packet });
  }

  #add(type, data) {
    const text = hasBinary(data) ? Buffer.from(encode(data)).toString("base64") : JSON.stringify(data);
    const entry = { uid: "emitter", nsp: this.#namespace, type: String(type), data: text };
    return this.#redis.xAdd("socket.io", "*", entry, { TRIM: { strategy: "MAXLEN", strategyModifier: "~", threshold: 10_000 } });
  }
}

function hasBinary(value) {
  if (ArrayBuffer.isView(value)) return true;
  return value !== null && typeof value === "object" && Object.values(value).some(hasBinary);
}
