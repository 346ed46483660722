/** A server whose every byte the test decides: for what no honest server does. */
import { createServer, type Server, type Socket } from "node:net";

/** What the test answers to a command; `undefined`: nothing. */
export type Script = (command: string[], socket: Socket, connection: number) => string | undefined;

/** A scripted server. */
export interface FakeServer {
  readonly port: number;
  /** Every command that came after the handshakes, as words. */
  readonly heard: string[][];
  /** How many connections were made. */
  readonly connections: number;
  /** Write to all connections. */
  push(text: string): void;
  /** Cut all connections. */
  cut(): void;
  stop(): Promise<void>;
}

/**
 * Start one. The client's handshake (HELLO 3, refused; PING, answered) does not reach `script`.
 * @param hello what answers HELLO instead; the connection speaks RESP3 then, and no PING comes
 */
export async function startFake(script: Script, hello?: string): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  const heard: string[][] = [];
  let connections = 0;
  const server: Server = createServer((socket) => {
    const connection = ++connections;
    let greeted = false;
    let left = "";
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      left += chunk.toString("latin1");
      for (let next = take(left); next !== undefined; next = take(left)) {
        left = next.rest;
        if (next.command[0] === "HELLO") {
          socket.write(hello ?? "-ERR unknown command 'HELLO'\r\n");
          greeted = hello !== undefined;
          continue;
        }
        if (!greeted) {
          greeted = true;
          socket.write("+PONG\r\n");
          continue;
        }
        heard.push(next.command);
        const answer = script(next.command, socket, connection);
        if (answer !== undefined && !socket.destroyed) socket.write(answer, "latin1");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    heard,
    get connections() {
      return connections;
    },
    push: (text) => {
      for (const socket of sockets) socket.write(text, "latin1");
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The first command in `text`, when it is complete. */
function take(text: string): { command: string[]; rest: string } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return undefined;
  let at = head[0].length;
  const command: string[] = [];
  for (let i = 0; i < Number(head[1]); i++) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const length = Number(text.slice(at + 1, end));
    if (text.length < end + 2 + length + 2) return undefined;
    command.push(text.slice(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return { command, rest: text.slice(at) };
}
