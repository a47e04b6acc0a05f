import { declarePython } from "./lib/python.js";
import { Redis } from "./lib/redis.js";

for (const format of ["python", "kombu"]) declarePython(format, () => Redis.start());
