/**
 * The dedicated connections of a pool: opened on demand, lent to one borrower at a time, given back
 * clean or thrown away. Idle ones are lent last in, first out, so that the surplus ages and is closed;
 * those who wait are served in order.
 */

import { anything, plain } from "../../commands/replies.js";
import { ClosedError, ConnectionError, type RedisError, ReplyError, TimeoutError } from "../../errors.js";
import type { Connection, ConnectionOwner } from "../connection/connection.js";
import { isElsewhere } from "../connection/passing.js";
import { lost, NO_RETRY, type Pending, Request } from "../connection/pending.js";
import { deadlineIn } from "../connection/ticker.js";
import { traceAcquire } from "../diagnostics.js";
import { knownCommand } from "../known-command.js";
import { REGISTER } from "../maintenance/maintenance-options.js";
import { leftOf, type Move } from "../maintenance/move.js";
import { type ConnectionSettings, pauseAfter } from "../options/options.js";
import { Ring } from "../ring.js";
import type { Dialer } from "./dialer.js";
import { Recess } from "./recess.js";
import { closedError } from "./shared-connection.js";

/** Of the time that is left to an endpoint, blocked commands stay for this part. */
const PART_BLOCKED = 0.8;

interface Waiter {
  resolve(connection: Connection): void;
  reject(error: unknown): void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Lends connections. */
export class DedicatedConnections implements ConnectionOwner {
  readonly #settings: ConnectionSettings;
  readonly #dialer: Dialer;
  readonly #idle: Connection[] = [];
  readonly #lent = new Set<Connection>();
  readonly #waiters = new Ring<Waiter>();
  readonly #recesses = new Map<Connection, Recess>();
  #opening = 0;
  #closed = false;
  #reaper: ReturnType<typeof setInterval> | undefined;

  constructor(settings: ConnectionSettings, dialer: Dialer) {
    this.#settings = settings;
    this.#dialer = dialer;
  }

  /** How many connections are lent, idle, being opened, and how many borrowers wait. */
  get counts(): { lent: number; idle: number; opening: number; waiting: number } {
    return {
      lent: this.#lent.size,
      idle: this.#idle.length,
      opening: this.#opening,
      waiting: this.#waiters.length,
    };
  }

