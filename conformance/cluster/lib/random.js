/** A small generator of random numbers (mulberry32) that says the same for the same seed. */
export class Random {
  #state;

  constructor(seed) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** Seeded by PARLEY_SEED, or else by the time. */
  static ofThisRun() {
    return new Random(Number(process.env.PARLEY_SEED ?? Date.now() % 2 ** 32));
  }

  /** From 0 to `bound`, which is not included. */
  below(bound) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  }

  /** One of them. */
  pick(items) {
    return items[this.below(items.length)];
  }

  /** So many different ones of them. */
  some(count, items) {
    const left = [...items];
    return Array.from({ length: count }, () => left.splice(this.below(left.length), 1)[0]);
  }
}
