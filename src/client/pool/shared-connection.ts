/**
 * One multiplexed place of a pool: commands in call order over one connection at a time, which is
 * opened at the first command and again, with back-off, whenever it is lost.
 */
import { ClosedError, ConnectionError, type RedisError, ReplyError } from "../../errors.js";
import { isAboutCertificate } from "../connection/advice.js";
import type { Connection, ConnectionOwner } from "../connection/connection.js";
import { isElsewhere } from "../connection/passing.js";
import { lost, type Pending } from "../connection/pending.js";
import { Handoff } from "../maintenance/handoff.js";
import { leftOf, type Move } from "../maintenance/move.js";
import { type ConnectionSettings, pauseAfter } from "../options/options.js";
import type { Dialer } from "./dialer.js";
import { Hold, unwrapped } from "./hold.js";
import { OfflineQueue } from "./offline-queue.js";

/** A connection that lived this many milliseconds was a good one. */
const STEADY = 1000;
/** A connection that gives way to another has at least so many milliseconds for its last replies. */
const LAST_REPLIES = 1000;

/** What a pool wants to know of its connections. */
export interface SharedConnectionEvents {
  connected(connection: Connection): void;
  disconnected(connection: Connection, error: RedisError | null): void;
  /** An attempt to connect has failed; the next comes after `wait` milliseconds (`undefined`: with the next command). */
  failed(error: RedisError, wait: number | undefined): void;
}

/** A connection that has given way to another, and has not answered everything yet. */
interface Leaving {
  readonly connection: Connection;
  /** What it has refused meanwhile, for a reason that passes. */
  hold: Hold | null;
  /** Called when the other one has begun. */
  readonly done: () => void;
}

/** A connection that is ready to take another one's place. */
interface Successor {
  readonly connection: Connection;
  readonly move: Move;
}

/** Carries commands, connected or not. */
export class SharedConnection implements ConnectionOwner {
  readonly #settings: ConnectionSettings;
  readonly #dialer: Dialer;
  readonly #events: SharedConnectionEvents;
  readonly #waiting: OfflineQueue;
  /** The connection that takes commands; while there is none, they wait. */
  #connection: Connection | null = null;
  /** A pause of the connection that took them until now. */
  #hold: Hold | null = null;
  /** The search for a connection to where the server has said that it moves. */
  #handoff: Handoff | null = null;
  /** What it has found, while the change must wait for a pause to end. */
  #successor: Successor | null = null;
  /** The connection of before: as long as it has not answered, the one of now only gathers what is sent. */
  #leaving: Leaving | null = null;
  /** Settles when it has. */
  #change: Promise<void> | null = null;
  /** All that have given way to another and are still open, with the end of their time. */
  readonly #left = new Map<Connection, ReturnType<typeof setTimeout>>();
  #dialing: Promise<void> | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: (() => void) | null = null;
  /** Told how the next attempt to connect ends, when it fails. */
  #listeners: ((error: unknown) => void)[] = [];
  /** Takes nothing new, but what waits may still be carried out. */
  #closing = false;
  #closed = false;

  constructor(settings: ConnectionSettings, dialer: Dialer, events: SharedConnectionEvents) {
    this.#settings = settings;
    this.#dialer = dialer;
    this.#events = events;
    this.#waiting = new OfflineQueue(settings, dialer.ledger.counters);
  }

