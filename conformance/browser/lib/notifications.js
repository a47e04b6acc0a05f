import { startProgram } from "./program.js";

/** Starts the example on free ports, in one process. */
export const startNotifications = () => startProgram("example", "notifications", "--port", "0", "--rest-port", "0");

/** Logs in, and waits until the socket is connected. */
export async function logIn(page, name) {
  await page.getByRole("button", { name, exact: true }).click();
  await live(page);
}

export const live = (page) => page.locator("#state[data-state=live]").waitFor();

export const follow = (page, name) => page.getByRole("button", { name: `Follow ${name}`, exact: true }).click();

export const news = (page) => page.locator("#news li > span");
