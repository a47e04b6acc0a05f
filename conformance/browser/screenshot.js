import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { openPage, startBrowser } from "./lib/browser.js";
import { enter, say, transport, typeUntilSeen } from "./lib/chat.js";
import { startDemo } from "./lib/demo.js";

// npm run screenshot: takes the picture of the README anew.
const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
const cleanUps = [];
const test = { after: (cleanUp) => cleanUps.push(cleanUp) };

async function visitor(name, room) {
  const page = await openPage(test, browser, `${demo.url}/chat/`, { viewport: { width: 1200, height: 720 } });
  await enter(page, name, room);
  await transport(page, "websocket");
  return page;
}

try {
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
  await mkdir(images, { recursive: true });
  await ada.screenshot({ path: `${images}chat.png` });
} finally {
  await Promise.allSettled([demo.stop(), browser.close()]);
}