  /** Commands without a reply, waiting ones included. */
  get load(): number {
    const left = this.#leaving?.connection.pending ?? 0;
    return ((this.#connection ?? this.#hold?.connection)?.pending ?? 0) + left + this.#waiting.length;
  }

  /** Commands that wait for a connection, and their bytes. */
  get queued(): { commands: number; bytes: number } {
    return { commands: this.#waiting.length, bytes: this.#waiting.bytes };
  }

  /** The open connection, if there is one. */
  get connection(): Connection | null {
    return this.#connection;
  }

  /** Send now, or as soon as there is a connection. @throws ArgumentError */
  send(pending: Pending): void {
    const connection = this.#connection;
    if (connection?.open) return connection.send(pending);
    if (this.#closing) return pending.fail(closedError(this.#settings.connector.address));
    this.#waiting.add(pending);
    this.#dial();
  }

  /** Connect, without a command. Rejects with the error of the first attempt. */
  async connect(): Promise<void> {
    if (this.#connection !== null || this.#hold !== null) return;
    let failure: unknown;
    this.#dial((error) => {
      failure = error;
    });
    this.#retry?.();
    await this.#dialing;
    if (failure !== undefined) throw failure;
  }

  #dial(onError?: (error: unknown) => void): void {
    if (this.#hold !== null) return;
    if (this.#dialing !== null || this.#closing || this.#connection !== null) {
      // Someone waits from now on, so the pause before the next attempt must not let the process end.
      (this.#timer as { ref?: () => void } | undefined)?.ref?.();
      if (onError !== undefined && this.#dialing !== null) this.#listeners.push(onError);
      return;
    }
    if (onError !== undefined) this.#listeners.push(onError);
    this.#dialing = this.#attempt();
  }

  async #attempt(): Promise<void> {
    try {
      const connection = await this.#dialer.dial(this);
      this.#dialing = null;
      this.#listeners = [];
      if (this.#closed) return connection.destroy();
      this.#adopt(connection);
    } catch (error) {
      this.#dialing = null;
      const listeners = this.#listeners;
      this.#listeners = [];
      for (const listener of listeners) listener(error);
      this.#failed(error as RedisError);
    }
  }

  #adopt(connection: Connection): void {
    this.#events.connected(connection);
    this.#sendWaiting(connection);
  }

  #sendWaiting(connection: Connection): void {
    this.#connection = connection;
    if (this.#leaving !== null) connection.park();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      connection.send(next);
    }
  }

  #failed(error: RedisError): void {
    this.#failures++;
    const { address } = this.#settings.connector;
    // A server that says no (wrong password, no such database) says so again: nobody waits for that.
    if (error instanceof ReplyError && error.code !== "LOADING") {
      this.#waiting.failAll(
        (pending) => new ReplyError(error.message, { command: pending.label, address, cause: error }),
      );
    } else if (isAboutCertificate(error.code)) {
      this.#waiting.failAll((pending) => unsent(pending, error, address));
    } else this.#waiting.attemptFailed((pending) => unsent(pending, error, address));
    this.#again(error);
  }

  /** Plan the next attempt, unless nobody needs one. */
  #again(error: RedisError): void {
    if (this.#closed) return;
    const isNeeded = this.#waiting.length > 0 || this.#failures <= this.#settings.attempts;
    if (!isNeeded || (error.code === "ESHUTDOWN" && this.#waiting.length === 0)) {
      // The next command will dial.
      return this.#events.failed(error, undefined);
    }
    const wait = this.#failures === 0 ? 0 : pauseAfter(this.#failures, this.#settings);
    this.#events.failed(error, wait);
    this.#dialing = new Promise((resolve) => {
      const go = () => {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#retry = null;
        if (this.#closed) return resolve();
        this.#dialing = this.#attempt();
        this.#dialing.then(resolve);
      };
      this.#retry = go;
      this.#timer = setTimeout(go, wait);
      if (this.#waiting.length === 0) (this.#timer as { unref?: () => void }).unref?.();
    });
  }

  postpone(connection: Connection, pending: Pending, error: ReplyError): boolean {
    if (this.#closing) return false;
    const leaving = this.#leaving?.connection === connection ? this.#leaving : null;
    if (connection !== this.#connection && connection !== this.#hold?.connection && leaving === null)
      return false;
    if (++pending.attempts > this.#settings.attempts) return false;
    if (leaving !== null) {
      // The next connection gets it, before all that was called after the change.
      leaving.hold ??= new Hold(connection, 0, () => {});
      this.#dialer.ledger.counters.retried++;
      this.#waiting.addRefused(pending);
      leaving.hold.add(pending, error);
      return true;
    }
    this.#connection = null;
    this.#hold ??= new Hold(connection, pauseAfter(pending.attempts, this.#settings), () => this.#resume());
    this.#hold.elsewhere ||= isElsewhere(error);
    this.#dialer.ledger.counters.retried++;
    this.#waiting.addRefused(pending);
    this.#hold.add(pending, error);
    return true;
  }

  /** The pause is over: send what was refused, and then what has waited behind it. */
  #resume(): void {
    const hold = this.#hold;
    if (hold === null) return;
    this.#hold = null;
    hold.cancel();
    const successor = this.#takeSuccessor();
    if (successor !== null) {
      this.#connection = hold.connection;
      return this.#replace(successor);
    }
    if (!hold.elsewhere || this.#closing) return this.#sendWaiting(hold.connection);
    void hold.connection.close();
    const { address } = hold.connection;
    this.#events.disconnected(
      hold.connection,
      new ConnectionError("EREADONLY", `${address} is no master any more; its name is looked up anew`, "no", {
        address,
      }),
    );
    if (this.#dialing === null && !this.#closing) this.#dialing = this.#attempt();
  }

  /** The endpoint of `connection` goes away: look for another, which takes its place. */
  moving(connection: Connection, move: Move): void {
    if (this.#closing || (connection !== this.#connection && connection !== this.#hold?.connection)) return;
    this.#handoff?.cancel();
    this.#takeSuccessor()?.connection.destroy("the server has named another endpoint");
    this.#handoff = new Handoff(
      move,
      (connector) => this.#dialer.dial(this, connector),
      (failures) => pauseAfter(failures, this.#settings),
      (successor) => {
        this.#handoff = null;
        this.#replace({ connection: successor, move });
      },
      (error) => {
        this.#handoff = null;
        const why = `${connection.address} goes away, and where it moves cannot be reached: ${error.message}`;
        this.#dialer.warn(`${why}. Its connection is kept until it is lost.`);
      },
    );
  }

  #takeSuccessor(): Successor | null {
    const successor = this.#successor;
    this.#successor = null;
    return successor?.connection.open ? successor : null;
  }

  /** Let `successor` take all commands from now on; it begins when the connection of before has answered. */
  #replace(successor: Successor): void {
    const { connection, move } = successor;
    if (this.#hold !== null || this.#leaving !== null) {
      this.#successor = successor;
      return;
    }
    const before = this.#connection;
    if (before === null || this.#closing) return connection.destroy("it is not needed any more");
    connection.park();
    this.#connection = connection;
    this.#dialer.ledger.counters.handoffs++;
    this.#events.connected(connection);
    const end = setTimeout(
      () => before.fail(new ConnectionError("EMOVED", `${before.address} has moved`, "maybe")),
      Math.max(LAST_REPLIES, leftOf(move)),
    );
    (end as { unref?: () => void }).unref?.();
    this.#left.set(before, end);
    this.#change = new Promise((resolve) => {
      const leaving: Leaving = { connection: before, hold: null, done: resolve };
      this.#leaving = leaving;
      void before.close(() => this.#goOn(leaving));
    });
  }

  /** The connection of before has no replies to give any more: send what has been gathered. */
  #goOn(leaving: Leaving): void {
    this.#leaving = null;
    leaving.hold?.cancel();
    const connection = this.#connection;
    if (connection !== null) {
      // Written anew: what has become overdue meanwhile must not be sent any more.
      this.#waiting.putBack(connection.recall());
      connection.unpark();
      this.#sendWaiting(connection);
    }
    leaving.done();
    const successor = this.#takeSuccessor();
    if (successor !== null) this.#replace(successor);
  }

  /** A connection that had given way is over. What it has not answered comes before all that was called since. */
  #hasLeft(connection: Connection, error: RedisError | null, entries: Pending[]): void {
    clearTimeout(this.#left.get(connection));
    this.#left.delete(connection);
    const leaving = this.#leaving;
    if (leaving?.connection === connection) {
      this.#waiting.putBack([...entries, ...(this.#connection?.recall() ?? [])]);
      this.#goOn(leaving);
    }
    this.#events.disconnected(connection, error);
  }

  ended(connection: Connection, error: RedisError | null, unsent: Pending[], unanswered: Pending[]): void {
    if (this.#left.has(connection)) {
      const again = this.#toSendAgain(connection, error, unsent, unanswered);
      return this.#hasLeft(connection, error, again);
    }
    const hold = this.#hold?.connection === connection ? this.#hold : null;
    if (connection !== this.#connection && hold === null) {
      for (const pending of [...unanswered, ...unsent]) {
        pending.fail(
          lost(pending, "no", error?.message ?? "the connection was closed", connection.address, error),
        );
      }
      return;
    }
    this.#connection = this.#hold = null;
    hold?.cancel();
    this.#handoff?.cancel();
    this.#handoff = null;
    // One that is cut right after it was made counts as a failure, or the two would spin.
    this.#failures = performance.now() - connection.openedAt < STEADY ? this.#failures + 1 : 0;
    this.#waiting.putBack(this.#toSendAgain(connection, error, unsent, unanswered));
    this.#events.disconnected(connection, error);
    const successor = this.#takeSuccessor();
    if (successor !== null) return this.#adopt(successor.connection);
    if (!this.#closed)
      this.#again(error ?? new ConnectionError("ECONNCLOSED", "the connection was closed", "no"));
  }

  /** What a connection that is over leaves to be sent again; the rest fails. */
  #toSendAgain(
    connection: Connection,
    error: RedisError | null,
    unsent: Pending[],
    unanswered: Pending[],
  ): Pending[] {
    const again: Pending[] = [];
    if (this.#closed) {
      for (const pending of [...unanswered, ...unsent]) pending.fail(closedError(connection.address));
      return again;
    }
    for (const pending of unanswered.map(unwrapped)) {
      if (++pending.attempts <= this.#settings.attempts) {
        this.#dialer.ledger.counters.retried++;
        again.push(pending);
      } else pending.fail(lost(pending, "maybe", error?.message ?? "", connection.address, error));
    }
    again.push(...unsent.map(unwrapped));
    return again;
  }

  /** Finish what is pending, then close; nothing new is taken. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#stopMoving();
    // Without a pause: an error reply is a better end than none.
    if (this.#hold !== null) this.#resume();
    await this.#change;
    // Commands that were called before the first connection stood are carried out.
    if (this.#waiting.length > 0 && this.#failures === 0) await this.#dialing;
    this.#closed = true;
    this.#retry?.();
    const { address } = this.#settings.connector;
    this.#waiting.failAll(() => closedError(address));
    await this.#connection?.close();
    await this.#dialing;
  }

  /** Close at once; what is pending fails with a {@link ClosedError}. */
  destroy(): void {
    this.#closing = this.#closed = true;
    this.#retry?.();
    const { address } = this.#settings.connector;
    this.#waiting.failAll(() => closedError(address));
    this.#stopMoving();
    (this.#connection ?? this.#hold?.connection)?.destroy();
    for (const connection of this.#left.keys()) connection.destroy();
  }

  #stopMoving(): void {
    this.#handoff?.cancel();
    this.#handoff = null;
    this.#takeSuccessor()?.connection.destroy();
  }
}

/** The error of a command that comes too late, or that never left. */
export function closedError(address: string): ClosedError {
  return new ClosedError("ECLOSED", `The client of ${address} is closed; the command was not sent`, "no", {
    address,
  });
}

function unsent(pending: Pending, error: RedisError, address: string): ConnectionError {
  return new ConnectionError(error.code, `${pending.label} was not sent: ${error.message}`, "no", {
    command: pending.label,
    address,
    cause: error,
  });
}
