// An echo server and a client of the package ws. It prints the port when it
// listens, then a line for every message: who says it, of which client, in
// which direction, and its SHA-256.
//
//	node echo.js server
//	node echo.js client URL COUNT
const { createHash } = require("node:crypto");
const { WebSocket, WebSocketServer } = require("ws");

const deflate = { threshold: 1 };
function note(side, client, direction, data, binary) {
  console.log([side, client, direction, binary ? "binary" : "text", createHash("sha256").update(data).digest("hex")].join(" "));
}

if (process.argv[2] === "server") {
  const server = new WebSocketServer({ host: "127.0.0.4", port: 0, perMessageDeflate: deflate }, () => {
    console.log("listening on " + server.address().port);
  });
  server.on("connection", (socket, request) => {
    const client = request.socket.remoteAddress + ":" + request.socket.remotePort;
    socket.on("message", (data, binary) => {
      note("server", client, "c2s", data, binary);
      note("server", client, "s2c", data, binary);
      socket.send(data, { binary });
    });
  });
  // It ends by itself once all that it prints has been read.
  process.once("SIGTERM", () => server.close());
} else {
  const [, , , url, count] = process.argv;
  const socket = new WebSocket(url, { perMessageDeflate: deflate, localAddress: "127.0.0.2" });
  let left = Number(count);
  let client;
  socket.on("open", () => {
    client = "127.0.0.2:" + socket._socket.localPort;
    for (let i = 0; i < Number(count); i++) {
      const size = [0, 1, 125, 126, 1400, 65535, 65536, 200000][i % 8];
      const binary = i % 3 === 0;
      const data = binary ? Buffer.alloc(size, i) : "é".repeat(size / 2);
      note("client", client, "c2s", data, binary);
      socket.send(data, { binary });
    }
  });
  socket.on("message", (data, binary) => {
    note("client", client, "s2c", data, binary);
    if (--left === 0) socket.close(1000, "done");
  });
}
