import { declareFaults } from "./lib/faults.js";
import { declareFormat } from "./lib/format.js";

// Server-side events are JSON here.
declareFormat("classic", { emitter: true, binaryForServers: false });
declareFaults("classic");
