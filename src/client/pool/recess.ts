/**
 * A pause of a lent connection, whose server refuses commands for a reason that passes (LOADING, ...): what it has
 * refused goes again on the same connection, and what its borrower calls meanwhile goes behind it.
 */
import type { ReplyError } from "../../errors.js";
import type { Connection } from "../connection/connection.js";
import type { Counters } from "../connection/counters.js";
import { lost, type Pending } from "../connection/pending.js";
import type { ConnectionSettings } from "../options/options.js";
import { Hold } from "./hold.js";
import { OfflineQueue } from "./offline-queue.js";

/** One pause. */
export class Recess {
  readonly #connection: Connection;
  readonly #counters: Counters;
  readonly #refused: OfflineQueue;
  readonly #hold: Hold;
  readonly #over: () => void;

  /**
   * @param wait how long it lasts, in milliseconds; longer while replies are on their way
   * @param over called at its end
   */
  constructor(
    connection: Connection,
    settings: ConnectionSettings,
    counters: Counters,
    wait: number,
    over: () => void,
  ) {
    this.#connection = connection;
    this.#counters = counters;
    this.#over = over;
    this.#refused = new OfflineQueue(settings, counters);
    connection.park();
    // What the socket could not take is not on its way: no reply is to be waited for.
    this.#refused.putBack(connection.recall());
    this.#hold = new Hold(connection, wait, () => this.end());
  }

  /** Keep `pending` back, which the server has refused. */
  add(pending: Pending, error: ReplyError): void {
    this.#counters.retried++;
    this.#refused.addRefused(pending);
    this.#hold.add(pending, error);
  }

  /** Send everything now. */
  end(): void {
    const connection = this.#connection;
    this.#hold.cancel();
    const later = connection.recall();
    this.#over();
    connection.unpark();
    for (let next = this.#refused.shift(); next !== undefined; next = this.#refused.shift())
      connection.send(next);
    // Whoever has given up meanwhile has been told so: it need not run.
    for (const pending of later) if (!pending.settled) connection.send(pending);
  }

  /** The connection is lost. */
  cancel(reason: string): void {
    this.#hold.cancel();
    this.#refused.failAll((pending) => lost(pending, "no", reason, this.#connection.address));
  }
}
