import { startProgram } from "./program.js";

/** Starts the demo; 0 takes a free port. */
export const startDemo = (port = 0) => startProgram("demo", ["--port", String(port)]);
