/**
 * Stands between a client and redis-server, passes everything on, and does two things that a server
 * does not do, so that the client alone is measured:
 *
 * - After a client has subscribed, one message is published for real; the bytes in which the server
 *   delivers it are then repeated as fast as the client takes them. No server can publish that fast.
 * - After `GET bench:mute` the connection is read but not answered any more.
 *
 * node proxy.mjs <port> <port of the server>
 */
import net from "node:net";
import { wireOf } from "./contenders/floor.mjs";
import { CHANNEL, MESSAGE, MUTE_KEY } from "./data.mjs";

const BLOCK = 65_536;
const [port, upstreamPort] = process.argv.slice(2).map(Number);

net
  .createServer({ noDelay: true }, (client) => {
    const upstream = net.connect({ host: "127.0.0.1", port: upstreamPort, noDelay: true });
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);

    let muted = false;
    client.on("data", (bytes) => {
      if (muted) return;
      muted = bytes.includes(MUTE_KEY);
      if (!muted) upstream.write(bytes);
    });

    let repeating = false;
    upstream.on("data", (bytes) => {
      if (repeating) return;
      client.write(bytes);
      if (bytes.includes(MESSAGE)) {
        repeating = true;
        repeat(client, bytes);
      } else if (bytes.includes("subscribe\r\n") && bytes.includes(CHANNEL)) publishOnce();
    });
  })
  .listen(port, "127.0.0.1");

function publishOnce() {
  const socket = net.connect({ host: "127.0.0.1", port: upstreamPort });
  socket.write(wireOf("PUBLISH", CHANNEL, MESSAGE));
  socket.on("error", () => {}).once("data", () => socket.destroy());
}

function repeat(client, message) {
  const block = Buffer.concat(Array(Math.ceil(BLOCK / message.length)).fill(message));
  const pump = () => {
    for (let i = 0; i < 16; i++) {
      if (client.destroyed) return;
      if (!client.write(block)) return client.once("drain", pump);
    }
    setImmediate(pump);
  };
  pump();
}
