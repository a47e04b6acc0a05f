const $ = (selector) => document.querySelector(selector);
const { searchParams } = new URL(location.href);
const transports = searchParams.get("transports")?.split(",");

const me = { name: sessionStorage.getItem("name"), room: sessionStorage.getItem("room") };
const socket = io("/chat", {
  autoConnect: false,
  auth: (give) => give({ name: me.name }),
  ...(transports && { transports }),
});

/* Coming in */

$("#enter").addEventListener("submit", (submit) => {
  submit.preventDefault();
  const { name, room } = $("#enter").elements;
  enter(name.value.trim(), room.value.trim());
});

function enter(name, room) {
  Object.assign(me, { name, room });
  socket.connect();
}

socket.on("connect", () => {
  sessionStorage.setItem("name", me.name);
  $("#my-name").textContent = me.name;
  fillAvatar($("#my-avatar"), me.name);
  const wasHere = !$("#chat").hidden;
  $("#welcome").hidden = true;
  $("#chat").hidden = false;
  if (wasHere) notice("Back online.", 4000);
  // The server knows a connection, not a person: after a reconnect it has to be told the room again.
  join(me.room);
});

socket.on("connect_error", (error) => {
  if (socket.active) {
    notice("The server cannot be reached. Trying again…");
    return;
  }
  $("#chat").hidden = true;
  $("#welcome").hidden = false;
  $("#refusal").textContent = error.message;
});

/* The connection */

socket.on("disconnect", (reason) => {
  showTransport();
  [...typists.keys()].forEach(stopTyping);
  const sentAway = reason === "io server disconnect";
  notice(sentAway ? "The server sent you away. Reload the page to come back." : "Connection lost. Trying again…");
});

socket.io.on("open", () => {
  showTransport();
  socket.io.engine.on("upgrade", showTransport);
});

function showTransport() {
  const name = socket.io.engine?.readyState === "open" ? socket.io.engine.transport.name : "offline";
  const words = { websocket: "WebSocket", polling: "HTTP long-polling" };
  $("#transport").textContent = words[name] ?? "Offline";
  $("#transport").dataset.transport = name;
  $("#compose button").disabled = name === "offline";
}

let noticeTimer;

function notice(text, millis) {
  clearTimeout(noticeTimer);
  $("#notice").textContent = text;
  if (millis) noticeTimer = setTimeout(() => notice(""), millis);
}

/* Rooms and people */

function join(room) {
  const moves = $("#room-title").textContent !== room;
  socket.emit("join", room, (joined) => {
    me.room = joined;
    sessionStorage.setItem("room", joined);
    if (moves) $("#messages").replaceChildren();
    $("#room-title").textContent = joined;
    announce(`You are in ${joined}.`);
    showPeople();
    $("#text").focus();
  });
}

$("#new-room").addEventListener("submit", (submit) => {
  submit.preventDefault();
  join($("#new-room-name").value.trim());
  $("#new-room-name").value = "";
});

let people = [];

socket.on("people", (everybody) => {
  people = everybody.filter(({ room }) => room !== "");
  showPeople();
});

function showPeople() {
  const crowds = new Map([["Lobby", 0], [me.room, 0]]);
  for (const { room } of people) crowds.set(room, (crowds.get(room) ?? 0) + 1);
  $("#rooms").replaceChildren(...[...crowds].sort(byName).map(([room, count]) => roomButton(room, count)));

  const here = people.filter(({ room }) => room === me.room);
  here.sort((a, b) => (b.id === socket.id) - (a.id === socket.id) || a.name.localeCompare(b.name));
  $("#head-count").textContent = here.length;
  $("#people").replaceChildren(...here.map(({ id, name }) => {
    const avatar = fillAvatar(element("span", "avatar"), name);
    return element("li", "", avatar, element("span", "", id === socket.id ? `${name} (you)` : name));
  }));
}

const byName = ([a], [b]) => a.localeCompare(b);

function roomButton(room, count) {
  const button = element("button", "", element("span", "", room), element("span", "count", String(count)));
  if (room === me.room) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => room === me.room || join(room));
  return element("li", "", button);
}

/* Messages */

socket.on("said", (name, text) => {
  stopTyping(name);
  addMessage(name, text);
});
socket.on("joined", (name) => announce(`${name} joined.`));
socket.on("left", (name) => {
  stopTyping(name);
  announce(`${name} left.`);
});

$("#compose").addEventListener("submit", (submit) => {
  submit.preventDefault();
  const text = $("#text").value.trim();
  if (text === "" || !socket.connected) return;
  $("#text").value = "";
  toldAt = 0;
  const message = addMessage(me.name, text, "mine");
  message.classList.add("pending");
  socket.timeout(10_000).emit("say", text, (error, delivered) => {
    message.classList.remove("pending");
    if (error || !delivered) message.classList.add("failed");
  });
});

function addMessage(name, text, kind = "theirs") {
  const last = $("#messages").lastElementChild;
  const follows = last?.dataset.author === name && last.classList.contains(kind);
  const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const head = element("p", "head", element("b", "", name), element("time", "", time));
  const bubble = element("div", "bubble", head, element("p", "text", text));
  const item = element("li", `message ${kind}`, fillAvatar(element("span", "avatar"), name), bubble);
  item.classList.toggle("follows", follows);
  item.dataset.author = name;
  return append(item);
}

const announce = (text) => append(element("li", "announcement", text));

function append(item) {
  const log = $("#messages");
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  log.append(item);
  if (atEnd) log.scrollTop = log.scrollHeight;
  return item;
}

/* Typing */

const typists = new Map();
let toldAt = 0;

$("#text").addEventListener("input", () => {
  if (Date.now() - toldAt < 1000 || !socket.connected) return;
  toldAt = Date.now();
  socket.emit("typing");
});

socket.on("typing", (name) => {
  clearTimeout(typists.get(name));
  typists.set(name, setTimeout(() => stopTyping(name), 3000));
  showTyping();
});

function stopTyping(name) {
  clearTimeout(typists.get(name));
  typists.delete(name);
  showTyping();
}

function showTyping() {
  const names = [...typists.keys()];
  const verb = names.length === 1 ? "is" : "are";
  $("#typing").textContent = names.length === 0 ? "" : `${names.join(", ")} ${verb} typing…`;
}

/* Drawing. Text is only ever set as text, never as markup. */

function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

function fillAvatar(avatar, name) {
  let hue = 0;
  for (const char of name) hue = (hue * 31 + char.codePointAt(0) * 137) % 360;
  avatar.style.setProperty("--hue", hue);
  avatar.textContent = [...name][0].toUpperCase();
  avatar.ariaHidden = "true";
  return avatar;
}

if (me.name && me.room) enter(me.name, me.room);
