/** Clients that wait for keys: BLPOP and its kin, WAIT, and everybody while CLIENT PAUSE holds. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import type { Command } from "./command-table.js";
import { isMeasured, noteDuration } from "./command-timing.js";
import type { Database } from "./database.js";
import { type Deadline, Deadlines } from "./deadlines.js";
import type { Args } from "./handler.js";
import type { Session } from "./session.js";

/** What a handler returns that must wait. */
export class Blocked {
  readonly keys: readonly string[];
  readonly timeoutMs: number;
  readonly attempt: (readyKey: string) => ReplyValue | undefined;
  readonly onTimeout: ReplyValue;
  readonly onRefusal: ReplyValue;

  /**
   * @param keys the keys whose change may end the waiting
   * @param timeoutMs 0: for ever
   * @param attempt called when `readyKey` (one of the keys) has changed; `undefined`: go on waiting
   * @param onTimeout the reply when time runs out
   * @param onRefusal the reply inside MULTI and scripts, at once (BLMOVE: another null than after its timeout)
   */
  constructor(
    keys: readonly string[],
    timeoutMs: number,
    attempt: (readyKey: string) => ReplyValue | undefined,
    onTimeout: ReplyValue,
    onRefusal: ReplyValue = onTimeout,
  ) {
    this.keys = keys;
    this.timeoutMs = timeoutMs;
    this.attempt = attempt;
    this.onTimeout = onTimeout;
    this.onRefusal = onRefusal;
  }

  /** The reply when time has run out. */
  timeoutReply(): ReplyValue {
    return this.onTimeout;
  }
}

/** A request that has been found to wait. */
export interface WaitingRequest {
  readonly session: Session;
  readonly command: Command;
  readonly args: Args;
}

/** One waiting client. */
export class Waiter {
  readonly session: Session;
  readonly command: Command;
  readonly args: Args;
  readonly database: Database;
  readonly blocked: Blocked;
  deadline: Deadline<Waiter> | undefined;

  constructor({ session, command, args }: WaitingRequest, blocked: Blocked) {
    this.session = session;
    this.command = command;
    this.args = args;
    this.database = session.db;
    this.blocked = blocked;
  }
}

/** Redis 7.2 and later run the command again: whichever key is ready, they look at the first one first. */
function attemptAll({ keys, attempt }: Blocked): ReplyValue | undefined {
  for (const key of keys) {
    const reply = attempt(key);
    if (reply !== undefined) return reply;
  }
  return undefined;
}

/** All waiting clients of an engine. */
export class Blocking {
  readonly #deadlines = new Deadlines<Waiter>();
  #ready: { readonly database: Database; readonly key: string }[] = [];
  #serving = false;

  /** Number of clients that wait. */
  count = 0;

  add(request: WaitingRequest, blocked: Blocked, now: number): void {
    const waiter = new Waiter(request, blocked);
    request.session.waiter = waiter;
    this.count++;
    for (const key of blocked.keys) waiter.database.addWaiter(key, waiter);
    if (blocked.timeoutMs > 0) waiter.deadline = this.#deadlines.add(now + blocked.timeoutMs, waiter);
  }

  /** Number of clients that wait for a limited time. */
  get timedCount(): number {
    return this.#deadlines.size;
  }

  /** Stop waiting without a reply. */
  remove(waiter: Waiter): void {
    if (waiter.session.waiter !== waiter) return;
    waiter.session.waiter = undefined;
    this.count--;
    for (const key of waiter.blocked.keys) waiter.database.removeWaiter(key, waiter);
    if (waiter.deadline !== undefined) this.#deadlines.cancel(waiter.deadline);
  }

  /** Stop waiting with `reply`. */
  finish(waiter: Waiter, reply: ReplyValue): void {
    const { session } = waiter;
    this.remove(waiter);
    session.answerLate(reply);
  }

  /** Remember that a key with waiters has changed; {@link serve} acts on it. */
  signal(database: Database, key: string): void {
    this.#ready.push({ database, key });
  }

  /** Is there anything for {@link serve} to do? */
  get hasReady(): boolean {
    return this.#ready.length !== 0;
  }

  /** Try the waiters of all changed keys, first come first served, until nothing moves any more. */
  serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    try {
      while (this.#ready.length !== 0) {
        const ready = this.#ready;
        this.#ready = [];
        for (const { database, key } of ready) {
          for (const waiter of database.waitersOf(key)) this.#try(waiter, key);
        }
      }
    } finally {
      this.#serving = false;
    }
  }

  #try(waiter: Waiter, key: string): void {
    if (waiter.session.waiter !== waiter) return;
    const { session, command } = waiter;
    const { engine } = session;
    const isTimed = engine.slowlog.active || engine.latency.active || isMeasured(command);
    const before = isTimed ? engine.clock.micros() : 0;
    let reply: ReplyValue | undefined;
    // Whatever the last command did: this one may write.
    engine.reading = false;
    const { blocked } = waiter;
    const messages = engine.actFor(session, () => {
      try {
        const { propagation } = engine;
        const attempt = () => (engine.isAtLeast("7.2") ? attemptAll(blocked) : blocked.attempt(key));
        reply = propagation === undefined ? attempt() : propagation.resume(session, attempt);
      } catch (error) {
        reply = error instanceof ErrorReply ? error : engine.reportBug(error);
      }
    });
    if (reply === undefined) return;
    if (reply instanceof ErrorReply) {
      command.failed++;
      engine.statistics.countError(reply.message);
    }
    if (isTimed) {
      noteDuration(session, command, waiter.args, engine.clock.micros() - before, "command-unblocking");
    }
    this.finish(waiter, reply);
    for (const message of messages) session.host.deliver(message);
  }

  /** The next moment at which somebody's waiting ends. */
  nextDeadline(): number | undefined {
    return this.#deadlines.next();
  }

  /** Answer those whose time has run out. */
  expire(now: number): void {
    for (;;) {
      const waiter = this.#deadlines.take(now);
      if (waiter === undefined) return;
      waiter.deadline = undefined;
      this.finish(waiter, waiter.blocked.timeoutReply());
    }
  }
}
