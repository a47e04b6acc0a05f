const { searchParams } = new URL(location.href);
const transports = searchParams.get("transports")?.split(",");

// One connection carries both namespaces.
for (const [id, namespace] of [["signed", "/"], ["anonymous", "/anonymous"]]) {
  const socket = io(namespace, transports ? { transports } : {});
  const section = document.getElementById(id);
  const form = section.querySelector("form");
  const log = section.querySelector(".log");

  socket.on("new message", ({ nickname, message }) => {
    const line = document.createElement("p");
    const author = document.createElement("b");
    author.textContent = nickname;
    line.append(author, ` ${message}`);
    log.append(line);
    line.scrollIntoView({ block: "nearest" });
  });

  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    const { nickname, message } = form.elements;
    if (message.value.trim() === "") return;
    socket.emit("new message", { nickname: nickname?.value, message: message.value });
    message.value = "";
  });
}
