/** Waits for a promise, but no longer than `millis`; the error says what was awaited. */
export async function within(millis, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${millis} ms for ${what}`)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks again and again until the answer is true: for facts that the other side does not announce. */
export async function eventually(millis, what, probe) {
  const deadline = Date.now() + millis;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(`waited ${millis} ms until ${what}`);
    await pause(20);
  }
}

export const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
