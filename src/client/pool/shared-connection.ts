/**
 * One multiplexed place of a pool: commands in call order over one connection at a time, which is
 * opened at the first command and again, with back-off, whenever it is lost.
 */
import { ClosedError, ConnectionError, type RedisError, ReplyError } from "../../errors.js";
import { isAboutCertificate } from "../connection/advice.js";
import type { Connection, ConnectionOwner } from "../connection/connection.js";
import { isElsewhere } from "../connection/passing.js";
import { lost, type Pending } from "../connection/pending.js";
import { type ConnectionSettings, pauseAfter } from "../options/options.js";
import type { Dialer } from "./dialer.js";
import { Hold, unwrapped } from "./hold.js";
import { OfflineQueue } from "./offline-queue.js";

/** A connection that lived this many milliseconds was a good one. */
const STEADY = 1000;

/** What a pool wants to know of its connections. */
export interface SharedConnectionEvents {
  connected(connection: Connection): void;
  disconnected(error: RedisError | null): void;
  /** An attempt to connect has failed; the next comes after `wait` milliseconds (`undefined`: with the next command). */
  failed(error: RedisError, wait: number | undefined): void;
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
    return ((this.#connection ?? this.#hold?.connection)?.pending ?? 0) + this.#waiting.length;
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
    if (connection !== this.#connection && connection !== this.#hold?.connection) return false;
    if (++pending.attempts > this.#settings.attempts) return false;
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
    if (!hold.elsewhere || this.#closing) return this.#sendWaiting(hold.connection);
    void hold.connection.close();
    const { address } = hold.connection;
    this.#events.disconnected(
      new ConnectionError("EREADONLY", `${address} is no master any more; its name is looked up anew`, "no", {
        address,
      }),
    );
    if (this.#dialing === null && !this.#closing) this.#dialing = this.#attempt();
  }

  ended(connection: Connection, error: RedisError | null, unsent: Pending[], unanswered: Pending[]): void {
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
    // One that is cut right after it was made counts as a failure, or the two would spin.
    this.#failures = performance.now() - connection.openedAt < STEADY ? this.#failures + 1 : 0;
    if (this.#closed) {
      for (const pending of [...unanswered, ...unsent]) pending.fail(closedError(connection.address));
      return this.#events.disconnected(error);
    }
    const again: Pending[] = [];
    for (const pending of unanswered.map(unwrapped)) {
      if (++pending.attempts <= this.#settings.attempts) {
        this.#dialer.ledger.counters.retried++;
        again.push(pending);
      } else pending.fail(lost(pending, "maybe", error?.message ?? "", connection.address, error));
    }
    this.#waiting.putBack([...again, ...unsent.map(unwrapped)]);
    this.#events.disconnected(error);
    this.#again(error ?? new ConnectionError("ECONNCLOSED", "the connection was closed", "no"));
  }

  /** Finish what is pending, then close; nothing new is taken. */
  async close(): Promise<void> {
    this.#closing = true;
    // Without a pause: an error reply is a better end than none.
    if (this.#hold !== null) this.#resume();
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
    (this.#connection ?? this.#hold?.connection)?.destroy();
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
