/** Requests to other servers, for MIGRATE: all at once, a line for each, over connections that are kept for a while. */
import type { Socket } from "node:net";
import type { Answers, Elsewhere, OtherServers } from "./engine/server-files.js";
import { loadNet, net } from "./node-net.js";

const LINE_END = "\r\n";
/** How long a connection is kept without use, and how many of them; both as redis-server does. */
const KEPT_MS = 10_000;
const KEPT_AT_MOST = 64;

/** How far it has come, as redis-server words it behind `IOERR error or timeout `. */
type Stage = "connecting to the client" | "writing to target instance" | "reading from target instance";

function encode(request: readonly string[]): string {
  return `*${request.length}${LINE_END}${request
    .map((word) => `$${word.length}${LINE_END}${word}${LINE_END}`)
    .join("")}`;
}

/** What came of one attempt. */
interface Attempt extends Answers {
  /** The connection has ended, as opposed to: it took too long. */
  readonly hungUp: boolean;
}

/** One connection, for one batch of requests after the other. */
class Connection {
  readonly #socket: Socket;
  readonly #onEnd: () => void;
  #stage: Stage;
  #text = "";
  /** How many lines are waited for, and by whom. */
  #wanted = 0;
  #resolve: ((attempt: Attempt) => void) | undefined;
  #ended = false;

  /** @param onEnd told once that it cannot be used any more */
  constructor(host: string, port: number, onEnd: () => void) {
    // A name is looked up first; after that redis-server begins to write, whether anybody listens or not.
    this.#stage = firstStage(host);
    this.#onEnd = onEnd;
    this.#socket = net.connect({ host, port });
    this.#socket.setEncoding("latin1");
    this.#socket.on("lookup", (error: Error | null) => {
      if (error === null) this.#stage = "writing to target instance";
    });
    this.#socket.on("connect", () => {
      this.#stage = "reading from target instance";
    });
    this.#socket.on("data", (text: string) => this.#take(text));
    this.#socket.on("timeout", () => this.#end(false));
    this.#socket.on("error", () => this.#end(true));
    this.#socket.on("close", () => this.#end(true));
  }

  /** Never rejects. @param timeoutMs the longest time in which nothing is heard */
  ask(requests: readonly (readonly string[])[], timeoutMs: number): Promise<Attempt> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#wanted = requests.length;
      this.#text = "";
      this.#socket.ref();
      this.#socket.setTimeout(timeoutMs);
      this.#socket.write(requests.map(encode).join(""), "latin1");
    });
  }

  /** Nobody needs it now: it ends by itself after a while, and does not keep the process. */
  rest(): void {
    this.#socket.setTimeout(KEPT_MS);
    this.#socket.unref();
  }

  close(): void {
    this.#end(true);
  }

  get #lines(): string[] {
    // Behind the last line end nothing has come yet.
    return this.#text.split(LINE_END).slice(0, -1);
  }

  #take(text: string): void {
    // Nobody has asked.
    if (this.#resolve === undefined) return this.#end(true);
    this.#text += text;
    const lines = this.#lines;
    if (lines.length >= this.#wanted) this.#settle({ lines, failedAt: undefined, hungUp: false });
  }

  #end(hungUp: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.destroy();
    this.#onEnd();
    this.#settle({ lines: this.#lines, failedAt: this.#stage, hungUp });
  }

  #settle(attempt: Attempt): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(attempt);
  }
}

function firstStage(host: string): Stage {
  return net.isIP(host) === 0 ? "connecting to the client" : "writing to target instance";
}

/** The other servers that one server speaks to. */
export class Outgoing implements OtherServers {
  /** Connections that nobody uses, the one that was used last at the end. */
  readonly #kept = new Map<string, Connection>();
  #closed = false;

  get connections(): number {
    return this.#kept.size;
  }

  async send(server: Elsewhere, requests: readonly (readonly string[])[]): Promise<Answers> {
    await loadNet();
    const { host, port, timeoutMs } = server;
    const number = Number(port);
    if (!/^\d+$/.test(port) || number > 65535) return { lines: [], failedAt: firstStage(host) };
    const place = `${host}:${port}`;
    const kept = this.#kept.get(place);
    if (kept !== undefined) {
      this.#kept.delete(place);
      const attempt = await kept.ask(requests, timeoutMs);
      // The other server may have hung up meanwhile; then it has seen nothing of this.
      if (!attempt.hungUp || attempt.lines.length !== 0) return this.#done(place, kept, attempt);
    }
    const made: Connection = new Connection(host, number, () => {
      if (this.#kept.get(place) === made) this.#kept.delete(place);
    });
    return this.#done(place, made, await made.ask(requests, timeoutMs));
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#kept.values()) connection.close();
  }

  #done(place: string, connection: Connection, { lines, failedAt }: Attempt): Answers {
    if (failedAt === undefined) this.#keep(place, connection);
    return { lines, failedAt };
  }

  #keep(place: string, connection: Connection): void {
    if (this.#closed) return connection.close();
    const [oldest] = this.#kept.values();
    if (this.#kept.size >= KEPT_AT_MOST) oldest.close();
    this.#kept.get(place)?.close();
    this.#kept.set(place, connection);
    connection.rest();
  }
}
