import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openPage, startBrowser } from "./lib/browser.js";
import { assertMessages, enter, field, message, online, say, transport, typeUntilSeen } from "./lib/chat.js";
import { startDemo } from "./lib/demo.js";

const WAYS = [
  { name: "polling, then WebSocket", query: "", ends: "websocket", words: "WebSocket" },
  { name: "WebSocket only", query: "?transports=websocket", ends: "websocket", words: "WebSocket" },
  { name: "polling only", query: "?transports=polling", ends: "polling", words: "HTTP long-polling" },
];

let demo;
let browser;

before(async () => {
  [demo, browser] = await Promise.all([startDemo(), startBrowser()]);
});

after(() => Promise.allSettled([demo?.stop(), browser?.close()]));

const open = (t, path, options) => openPage(t, browser, demo.url + path, options);

const assertNoFailures = (...pages) => assert.deepEqual(pages.flatMap(({ failures }) => failures), []);

describe("the chat", () => {
  for (const { name, query, ends, words } of WAYS) {
    it(`connects two tabs over ${name}`, async (t) => {
      const [ada, bo] = [await open(t, `/chat/${query}`), await open(t, `/chat/${query}`)];
      const room = `Way ${ends} ${query.length}`;
      await enter(ada, "Ada", room);
      await enter(bo, "Bo", room);
      await Promise.all([transport(ada, ends), transport(bo, ends)]);
      assert.equal(await ada.locator("#transport").textContent(), words);

      await ada.getByText("Bo joined.").waitFor();
      await online(ada, "Ada (you)", "Bo");
      await online(bo, "Bo (you)", "Ada");

      await typeUntilSeen(bo, "Bo", ada);
      await say(bo, "Hello, Ada — 👩‍👩‍👧‍👦 и привет");
      await message(ada, "Hello, Ada — 👩‍👩‍👧‍👦 и привет").waitFor();
      await ada.getByText("is typing").waitFor({ state: "hidden" });
      await say(ada, "<img src=x onerror=alert(1)><b>bold</b>");
      await message(bo, "<img src=x onerror=alert(1)><b>bold</b>").waitFor();
      assert.equal(await bo.locator("#messages img, #messages .text b").count(), 0);

      await bo.close();
      await ada.getByText("Bo left.").waitFor();
      await online(ada, "Ada (you)");
      assertNoFailures(ada, bo);
    });
  }

  it("keeps rooms apart and shows where people are", async (t) => {
    const [ada, bo] = [await open(t, "/chat/"), await open(t, "/chat/")];
    await enter(ada, "Ada", "Attic");
    await enter(bo, "Bo", "Cellar");
    await say(bo, "Nobody up there hears this");

    await ada.getByRole("button", { name: "Cellar 1" }).click();
    await ada.getByRole("heading", { name: "Cellar" }).waitFor();
    await online(ada, "Ada (you)", "Bo");
    await say(bo, "Welcome down here");
    await message(ada, "Welcome down here").waitFor();
    await assertMessages(ada, "Welcome down here");

    await ada.getByRole("textbox", { name: "New room" }).fill("Roof");
    await ada.getByRole("button", { name: "Go to the new room" }).click();
    await bo.getByText("Ada left.").waitFor();
    await bo.getByRole("button", { name: "Roof 1" }).waitFor();
    assertNoFailures(ada, bo);
  });

  it("comes back to its room after a reload", async (t) => {
    const ada = await open(t, "/chat/");
    await enter(ada, "Ada", "Den");
    await ada.reload();
    await ada.getByText("You are in Den.").waitFor();
    await online(ada, "Ada (you)");
    assertNoFailures(ada);
  });

  it("says why a name is refused", async (t) => {
    const page = await open(t, "/chat/");
    await page.getByLabel("Your name").evaluate((input) => input.removeAttribute("maxlength"));
    await page.getByLabel("Your name").fill("A name that is longer than any name should be");
    await page.getByRole("button", { name: "Enter" }).click();
    await page.getByRole("alert").getByText("at most 24 characters").waitFor();
    await enter(page, "Short", "Porch");
    assertNoFailures(page);
  });

  it("works with the keyboard alone, and everything has a name", async (t) => {
    const page = await open(t, "/chat/");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Ada");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Hut");
    await page.keyboard.press("Enter");
    await page.getByText("You are in Hut.").waitFor();
    await page.keyboard.type("typed without a mouse");
    await page.keyboard.press("Enter");
    await message(page, "typed without a mouse").waitFor();

    const nameless = await page.locator("button, input, a").evaluateAll((controls) =>
      controls
        .filter((control) => control.checkVisibility())
        .filter(({ labels, textContent, ariaLabel }) => !(labels?.length || textContent.trim() || ariaLabel))
        .map(({ outerHTML }) => outerHTML),
    );
    assert.deepEqual(nameless, []);
    assertNoFailures(page);
  });

  it("fits a narrow screen", async (t) => {
    const page = await open(t, "/chat/?transports=polling", { viewport: { width: 360, height: 640 } });
    await enter(page, "Ada", "Pocket");
    await say(page, "a-very-long-word-without-a-break-".repeat(8));
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `the page is ${width} px wide`);
    assert.ok(await field(page).isVisible());
    assertNoFailures(page);
  });

  it("tells of a lost connection and comes back when the server does", async (t) => {
    const own = await startDemo();
    let again;
    t.after(() => Promise.all([own.stop(), again?.stop()]));
    const pages = [];
    for (const query of ["", "?transports=polling"]) {
      const page = await openPage(t, browser, `${own.url}/chat/${query}`);
      await enter(page, `Ada${pages.length}`, "Harbour");
      pages.push(page);
    }
    await transport(pages[0], "websocket");

    await own.stop();
    for (const page of pages) {
      await page.getByRole("status").getByText("Trying again…").waitFor();
      assert.equal(await page.locator("#transport").textContent(), "Offline");
      assert.ok(await page.getByRole("button", { name: "Send" }).isDisabled());
    }

    again = await startDemo(own.port);
    for (const page of pages) await page.getByRole("status").getByText("Back online.").waitFor({ timeout: 20_000 });
    await online(pages[0], "Ada0 (you)", "Ada1");
    await say(pages[0], "Here we are again");
    await message(pages[1], "Here we are again").waitFor();
  });
});

