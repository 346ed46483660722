/** CONFIG SET port, bind and certificates: the server listens elsewhere, or stays where it is. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { MiniServer, type MiniServerOptions } from "../../src/server/index.js";
import { inProcessClient, moment } from "../tools/in-process-client.js";
import { freePort } from "../tools/redis-server.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(options: MiniServerOptions = {}): Promise<MiniServer> {
  const server = await MiniServer.start(options);
  cleanups.push(() => server.close());
  return server;
}

/** Send one inline request. @returns the first piece of what comes back; empty when nobody listens */
async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(`${text}\r\n`);
  const [reply] = (await once(socket, "data")) as [Buffer];
  return reply.toString();
}

function dial(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  cleanups.push(() => socket.destroy());
  return socket;
}

async function ping(port: number): Promise<string> {
  const socket = dial(port);
  try {
    return await ask(socket, "PING");
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    socket.destroy();
  }
}

it("moves to another port; who is connected stays", async () => {
  const server = await start();
  const old = server.port;
  const socket = dial(old);
  const port = await freePort();
  expect(await ask(socket, `CONFIG SET maxmemory 5mb port ${port}`)).toBe("+OK\r\n");
  expect(server.url).toBe(`redis://127.0.0.1:${port}`);
  expect(await ping(port)).toBe("+PONG\r\n");
  expect(await ping(old)).toBe("ECONNREFUSED");
  expect(await ask(socket, "PING")).toBe("+PONG\r\n");
  expect(await ask(socket, "CONFIG GET port")).toContain(String(port));
  expect(await ask(socket, "CONFIG SET port 0")).toBe("+OK\r\n");
  expect(await ping(port)).toBe("ECONNREFUSED");
  expect(server.port).toBe(0);
});

it("stays, with all its parameters, when the port is taken", async () => {
  const server = await start();
  const other = createServer().listen(0, "127.0.0.1");
  cleanups.push(() => other.close());
  await once(other, "listening");
  const taken = (other.address() as { port: number }).port;
  const socket = dial(server.port);
  expect(await ask(socket, `CONFIG SET maxmemory 5mb port ${taken} timeout 9`)).toBe(
    "-ERR CONFIG SET failed (possibly related to argument 'port') - Unable to listen on this port. Check server logs.\r\n",
  );
  expect(await ask(socket, "CONFIG GET maxmemory timeout")).not.toMatch(/5242880|\r\n9\r\n/);
  expect(await ask(socket, "CONFIG GET port")).toContain(String(server.port));
  expect(await ping(server.port)).toBe("+PONG\r\n");
});

it("stays at its addresses when there are no such ones, and leaves them for none", async () => {
  const server = await start();
  const { port } = server;
  const socket = dial(port);
  expect(await ask(socket, "CONFIG SET bind 999.999.999.999")).toBe(
    "-ERR CONFIG SET failed (possibly related to argument 'bind') - Failed to bind to specified addresses.\r\n",
  );
  expect(await ping(port)).toBe("+PONG\r\n");
  expect(await ask(socket, "CONFIG SET bind 127.0.0.1")).toBe("+OK\r\n");
  expect(await ask(socket, 'CONFIG SET bind ""')).toBe("+OK\r\n");
  expect(await ping(port)).toBe("ECONNREFUSED");
  expect(await ask(socket, "CONFIG SET bind *")).toBe("+OK\r\n");
  expect(await ping(port)).toBe("+PONG\r\n");
});

it("refuses a port with TLS without a certificate, takes what no port needs, and waits in no transaction", async () => {
  const server = await start();
  const socket = dial(server.port);
  expect(await ask(socket, `CONFIG SET tls-port ${await freePort()}`)).toMatch(/^-ERR CONFIG SET failed/);
  expect(await ask(socket, "CONFIG SET tls-protocols TLSv1.3 tls-auth-clients no")).toBe("+OK\r\n");
  await ask(socket, "MULTI");
  await ask(socket, "CONFIG SET port 1");
  expect(await ask(socket, "EXEC")).toContain("cannot be changed inside MULTI");
  expect(await ping(server.port)).toBe("+PONG\r\n");
});

it("has no port to change without sockets", async () => {
  const client = inProcessClient(await start({ listen: false }));
  expect(await client.send("CONFIG", "SET", "port", "7000")).toContain("this server has no sockets");
  expect(await client.send("CONFIG", "GET", "port")).toContain("$1\r\n0\r\n");
  expect(await client.send("CONFIG", "SET", "port", "0")).toBe("+OK\r\n");
});

it("hangs up as a whole on who breaks the protocol", async () => {
  const server = await start();
  const socket = dial(server.port);
  let ended: unknown;
  socket.on("error", (error) => {
    ended = error;
  });
  socket.on("close", () => {
    ended ??= "closed";
  });
  socket.on("end", () => {});
  socket.write("*x\r\n");
  await once(socket, "data");
  await expect
    .poll(async () => {
      if (!socket.destroyed) socket.write("x".repeat(1000));
      await moment();
      return ended;
    })
    .toBeDefined();
});
