import { freePort } from "./broker.js";
import { startProgram } from "./program.js";

const example = (args, env) => startProgram("example", ["notifications", ...args], env);

/** Starts the example on free ports, in one process. */
export const startNotifications = () => example(["--port", "0", "--rest-port", "0"]);

/** Starts two servers of sockets and the REST service, each a process of its own, which meet on a bus. */
export async function startApart(t, bus) {
  const env = { NOTIFICATIONS_SECRET: "a secret that is shared by all three processes" };
  const start = async (...args) => {
    const started = await example([...args, "--bus", bus], env);
    t.after(started.stop);
    return started;
  };
  const ports = [await freePort(), await freePort()];
  const origins = ports.flatMap((port) => ["--page-origin", `http://localhost:${port}`]);
  const rest = await start("rest", "--rest-port", "0", ...origins);
  const nodes = ports.map((port) => start("sockets", "--port", String(port), "--rest-port", String(rest.port)));
  return Promise.all(nodes);
}

/** Logs in, and waits until the socket is connected. */
export async function logIn(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
  await live(page);
}

export const live = (page) => page.locator("#state[data-state=live]").waitFor();

export const follow = (page, name) => page.getByRole("button", { name: `Follow ${name}`, exact: true }).click();

export const news = (page) => page.locator("#news li > span");