describe("echo and broadcast", () => {
  const lines = (page) => page.locator("#log p");
  const send = async (page, form, text) => {
    await page.locator(`#${form}_data`).fill(text);
    await page.locator(`form#${form} button`).click();
  };

  for (const { name, query } of WAYS) {
    it(`answers the sender or everybody over ${name}`, async (t) => {
      const [one, two] = [await open(t, `/echo/${query}`), await open(t, `/echo/${query}`)];
      for (const page of [one, two]) await page.getByText("Received: Connected").waitFor();

      await send(one, "emit", "only me");
      await one.getByText("Received: only me").waitFor();
      await send(one, "broadcast", "all of us <i>");
      for (const page of [one, two]) await page.getByText("Received: all of us <i>").waitFor();

      const expected = ["Received: Connected", "Received: only me", "Received: all of us <i>"];
      assert.deepEqual(await lines(one).allTextContents(), expected);
      assert.deepEqual(await lines(two).allTextContents(), [expected[0], expected[2]]);
      assertNoFailures(one, two);
    });
  }
});

describe("the anonymous chat", () => {
  const lines = (page, id) => page.locator(`#${id} .log p`);
  const send = async (page, id, text) => {
    await page.locator(`#${id}`).getByLabel("Message").fill(text);
    await page.locator(`#${id}`).getByRole("button").click();
  };

  for (const { name, query } of WAYS) {
    it(`keeps its two namespaces apart over ${name}`, async (t) => {
      const [one, two] = [await open(t, `/anonymous/${query}`), await open(t, `/anonymous/${query}`)];
      await one.getByLabel("Nickname").fill("Ada");
      await send(one, "signed", "I sign this");
      await send(one, "anonymous", "and not this");
      for (const page of [one, two]) {
        await page.getByText("I sign this").waitFor();
        await page.getByText("and not this").waitFor();
        assert.deepEqual(await lines(page, "signed").allTextContents(), ["Ada I sign this"]);
        assert.deepEqual(await lines(page, "anonymous").allTextContents(), ["Anonymous and not this"]);
      }
      assertNoFailures(one, two);
    });
  }
});

it("leads from the first page to all three", async (t) => {
  const page = await open(t, "/");
  for (const title of ["Chat", "Echo and broadcast", "Anonymous chat"]) {
    await page.goto(`${demo.url}/`);
    await page.getByRole("link", { name: title, exact: true }).click();
    await page.waitForURL(/\/(chat|echo|anonymous)\/$/);
    assert.ok((await page.title()).toLowerCase().includes(title.toLowerCase()));
  }
  assertNoFailures(page);
});
