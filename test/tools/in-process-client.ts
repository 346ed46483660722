/** A client of the mini server without sockets and without the client library: words in, bytes of replies out. */
import type { MiniServer } from "../../src/server/index.js";

/** One such client. */
export interface InProcessClient {
  /** Send a command. @returns all bytes that have come back a moment later, as one-byte text */
  send(...words: string[]): Promise<string>;
  /** Send without waiting. */
  write(...words: string[]): void;
  /** Send bytes as they are. */
  receive(bytes: Uint8Array): void;
  /** What has come since the last look. */
  take(): string;
  readonly ended: boolean;
  close(): void;
}

/** Attach a client. */
export function inProcessClient(server: MiniServer): InProcessClient {
  let got = "";
  let ended = false;
  const accepted = server.accept(
    (bytes) => {
      got += Buffer.from(bytes).toString("latin1");
    },
    () => {
      ended = true;
    },
  );
  const take = (): string => {
    const text = got;
    got = "";
    return text;
  };
  const write = (...words: string[]): void => accepted.receive(Buffer.from(wire(...words), "latin1"));
  return {
    async send(...words) {
      write(...words);
      await moment();
      return take();
    },
    write,
    receive: (bytes) => accepted.receive(bytes),
    take,
    get ended() {
      return ended;
    },
    close: () => accepted.close(),
  };
}

/** A request as clients send it. */
export function wire(...words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

/** Until all that is under way in this process has been written. */
export function moment(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
