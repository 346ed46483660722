/** Follows a server as a replica does, and keeps what it is sent. */
import { connect, type Socket } from "node:net";
import { RequestParser } from "../../src/protocol/request-parser.js";

const FENCE = "replication-tap";

/** A connection that has sent SYNC. */
export class ReplicationTap {
  readonly #socket: Socket;
  readonly #parser = new RequestParser();
  readonly #requests: string[][] = [];
  #head = Buffer.alloc(0);
  /** Bytes of the data that are still to come; undefined before it is known how many. */
  #rest: number | undefined;
  #failed: Error | undefined;
  #wake: (() => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#parser.authenticated = true;
    socket.on("data", (chunk) => this.#take(chunk as Buffer));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server has hung up")));
    socket.write("SYNC\r\n");
  }

  /** Attach to a server; resolves when its data has come. */
  static async attach(port: number): Promise<ReplicationTap> {
    const tap = new ReplicationTap(connect(port, "127.0.0.1"));
    await tap.#until(() => tap.#rest === 0);
    return tap;
  }

  /**
   * All requests that have come up to a message that is sent now.
   * @param publish sends PUBLISH with this channel and text
   */
  async upToNow(publish: (channel: string, text: string) => Promise<unknown>): Promise<string[][]> {
    const text = String(Math.random());
    await publish(FENCE, text);
    const isFence = (words: string[]) => words[1] === FENCE && words[2] === text;
    await this.#until(() => this.#requests.some(isFence));
    return this.#requests.splice(0, this.#requests.findIndex(isFence) + 1).slice(0, -1);
  }

  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#rest === undefined) {
      this.#head = Buffer.concat([this.#head, bytes]);
      const line = /^\n*\$(\d+)\r\n/.exec(this.#head.toString("latin1"));
      if (line === null) return;
      this.#rest = Number(line[1]);
      bytes = this.#head.subarray(line[0].length);
    }
    if (this.#rest > 0) {
      const taken = Math.min(this.#rest, bytes.length);
      this.#rest -= taken;
      bytes = bytes.subarray(taken);
    }
    if (bytes.length !== 0) this.#parser.push(Buffer.from(bytes));
    for (let words = this.#parser.next(); words !== undefined; words = this.#parser.next()) {
      this.#requests.push([...words]);
    }
    this.#wake?.();
  }

  #fail(error: Error): void {
    this.#failed = error;
    this.#wake?.();
  }

  async #until(isSo: () => boolean): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!isSo()) {
      if (this.#failed !== undefined) throw this.#failed;
      if (performance.now() > deadline) throw new Error("the stream does not come");
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 100);
      });
    }
  }
}
