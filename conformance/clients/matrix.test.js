import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe } from "node:test";
import { declareChecks } from "./lib/checks.js";
import { LATEST, MODES, VERSIONS } from "./lib/clients.js";
import { declareUpgradeChecks } from "./lib/upgrade.js";

const { PARLEY_URL, PARLEY_MSGPACK_URL } = process.env;
assert.ok(PARLEY_URL && PARLEY_MSGPACK_URL, "set PARLEY_URL and PARLEY_MSGPACK_URL, or start this with run.js");
const msgpack = createRequire(import.meta.url)("socket.io-msgpack-parser");

describe("every client over every transport", { concurrency: 6 }, () => {
  for (const mode of MODES) {
    for (const version of VERSIONS) {
      describe(`socket.io-client ${version} over ${mode.name}`, () => {
        const cell = { url: PARLEY_URL, version, mode };
        declareChecks(cell);
        if (mode.name === "upgrade") declareUpgradeChecks(cell);
      });
    }
    describe(`socket.io-client ${LATEST} with msgpack over ${mode.name}`, () => {
      const cell = { url: PARLEY_MSGPACK_URL, version: LATEST, mode, parser: msgpack };
      declareChecks(cell);
      if (mode.name === "upgrade") declareUpgradeChecks(cell);
    });
  }
});
