const { searchParams } = new URL(location.href);
const transports = searchParams.get("transports")?.split(",");
const socket = io("/test", transports ? { transports } : {});
const log = document.querySelector("#log");

socket.on("my response", ({ data }) => {
  const line = document.createElement("p");
  line.textContent = `Received: ${data}`;
  log.append(line);
  line.scrollIntoView({ block: "nearest" });
});

function emitOnSubmit(form, event) {
  const input = form.querySelector("input");
  form.addEventListener("submit", (submit) => {
    submit.preventDefault();
    socket.emit(event, { data: input.value });
    input.value = "";
  });
}

emitOnSubmit(document.querySelector("form#emit"), "my event");
emitOnSubmit(document.querySelector("form#broadcast"), "my broadcast event");
