/** A buffer with memory of its own: a small Buffer shares a pool, and the first clients send the whole pool. */
export function bytes(...values) {
  const buffer = Buffer.alloc(values.length);
  buffer.set(values);
  return buffer;
}

/**
 * A deep copy whose buffers hide their `buffer` property. Client 1.3.5 was written before Node's buffers had one,
 * mistakes it for an ArrayBuffer and sends zeros.
 */
export function withoutArrayBuffers(value) {
  if (Buffer.isBuffer(value)) {
    return Object.defineProperty(bytes(...value), "buffer", { value: undefined });
  }
  if (Array.isArray(value)) return value.map(withoutArrayBuffers);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutArrayBuffers(inner)]));
}
