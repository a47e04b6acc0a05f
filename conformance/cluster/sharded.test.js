import { declareFaults } from "./lib/faults.js";
import { declareFormat } from "./lib/format.js";

for (const format of ["sharded-dynamic", "sharded-dynamic-private", "sharded-static"]) {
  declareFormat(format, { emitter: false, binaryForServers: true });
}
declareFaults("sharded-dynamic");
