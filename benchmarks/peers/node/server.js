"use strict";

// The measured behaviour on Node's Socket.IO: node --expose-gc server.js --port N [--with-parent]

const { createServer } = require("node:http");
const { Server } = require("socket.io");

const args = process.argv.slice(2);
const port = Number(args[args.indexOf("--port") + 1]);

const http = createServer();
const io = new Server(http);

io.on("connection", (socket) => {
  socket.on("echo", (text, ack) => ack(text));
  socket.on("becho", (data, ack) => ack(data));
  socket.on("join", (room, ack) => {
    socket.join(room);
    ack();
  });
  socket.on("leave", (room, ack) => {
    socket.leave(room);
    ack();
  });
  socket.on("say", ({ room, data }) => io.to(room).emit("said", data));
  socket.on("all", (data) => io.emit("said", data));
  socket.on("mem", (ack) => {
    global.gc();
    const used = process.memoryUsage();
    ack(used.heapUsed + used.external);
  });
});

if (args.includes("--with-parent")) {
  process.stdin.on("end", () => process.exit(0)).resume();
}
http.listen({ port, host: "0.0.0.0", backlog: 4096 }, () => console.log(`ready ${port}`));
