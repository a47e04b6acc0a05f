import { declareFormat } from "./lib/format.js";

// Server-side events are JSON here.
declareFormat("classic", { emitter: true, binaryForServers: false });
