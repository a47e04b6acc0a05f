import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { openPage, startBrowser } from "./lib/browser.js";
import { enter, say, transport, typeUntilSeen } from "./lib/chat.js";
import { startDemo } from "./lib/demo.js";
import { follow, logIn, news, startNotifications } from "./lib/notifications.js";

// npm run screenshot: takes the pictures of the documentation anew.
const cleanUps = [];
const test = { after: (cleanUp) => cleanUps.push(cleanUp) };
const [demo, example, browser] = await Promise.all([startDemo(), startNotifications(), startBrowser()]);

async function take(page, path) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await page.screenshot({ path: file });
}

async function visitor(name, room) {
  const page = await openPage(test, browser, `${demo.url}/chat/`, { viewport: { width: 1200, height: 720 } });
  await enter(page, name, room);
  await transport(page, "websocket");
  return page;
}

async function chat() {
  await visitor("Linus", "Garden");
  const ada = await visitor("Ada", "Lobby");
  const grace = await visitor("Grace", "Lobby");
  const edsger = await visitor("Edsger", "Lobby");
  await say(ada, "Morning! Did the upgrade to WebSocket go through on your side?");
  await say(grace, "It did, while I was typing.");
  await say(grace, "Nothing lost, nothing twice, nothing out of order.");
  await say(edsger, "Still on long-polling here: the proxy of the office. The chat does not care.");
  await say(ada, "Then I will restart the server now and see who notices.");
  await typeUntilSeen(grace, "Grace", ada);
  await take(ada, "docs/images/chat.png");
}

async function user(name) {
  const page = await openPage(test, browser, example.url, { viewport: { width: 1000, height: 480 } });
  await logIn(page, name);
  return page;
}

async function notifications() {
  const [ada, grace, edsger] = [await user("Ada"), await user("Grace"), await user("Edsger")];
  await follow(ada, "Grace");
  await follow(grace, "Ada");
  await news(ada).first().waitFor();
  await follow(edsger, "Ada");
  await news(ada).nth(1).waitFor();
  await ada.waitForFunction(() => document.getAnimations().length === 0);
  await take(ada, "examples/notifications/notifications.png");
}

try {
  for (const picture of process.argv.length > 2 ? process.argv.slice(2) : ["chat", "notifications"]) {
    await { chat, notifications }[picture]();
  }
} finally {
  await Promise.allSettled([demo.stop(), example.stop(), browser.close()]);
}
