/** Requests to another server, for MIGRATE: one connection, all requests at once, a line for each. */
import type { SendElsewhere } from "./engine/server-files.js";

const LINE_END = "\r\n";

/** How far it has come, as redis-server words it behind `IOERR error or timeout `. */
type Stage = "connecting to the client" | "writing to target instance" | "reading from target instance";

function encode(request: readonly string[]): string {
  return `*${request.length}${LINE_END}${request
    .map((word) => `$${word.length}${LINE_END}${word}${LINE_END}`)
    .join("")}`;
}

/** Send requests to another server; never rejects. */
export const sendElsewhere: SendElsewhere = async ({ host, port, timeoutMs }, requests) => {
  const { connect, isIP } = await import("node:net");
  return new Promise((resolve) => {
    // A name is looked up first; after that redis-server begins to write, whether anybody listens or not.
    let stage: Stage = isIP(host) === 0 ? "connecting to the client" : "writing to target instance";
    let text = "";
    const number = Number(port);
    if (!/^\d+$/.test(port) || number > 65535) return resolve({ lines: [], failedAt: stage });
    const socket = connect({ host, port: number, timeout: timeoutMs });
    // Behind the last line end nothing has come yet.
    const lines = (): string[] => text.split(LINE_END).slice(0, -1);
    const fail = (): void => {
      socket.destroy();
      resolve({ lines: lines(), failedAt: stage });
    };
    socket.on("lookup", (error: Error | null) => {
      if (error === null) stage = "writing to target instance";
    });
    socket.on("connect", () => {
      stage = "reading from target instance";
      socket.write(requests.map(encode).join(""), "latin1");
    });
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (lines().length < requests.length) return;
      resolve({ lines: lines(), failedAt: undefined });
      socket.destroy();
    });
    socket.on("timeout", fail);
    socket.on("error", fail);
    socket.on("close", fail);
  });
};
