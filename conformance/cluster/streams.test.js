import { declareFormat } from "./lib/format.js";

declareFormat("streams", { emitter: true, binaryForServers: true });
