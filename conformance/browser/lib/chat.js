import assert from "node:assert/strict";

/** Comes in by the form. */
export async function enter(page, name, room = "Lobby") {
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Room", { exact: true }).fill(room);
  await page.getByRole("button", { name: "Enter" }).click();
  await page.getByText(`You are in ${room}.`).waitFor();
}

export const field = (page) => page.getByLabel("Message", { exact: true });

/** Sends a message and waits until the server has taken it. */
export async function say(page, text) {
  await field(page).fill(text);
  await field(page).press("Enter");
  await message(page, text).waitFor();
  await page.locator(".pending").waitFor({ state: "detached" });
}

/** A message, by its text alone: exactly as it was written, not as markup. */
export const message = (page, text) => page.locator(".message .text").getByText(text, { exact: true });

/** Types until the others see it: what tells of it may be dropped. */
export async function typeUntilSeen(page, name, watcher) {
  const seen = watcher.getByText(`${name} is typing…`).waitFor();
  let done = false;
  seen.then(() => (done = true), () => (done = true));
  while (!done) await field(page).pressSequentially("so ", { delay: 100 });
  await seen;
}

/** Waits for the transport in use. */
export const transport = (page, name) => page.locator(`#transport[data-transport=${name}]`).waitFor();

/** Waits until exactly these are shown as online, in this order. */
export async function online(page, ...names) {
  await page.waitForFunction(
    (expected) => [...document.querySelectorAll("#people li > :last-child")].map((p) => p.textContent).join() === expected,
    names.join(),
  );
}

export async function assertMessages(page, ...texts) {
  assert.deepEqual(await page.locator(".message .text").allTextContents(), texts);
}
