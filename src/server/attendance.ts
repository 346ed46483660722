/** Reads sockets while a script keeps the event loop from it, so that SCRIPT KILL can arrive. */
import { readSync } from "node:fs";
import type { Socket } from "node:net";
import type { Engine } from "./engine/engine.js";
import type { Attendant } from "./engine/running-script.js";
import type { Link } from "./link.js";

/** The most that is read of a socket at once, in bytes. */
const MOST = 65536;

/** The plain sockets of a server. A client that connects meanwhile, and one with TLS, waits. */
export class Attendance implements Attendant {
  readonly #engine: Engine;
  readonly #onSlowScript: (runs: boolean) => void;
  readonly #files = new Map<Link, number>();

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

  attend(): void {
    for (const [link, file] of this.#files) {
      const script = this.#engine.slowScript;
      if (script === undefined) return;
      // Replies to what came just before the script.
      link.flush();
      const bytes = readWhatIsThere(file);
      if (bytes !== undefined) link.attend(bytes, script);
    }
  }
}

/** Undefined when there is nothing, or no more: the event loop will see that, too. */
function readWhatIsThere(file: number): Uint8Array | undefined {
  // The shared buffer holds what the script's own client has sent behind it.
  const buffer = new Uint8Array(MOST);
  try {
    const length = readSync(file, buffer);
    return length === 0 ? undefined : buffer.subarray(0, length);
  } catch {
    return undefined;
  }
}
