/** Reads sockets while a script keeps the event loop from it, so that SCRIPT KILL can arrive. */
import { readSync } from "node:fs";
import type { Socket } from "node:net";
import { SimpleString } from "../protocol/reply.js";
import type { Engine } from "./engine/engine.js";
import type { Attendant } from "./engine/running-script.js";
import type { DebugConsole } from "./engine/script-runner.js";
import type { Session } from "./engine/session.js";
import type { Link } from "./link.js";

/** The most that is read of a socket at once, in bytes. */
const MOST = 65536;
/** How often, in milliseconds, somebody who debugs a script is listened to. */
const LOOK = 5;

/** The plain sockets of a server. A client that connects meanwhile, and one with TLS, waits; so does the script's own. */
export class Attendance implements Attendant {
  readonly #engine: Engine;
  readonly #onSlowScript: (runs: boolean) => void;
  readonly #files = new Map<Link, number>();
  readonly #never = new Int32Array(new SharedArrayBuffer(4));
  #buffer: Uint8Array | undefined;

  /** @param onSlowScript told when a script begins to be slow, and when it has ended */
  constructor(engine: Engine, onSlowScript: (runs: boolean) => void) {
    this.#engine = engine;
    this.#onSlowScript = onSlowScript;
    engine.attendant = this;
  }

  add(link: Link, socket: Socket): void {
    const file = (socket as unknown as { _handle?: { fd?: unknown } })._handle?.fd;
    if (typeof file === "number" && file >= 0 && !("encrypted" in socket)) this.#files.set(link, file);
  }

  remove(link: Link): void {
    this.#files.delete(link);
  }

  begin(): void {
    this.#onSlowScript(true);
  }

  end(): void {
    this.#onSlowScript(false);
  }

  attend(): boolean {
    const script = this.#engine.slowScript;
    let heard = false;
    for (const [link, file] of this.#files) {
      if (script === undefined || link.isRunning) continue;
      // Replies to what came just before the script.
      link.flush();
      const bytes = this.#read(file);
      // The event loop will see the end, too.
      if (bytes?.length === 0) this.#files.delete(link);
      else heard = true;
      if (bytes !== undefined && bytes.length > 0) link.attend(bytes, script);
    }
    return heard;
  }

  converse(session: Session): Omit<DebugConsole, "source"> | undefined {
    for (const [link, file] of this.#files) {
      if (link.session !== session) continue;
      return {
        read: () => this.#wait(link, file),
        write: (lines) => link.sendAtOnce(lines.map((line) => new SimpleString(line))),
      };
    }
    return undefined;
  }

  /** The next request of a client whose script stands still; undefined when it has gone, or talks nonsense. */
  #wait(link: Link, file: number): readonly string[] | undefined {
    let request = link.nextRequest();
    if (request !== undefined) return request;
    this.begin();
    try {
      while (request === undefined) {
        this.#buffer ??= new Uint8Array(MOST);
        try {
          const bytes = this.#buffer.slice(0, readSync(file, this.#buffer));
          if (bytes.length === 0) return undefined;
          request = link.nextRequest(bytes);
          if (request === undefined && link.isFaulty) return undefined;
        } catch (error) {
          if ((error as { readonly code?: unknown }).code !== "EAGAIN") return undefined;
          Atomics.wait(this.#never, 0, 0, LOOK);
        }
      }
      return request;
    } finally {
      this.end();
    }
  }

  /** What has come, empty at the end; undefined: nothing yet, or an error that the event loop will see, too. */
  #read(file: number): Uint8Array | undefined {
    // Not the buffer that all sockets share: it holds what the script's own client has sent behind it.
    this.#buffer ??= new Uint8Array(MOST);
    try {
      return this.#buffer.slice(0, readSync(file, this.#buffer));
    } catch {
      return undefined;
    }
  }
}
