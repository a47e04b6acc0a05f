import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startRabbitMq, startRedis } from "./lib/broker.js";
import { openPage, startBrowser } from "./lib/browser.js";
import { follow, live, logIn, news, startApart, startNotifications } from "./lib/notifications.js";
import { run, runProgram } from "./lib/program.js";

let example;
let browser;

before(async () => {
  [example, browser] = await Promise.all([startNotifications(), startBrowser()]);
});

after(() => Promise.allSettled([example?.stop(), browser?.close()]));

const open = (t, query = "", options) => openPage(t, browser, `${example.url}/${query}`, options);

const assertNoFailures = (...pages) => assert.deepEqual(pages.flatMap(({ failures }) => failures), []);

const unfollow = (page, name) => page.getByRole("button", { name: `Following ${name}`, exact: true }).click();

describe("the notifications", () => {
  for (const query of ["", "?transports=websocket", "?transports=polling"]) {
    it(`appear on every device of the followed, and nowhere else ${query}`, async (t) => {
      const [ada, grace, phone, edsger] = await Promise.all([1, 2, 3, 4].map(() => open(t, query)));
      await logIn(ada, "Ada");
      await logIn(grace, "Grace");
      await logIn(phone, "Grace");
      await logIn(edsger, "Edsger");

      await follow(ada, "Grace");
      for (const page of [grace, phone]) {
        await page.getByRole("status").getByText("Ada started following you").waitFor();
        await news(page).first().waitFor();
        assert.deepEqual(await news(page).allTextContents(), ["Ada started following you"]);
        assert.equal(await page.locator("#count").textContent(), "1");
      }
      // What is told to Edsger now comes after anything that was wrongly told before.
      await follow(grace, "Edsger");
      await news(edsger).first().waitFor();
      assert.deepEqual(await news(edsger).allTextContents(), ["Grace started following you"]);
      assert.equal(await news(ada).count(), 0);

      await unfollow(ada, "Grace");
      await unfollow(grace, "Edsger");
      await grace.getByRole("button", { name: "Follow Edsger", exact: true }).waitFor();
      assertNoFailures(ada, grace, phone, edsger);
    });
  }

  it("comes back as the same user after a reload, and knows whom she follows", async (t) => {
    const page = await open(t);
    await logIn(page, "Barbara");
    await follow(page, "Ada");
    await page.getByRole("button", { name: "Following Ada" }).waitFor();
    await page.reload();
    await live(page);
    assert.equal(await page.locator("#my-name").textContent(), "Barbara");
    await unfollow(page, "Ada");
    await page.getByRole("button", { name: "Follow Ada", exact: true }).waitFor();
    assertNoFailures(page);
  });

  it("says why a token is refused, and lets one log in again", async (t) => {
    const page = await open(t);
    await logIn(page, "Ada");
    await page.evaluate(() => {
      const session = JSON.parse(sessionStorage.getItem("session"));
      sessionStorage.setItem("session", JSON.stringify({ ...session, token: `${session.token}x` }));
    });
    await page.reload();
    await page.getByRole("alert").getByText("The token is not valid.").waitFor();
    await logIn(page, "Grace");
    await page.getByRole("button", { name: "Switch user" }).click();
    await page.getByRole("heading", { name: "Who are you?" }).waitFor();
  });

  it("fits a narrow screen", async (t) => {
    const page = await open(t, "", { viewport: { width: 340, height: 640 } });
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    await page.getByRole("button", { name: "Ada" }).waitFor();
    assert.ok((await width()) <= 340, `the login is ${await width()} px wide`);
    await logIn(page, "Ada");
    assert.ok((await width()) <= 340, `the page is ${await width()} px wide`);
    assertNoFailures(page);
  });

  it("works with the keyboard alone", async (t) => {
    const page = await open(t);
    await page.getByRole("button", { name: "Ada" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await live(page);
    await page.getByRole("button", { name: "Follow Grace", exact: true }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Following Grace" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Follow Grace", exact: true }).waitFor();
    assertNoFailures(page);
  });
});

const pushWithParley = (bus, message) =>
  runProgram("parley", ["emit", "--bus", bus, "--to", "2", "following_notification", JSON.stringify({ message })]);

// Only RabbitMQ's default format is Python's, too.
const PYTHON_PUSH = `
import sys, socketio
socketio.KombuManager(sys.argv[1], write_only=True).emit("following_notification", {"message": sys.argv[2]}, room="2")
`;
const pushWithPython = (bus, message) => run("/usr/bin/python3", ["-c", PYTHON_PUSH, bus, message]);

describe("the notifications of three processes", () => {
  const BROKERS = [
    ["Redis", startRedis],
    ["RabbitMQ", startRabbitMq],
  ];
  for (const [name, startBroker] of BROKERS) {
    it(`meet on ${name}, and take what others emit`, async (t) => {
      const bus = await startBroker(t);
      const [one, two] = await startApart(t, bus);
      const ada = await openPage(t, browser, one.url);
      const [grace, phone] = [await openPage(t, browser, one.url), await openPage(t, browser, two.url)];
      await logIn(ada, "Ada");
      await logIn(grace, "Grace");
      await logIn(phone, "Grace");

      await follow(ada, "Grace");
      for (const page of [grace, phone]) {
        await news(page).first().waitFor();
        assert.deepEqual(await news(page).allTextContents(), ["Ada started following you"]);
      }

      for (const push of [pushWithParley, pushWithPython].slice(0, bus.startsWith("amqp") ? 2 : 1)) {
        const message = `Maintenance at noon, says ${push.name}`;
        const toast = (page) => page.locator("#toast").getByText(message).waitFor();
        const seen = Promise.all([toast(grace), toast(phone)]);
        await push(bus, message);
        await seen;
        assert.ok(await ada.locator("#toast").isHidden());
      }
      assertNoFailures(ada, grace, phone);
    });
  }
});
