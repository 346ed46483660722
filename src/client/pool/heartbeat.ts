/**
 * The heartbeat of a pool: one timer that asks idle connections for a sign of life, so that one of which
 * the other end is gone (half-open) is found before somebody needs it. Beats are counted, no clock is
 * read: a busy event loop delays a verdict, it never causes one.
 */
import { plain } from "../../commands/replies.js";
import { ConnectionError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import { NO_RETRY, Request } from "../connection/pending.js";
import { TICK } from "../connection/ticker.js";
import { knownCommand } from "../known-command.js";
import type { ConnectionSettings } from "../options/options.js";

/** Shortest time between two beats, in milliseconds. */
const SHORTEST = 10;
/** A deadline of commands that is shorter than this need not make the beats any faster. */
const FAST_ENOUGH = 500;

/** Watches over connections while there are any. */
export class Heartbeat {
  readonly #connections: ReadonlySet<Connection>;
  readonly #beat: number;
  /** Beats of silence after which a connection is asked. */
  readonly #askAfter: number;
  /** Further beats of silence after which it counts as dead. */
  readonly #waitFor: number;
  /** Beats since something was heard. */
  readonly #silence = new WeakMap<Connection, number>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param connections all that are open; changes are told by {@link changed} */
  constructor({ pingInterval, commandTimeout }: ConnectionSettings, connections: ReadonlySet<Connection>) {
    const patience = commandTimeout > 0 ? commandTimeout : pingInterval;
    this.#connections = connections;
    this.#beat =
      pingInterval === 0
        ? 0
        : Math.max(SHORTEST, Math.ceil(Math.min(pingInterval, Math.max(patience, FAST_ENOUGH)) / 2));
    this.#askAfter = Math.max(1, Math.ceil(pingInterval / this.#beat));
    // One more than fits, because the question is asked somewhere between two beats.
    this.#waitFor = Math.ceil(patience / this.#beat) + 1;
  }

  /** A connection was added or has gone. */
  changed(): void {
    if (this.#connections.size === 0 || this.#beat === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    } else if (this.#timer === undefined) {
      this.#timer = setInterval(() => {
        for (const connection of [...this.#connections]) this.#check(connection);
      }, this.#beat);
      (this.#timer as { unref?: () => void }).unref?.();
    }
  }

  #check(connection: Connection): void {
    // What reads past the parser has its own ways to tell, and what sends nothing yet needs no answer.
    if (connection.tap !== null || connection.parked) return;
    const silence = connection.heard ? -1 : (this.#silence.get(connection) ?? 0);
    connection.heard = false;
    // Commands on their way need no question: their deadlines find out.
    const isIdle = connection.pending === 0 || connection.listener !== null;
    const next = silence >= this.#askAfter || isIdle ? silence + 1 : 0;
    this.#silence.set(connection, next);
    if (next === this.#askAfter) ask(connection);
    else if (next >= this.#askAfter + this.#waitFor + Math.ceil((connection.slack * TICK) / this.#beat)) {
      const { address } = connection;
      const why = `${address} did not answer the PING on an idle connection`;
      connection.fail(new ConnectionError("ESILENT", why, "maybe", { address }));
    }
  }
}

function ask(connection: Connection): void {
  // What a listener hears has no order of questions and answers (RESP2): any sign of life will do.
  if (connection.listener !== null) return connection.sendOnly("PING", []);
  const answered = new Promise((resolve) => {
    connection.send(new Request(knownCommand("PING"), [], plain, NO_RETRY, 0, resolve));
  });
  // Whatever comes is a sign of life, and what does not come ends the connection.
  answered.catch(() => {});
}
