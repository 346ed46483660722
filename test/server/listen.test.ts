/** Sockets: clients whose requests arrive in pieces, in turn, while others wait, and who never read. */
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";

let server: MiniServer | undefined;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
});

interface Client {
  write(text: string): Promise<void>;
  /** Wait until this has come. */
  until(text: string): Promise<void>;
}

async function client(port: number): Promise<Client> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.setNoDelay(true);
  let heard = "";
  let wake = (): void => {};
  socket.on("data", (chunk) => {
    heard += chunk.toString("latin1");
    wake();
  });
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  return {
    write: (text) => new Promise((resolve) => socket.write(text, "latin1", () => setImmediate(resolve))),
    until: async (text) => {
      while (!heard.includes(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      heard = heard.slice(heard.indexOf(text) + text.length);
    },
  };
}

const request = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;

it("keeps apart what clients send in pieces, in turn", async () => {
  server = await MiniServer.start();
  const { port } = server;
  const clients = await Promise.all(Array.from({ length: 5 }, () => client(port)));
  const wires = clients.map(
    (_, i) =>
      request("SET", `key:${i}`.padEnd(20, "k"), `${i}`.repeat(6000)) +
      request("GET", `key:${i}`.padEnd(20, "k")),
  );
  for (let at = 0; at < wires[0].length; at += 1500) {
    for (const [i, one] of clients.entries()) await one.write(wires[i].slice(at, at + 1500));
  }
  for (const [i, one] of clients.entries()) await one.until(`+OK\r\n$6000\r\n${`${i}`.repeat(6000)}\r\n`);
});

it("keeps the requests of a client that is blocked", async () => {
  server = await MiniServer.start();
  const [blocked, other] = [await client(server.port), await client(server.port)];
  await blocked.write(request("BLPOP", "list", "0") + request("ECHO", "x".repeat(100)));
  for (let i = 0; i < 20; i++) {
    await other.write(request("ECHO", "y".repeat(200)));
    await other.until("y".repeat(200));
  }
  await blocked.write(request("ECHO", "z".repeat(50)));
  await other.write(request("RPUSH", "list", "v"));
  await blocked.until(`$1\r\nv\r\n$100\r\n${"x".repeat(100)}\r\n$50\r\n${"z".repeat(50)}\r\n`);
});

it("ends at once, clients or not, and frees its port", async () => {
  server = await MiniServer.start();
  const { port } = server;
  const one = await client(port);
  await one.write(request("PING"));
  await one.until("+PONG");
  await server.close();
  server = await MiniServer.start({ port });
  expect(server.port).toBe(port);
});