  /**
   * Borrow a connection.
   * @throws TimeoutError `EPOOL` when none became free within `acquireTimeout`
   * @throws ConnectionError when none could be opened
   */
  async acquire(): Promise<Connection> {
    const { counters, server } = this.#dialer.ledger;
    const connection = await traceAcquire(server, () => this.#borrow());
    counters.acquired++;
    return connection;
  }

  async #borrow(): Promise<Connection> {
    const { acquireTimeout, attempts, connector } = this.#settings;
    const since = performance.now();
    for (let failures = 0; ; ) {
      if (this.#closed) throw closedError(connector.address);
      const idle = this.#idle.pop();
      let connection: Connection;
      if (idle !== undefined) {
        this.#lent.add(idle);
        connection = idle;
      } else {
        try {
          connection = await this.#openOrWait();
        } catch (error) {
          // What cannot be reached now may be there in a moment; a refusal is final.
          const late = acquireTimeout > 0 && performance.now() - since > acquireTimeout;
          if (!isUnreachable(error) || ++failures > attempts || late) throw error;
          await new Promise((resolve) => setTimeout(resolve, pauseAfter(failures, this.#settings)));
          continue;
        }
      }
      if (performance.now() - connection.idleSince < this.#settings.checkAfter) return connection;
      if (await this.#isAlive(connection)) return connection;
      this.#lent.delete(connection);
      connection.destroy("it did not answer a PING before it was lent");
    }
  }

  /** Give a connection back. It is thrown away when it is not clean, or too old. */
  release(connection: Connection): void {
    if (!this.#lent.delete(connection)) return;
    const { maxLifetime } = this.#settings;
    const old = maxLifetime > 0 && performance.now() - connection.openedAt > maxLifetime;
    connection.onRetire = null;
    connection.patient = false;
    const clean =
      connection.open &&
      !connection.parked &&
      !connection.touched &&
      !connection.retired &&
      connection.pending === 0 &&
      connection.listener === null;
    if (!clean || old || this.#closed) {
      connection.destroy("the pool threw it away");
      return this.#serveNext();
    }
    connection.idleSince = performance.now();
    const waiter = this.#nextWaiter();
    if (waiter !== undefined) {
      this.#lent.add(connection);
      return waiter.resolve(connection);
    }
    this.#idle.push(connection);
    this.#startReaper();
  }

  /**
   * Borrow a connection on which nothing comes from now on but what its borrower asks for: neither the last
   * replies to the handshake, nor notifications. @throws as {@link acquire} does
   */
  async acquireQuiet(): Promise<Connection> {
    const connection = await this.acquire();
    if (!connection.registered && connection.pending === 0) return connection;
    // Without notifications, it cannot know when it has to go: it is lent only once.
    connection.retired = connection.registered;
    const [command, args] = connection.registered ? [REGISTER, ["OFF"]] : ["PING", []];
    try {
      await new Promise((resolve) => {
        const deadline = deadlineIn(this.#settings.connectTimeout);
        connection.send(new Request(knownCommand(command), args, anything, NO_RETRY, deadline, resolve));
      });
    } catch (error) {
      // A server that does not know the command sends no notifications.
      if (!(error instanceof ReplyError)) {
        this.release(connection);
        throw error;
      }
    }
    return connection;
  }

  /** Both ways give a connection that counts as lent already. */
  #openOrWait(): Promise<Connection> {
    const room = this.#settings.maxConnections - this.#settings.shared;
    if (this.#lent.size + this.#opening < room) return this.#open();
    const { acquireTimeout, connector } = this.#settings;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { resolve, reject, timer: undefined };
      if (acquireTimeout > 0) {
        waiter.timer = setTimeout(() => {
          this.#waiters.remove(waiter);
          this.#dialer.ledger.counters.waitTimeouts++;
          const why = `All ${room} dedicated connections to ${connector.address} were in use for ${acquireTimeout} ms`;
          reject(
            new TimeoutError(
              "EPOOL",
              `${why}; raise maxConnections or acquireTimeout, or hold them for a shorter time`,
              "no",
              {
                address: connector.address,
              },
            ),
          );
        }, acquireTimeout);
      }
      this.#dialer.ledger.counters.waits++;
      this.#waiters.push(waiter);
    });
  }

  async #open(): Promise<Connection> {
    this.#opening++;
    try {
      const connection = await this.#dialer.dialLatest(this);
      if (!this.#closed) {
        this.#lent.add(connection);
        return connection;
      }
      connection.destroy();
      throw closedError(connection.address);
    } catch (error) {
      // The place is free again: whoever waits may have more luck.
      queueMicrotask(() => this.#serveNext());
      throw error;
    } finally {
      this.#opening--;
    }
  }

  /** A place became free without a connection: open one for the next in line. */
  #serveNext(): void {
    const room = this.#settings.maxConnections - this.#settings.shared;
    if (this.#closed || this.#lent.size + this.#opening >= room) return;
    const waiter = this.#nextWaiter();
    if (waiter !== undefined) this.#open().then(waiter.resolve, waiter.reject);
  }

  #nextWaiter(): Waiter | undefined {
    const waiter = this.#waiters.shift();
    clearTimeout(waiter?.timer);
    return waiter;
  }

  #isAlive(connection: Connection): Promise<boolean> {
    const answered = new Promise<unknown>((resolve) => {
      const deadline = deadlineIn(this.#settings.connectTimeout);
      connection.send(new Request(knownCommand("PING"), [], plain, 0, deadline, resolve));
    });
    return answered.then(
      () => true,
      () => false,
    );
  }

  #startReaper(): void {
    const { idleTimeout, minIdle } = this.#settings;
    if (idleTimeout === 0 || this.#reaper !== undefined || this.#idle.length <= minIdle) return;
    this.#reaper = setInterval(() => this.#reap(), Math.min(idleTimeout, 1000));
    (this.#reaper as { unref?: () => void }).unref?.();
  }

  #reap(): void {
    const { idleTimeout, minIdle } = this.#settings;
    const since = performance.now() - idleTimeout;
    while (this.#idle.length > minIdle && this.#idle[0].idleSince < since) this.#idle.shift()?.close();
    if (this.#idle.length > minIdle) return;
    clearInterval(this.#reaper);
    this.#reaper = undefined;
  }

  ended(connection: Connection, error: RedisError | null, unsent: Pending[], unanswered: Pending[]): void {
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    const reason = error?.message ?? "the connection was closed";
    this.#recesses.get(connection)?.cancel(reason);
    this.#recesses.delete(connection);
    for (const pending of unanswered) pending.fail(lost(pending, "maybe", reason, connection.address, error));
    for (const pending of unsent) pending.fail(lost(pending, "no", reason, connection.address, error));
  }

  /**
   * The endpoint of `connection` goes away: idle connections to it are closed, lent ones are thrown away when they
   * are given back.
   */
  moving(connection: Connection, move: Move): void {
    const retire = () => {
      this.closeIdle(connection.address);
      if (!this.#lent.has(connection) || connection.retired) return;
      connection.retired = true;
      connection.onRetire?.(leftOf(move));
    };
    if (move.wait === 0) return retire();
    (setTimeout(retire, move.wait) as { unref?: () => void }).unref?.();
  }

  /**
   * End what `connection` is blocked in shortly before its endpoint goes away, `left` milliseconds from now: it has
   * not run then, and may be sent elsewhere. It gets the error UNBLOCKED.
   * @param asked called when the server is asked to do that
   */
  unblockIn(connection: Connection, left: number, asked: () => void): void {
    const timer = setTimeout(() => {
      if (connection.open && connection.isBlocked) void this.#unblock(connection, asked);
    }, left * PART_BLOCKED);
    (timer as { unref?: () => void }).unref?.();
  }

  async #unblock({ clientId, connector }: Connection, onAsked: () => void): Promise<void> {
    try {
      // The command that ends it must go to the server where it is.
      const helper = await this.#dialer.dial(this, connector);
      onAsked();
      const asked = new Promise((resolve) => {
        const deadline = deadlineIn(this.#settings.connectTimeout);
        const command = knownCommand("CLIENT UNBLOCK");
        helper.send(new Request(command, [clientId, "ERROR"], plain, NO_RETRY, deadline, resolve));
      });
      await asked.finally(() => helper.close());
    } catch {
      // Then the server ends the connection, and the caller learns it from that.
    }
  }

  /**
   * A session waits on its connection, as long as its state does not depend on what was refused. Everyone else who has
   * borrowed one decides for himself, and so does a session where another server must be asked.
   */
  postpone(connection: Connection, pending: Pending, error: ReplyError): boolean {
    const waits = connection.patient && !connection.touched && !isElsewhere(error);
    if (!waits || this.#closed || ++pending.attempts > this.#settings.attempts) return false;
    let recess = this.#recesses.get(connection);
    if (recess === undefined) {
      const wait = pauseAfter(pending.attempts, this.#settings);
      const { counters } = this.#dialer.ledger;
      const over = () => this.#recesses.delete(connection);
      recess = new Recess(connection, this.#settings, counters, wait, over);
      this.#recesses.set(connection, recess);
    }
    recess.add(pending, error);
    return true;
  }

  /** Close the idle connections, or those to one address. */
  closeIdle(address?: string): void {
    for (const connection of this.#idle.splice(0)) {
      if (address === undefined || connection.address === address) void connection.close();
      else this.#idle.push(connection);
    }
  }

  /** End blocked commands, and turn those away who wait for a connection. */
  destroyBlocked(): void {
    this.#shut();
    for (const connection of [...this.#lent]) if (connection.isBlocked) connection.destroy();
  }

  /** Close all connections, once what was sent on them has its replies. */
  async close(): Promise<void> {
    this.#shut();
    // Without a pause: an error reply is a better end than none.
    for (const recess of [...this.#recesses.values()]) recess.end();
    const all = [...this.#idle, ...this.#lent];
    await Promise.all(all.map((connection) => connection.close()));
  }

  /** Close all connections at once; commands on them fail with a {@link ClosedError}. */
  destroy(): void {
    this.#shut();
    for (const connection of [...this.#idle.splice(0), ...this.#lent]) connection.destroy();
  }

  #shut(): void {
    this.#closed = true;
    clearInterval(this.#reaper);
    this.#reaper = undefined;
    const { address } = this.#settings.connector;
    for (let waiter = this.#nextWaiter(); waiter !== undefined; waiter = this.#nextWaiter()) {
      waiter.reject(new ClosedError("ECLOSED", `The client of ${address} was closed`, "no", { address }));
    }
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ConnectionError && error.code !== "EPOOL" && !(error instanceof ClosedError);
}
