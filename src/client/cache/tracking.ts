/**
 * What the server tells of changes: CLIENT TRACKING on every multiplexed connection of a pool, and the `invalidate`
 * messages that come on them.
 * @see https://redis.io/docs/latest/develop/reference/client-side-caching/
 */
import type { Arg } from "../../commands/base.js";
import { plain } from "../../commands/replies.js";
import { DecodeError } from "../../errors.js";
import { bytesOf } from "../../protocol/bytes.js";
import type { RawReply } from "../../protocol/parser.js";
import type { Connection } from "../connection/connection.js";
import { Request } from "../connection/pending.js";
import { deadlineIn } from "../connection/ticker.js";
import { keyText } from "../connection/touched-keys.js";
import { knownCommand } from "../known-command.js";

/** What is told of changes. */
export interface Tracked {
  /** The server has changed the value of this key, or it may have. */
  changed(key: string): void;
  /** Anything may have changed. */
  allChanged(): void;
}

/** The connections of one pool, as far as they are tracked. */
export class Tracking {
  readonly #tracked: Tracked;
  readonly #args: readonly Arg[];
  readonly #timeout: number;
  readonly #warn: (message: string) => void;
  readonly #on = new Set<Connection>();
  readonly #off = new Set<Connection>();
  /** Was the user told that it does not work? */
  #warned = false;

  /**
   * @param prefixes of the keys to be told of; none: of those that were read
   * @param timeout for the server's answer, in milliseconds; 0: none
   * @param warn told why nothing can be kept
   */
  constructor(
    tracked: Tracked,
    prefixes: readonly string[],
    timeout: number,
    warn: (message: string) => void,
  ) {
    this.#tracked = tracked;
    const broadcast = prefixes.flatMap((prefix): Arg[] => ["PREFIX", bytesOf(prefix)]);
    this.#args = broadcast.length === 0 ? ["ON"] : ["ON", "BCAST", ...broadcast];
    this.#timeout = timeout;
    this.#warn = warn;
  }

  /** Does the server tell of all changes? */
  get works(): boolean {
    return this.#on.size > 0 && this.#off.size === 0;
  }

  /** Ask for it on a fresh connection, ahead of all commands. */
  begin(connection: Connection): void {
    this.#tracked.allChanged();
    if (connection.protocol !== 3) return this.#failed(connection, "it speaks RESP2 only");
    const others = connection.onPush;
    connection.onPush = (items) => {
      if (Array.isArray(items) && items[0] === "invalidate") this.#told(items[1]);
      else others?.(items);
    };
    new Promise<unknown>((resolve) => {
      const command = knownCommand("CLIENT TRACKING");
      connection.send(new Request(command, this.#args, plain, 0, deadlineIn(this.#timeout), resolve));
    }).then(
      () => void (connection.open && this.#on.add(connection)),
      (error) => void (connection.open && this.#failed(connection, error.message)),
    );
  }

  /** A connection is over, and what it would have told is lost. */
  end(connection: Connection): void {
    this.#on.delete(connection);
    this.#off.delete(connection);
    this.#tracked.allChanged();
  }

  #failed(connection: Connection, reason: string): void {
    this.#off.add(connection);
    this.#tracked.allChanged();
    if (this.#warned) return;
    this.#warned = true;
    const why = `${connection.address} does not tell of changes (${reason})`;
    this.#warn(`The option cache has no effect: ${why}; every read asks the server.`);
  }

  #told(keys: RawReply | undefined): void {
    // Null after FLUSHALL and FLUSHDB.
    if (!Array.isArray(keys)) return this.#tracked.allChanged();
    // A key that is no text comes as an error that has its bytes.
    for (const key of keys) this.#tracked.changed(keyText(key instanceof DecodeError ? key.value : key));
  }
}
