"use strict";

const $ = (id) => document.getElementById(id);

/** The token is kept for this tab alone, so that another tab can be another user. */
const session = {
  get: () => JSON.parse(sessionStorage.getItem("session")),
  set: (value) => sessionStorage.setItem("session", JSON.stringify(value)),
  clear: () => sessionStorage.removeItem("session"),
};

let rest;
let users = [];
let socket;
let toastTimer;

async function call(method, path, body) {
  const token = session.get()?.token;
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  if (body) headers["content-type"] = "application/json";
  const response = await fetch(rest + path, { method, headers, body: body && JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error), { status: response.status });
  return answer;
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const avatar = (source, size) => element("img", { src: source, alt: "", width: size, height: size });

function showLogin(why = "") {
  socket?.disconnect();
  session.clear();
  $("app").hidden = true;
  $("login").hidden = false;
  $("refusal").textContent = why;
}

function fillLogin() {
  $("users").replaceChildren(
    ...users.map((user) => {
      const button = element("button", { type: "button" }, avatar(user.avatar, 64), user.name);
      button.addEventListener("click", () => logIn(user));
      return element("li", {}, button);
    }),
  );
}

async function logIn(user) {
  try {
    session.set(await call("POST", "/login", { user: user.id }));
    await enter();
  } catch (error) {
    showLogin(error.message);
  }
}

async function enter() {
  const { user } = session.get();
  document.title = `${user.name} – Notifications`;
  $("my-name").textContent = user.name;
  $("my-avatar").src = user.avatar;
  $("login").hidden = true;
  $("app").hidden = false;
  $("news").replaceChildren();
  countNews();
  connect();
  await fillPeople(user);
}

async function fillPeople(me) {
  const following = await call("GET", "/following");
  $("people").replaceChildren(
    ...users
      .filter(({ id }) => id !== me.id)
      .map((user) => element("li", {}, avatar(user.avatar, 48), element("span", {}, user.name), followButton(user, following))),
  );
}

function followButton(user, following) {
  const button = element("button", { type: "button" });
  let on = following.includes(user.id);
  let busy = false;
  const show = () => {
    button.textContent = on ? "Following" : "Follow";
    button.className = on ? "" : "primary";
    button.setAttribute("aria-label", `${button.textContent} ${user.name}`);
  };
  button.addEventListener("click", async () => {
    // Not disabled: a disabled button loses the focus.
    if (busy) return;
    busy = true;
    $("problem").textContent = "";
    try {
      await call(on ? "DELETE" : "POST", `/follow/${encodeURIComponent(user.id)}`);
      on = !on;
      show();
    } catch (error) {
      if (error.status === 401) showLogin(error.message);
      else $("problem").textContent = error.message;
    } finally {
      busy = false;
    }
  });
  show();
  return button;
}

function connect() {
  showState("waiting", "Connecting…");
  const way = new URLSearchParams(location.search).get("transports");
  // The function is asked at every attempt, so that a new token is used once there is one.
  socket = io({
    auth: (send) => send({ token: session.get()?.token }),
    forceNew: true,
    ...(way && { transports: way.split(",") }),
  });
  socket.on("connect", () => showState("live", "Live"));
  socket.on("disconnect", () => showState("waiting", "Offline, trying again…"));
  socket.on("connect_error", (error) => {
    // With data it is the server's decision; else it cannot be reached, and the client tries again.
    if (error.data?.code) showLogin(error.message);
    else showState("waiting", "Offline, trying again…");
  });
  socket.on("following_notification", ({ message }) => toast(message));
  socket.on("new_follower", addNews);
}

function showState(state, words) {
  $("state").dataset.state = state;
  $("state").textContent = words;
}

function addNews({ follower_name, follower_avatar, timestamp }) {
  const when = new Date(timestamp);
  const time = element("time", { dateTime: when.toISOString() });
  time.textContent = when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const words = element("span", {}, element("strong", {}, follower_name), " started following you");
  $("news").prepend(element("li", {}, avatar(follower_avatar, 48), words, time));
  countNews();
}

function countNews() {
  const count = $("news").children.length;
  $("count").textContent = count;
  $("count").hidden = count === 0;
  $("nothing").hidden = count > 0;
}

function toast(message) {
  $("toast").textContent = message;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => ($("toast").hidden = true), 4000);
}

async function start() {
  $("leave").addEventListener("click", () => showLogin());
  try {
    ({ rest } = await (await fetch("/settings.json")).json());
    users = await call("GET", "/users");
  } catch {
    $("refusal").textContent = "The REST service cannot be reached. Is it running?";
    return;
  }
  fillLogin();
  if (session.get()) await enter().catch((error) => showLogin(error.message));
}

start();
