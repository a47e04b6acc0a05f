import { declareFaults } from "./lib/faults.js";
import { declareFormat } from "./lib/format.js";

declareFormat("streams", { emitter: true, binaryForServers: true });
declareFaults("streams");
