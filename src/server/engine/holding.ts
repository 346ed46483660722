/** Requests that are held back, and run later: CLIENT PAUSE, scripting that loads, MIGRATE that waits. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import type { Session } from "./session.js";

/** Why clients are held back: CLIENT PAUSE, a shutdown that waits for replicas, or something that nobody may disturb. */
export type PauseReason = "command" | "shutdown" | "work";

/** Who is held back, and until when. */
export interface Pause {
  /** All requests, or those alone that may write? */
  readonly all: boolean;
  /** Milliseconds since 1970. */
  readonly until: number;
}

interface HeldRequest {
  readonly session: Session;
  readonly args: Args;
}

/** Holds the requests of one engine back. */
export class Holding {
  /** All that holds now, taken together. */
  pause: Pause | undefined;
  readonly #engine: Engine;
  readonly #pauses = new Map<PauseReason, Pause>();
  #held: HeldRequest[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The client has gone. */
  forget(session: Session): void {
    if (this.#held.length !== 0) this.#held = this.#held.filter((request) => request.session !== session);
  }

  /** Run the request when the pause is over. */
  untilUnpaused(session: Session, args: Args): void {
    session.held = true;
    this.#held.push({ session, args });
  }

  /** Hold back all requests or those that write, until `until`; what holds already for this reason is not shortened. */
  pauseClients(reason: PauseReason, all: boolean, until: number): void {
    const before = this.#pauses.get(reason);
    const pause = { all: all || (before?.all ?? false), until: Math.max(until, before?.until ?? 0) };
    this.#pauses.set(reason, pause);
    this.#addUp();
    this.#engine.noteDeadline(pause.until);
  }

  /** Hold nobody back for this reason any more. */
  unpause(reason: PauseReason): void {
    if (!this.#pauses.delete(reason)) return;
    this.#addUp();
    const held = this.#held;
    this.#held = [];
    // Keys have waited for it, too.
    const next = this.#engine.nextDeadline();
    if (next !== undefined) this.#engine.noteDeadline(next);
    // Those that something else holds back come again.
    for (const { session, args } of held) this.#release(session, args);
  }

  /** When somebody may have to be served again, ms since 1970; infinite when nothing holds. */
  get nextDeadline(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { until } of this.#pauses.values()) next = Math.min(next, until);
    return next;
  }

  /** End what is over by now. */
  expire(now: number): void {
    for (const [reason, { until }] of [...this.#pauses]) if (until <= now) this.unpause(reason);
  }

  #addUp(): void {
    let sum: Pause | undefined;
    for (const { all, until } of this.#pauses.values()) {
      sum = { all: all || (sum?.all ?? false), until: Math.max(until, sum?.until ?? 0) };
    }
    this.pause = sum;
  }

  /**
   * Serve nobody while the command of `session` waits for something outside.
   * @returns to be called when that has come: `act` makes the reply
   */
  everybodyFor(session: Session): (act: () => ReplyValue) => void {
    this.pauseClients("work", true, Number.POSITIVE_INFINITY);
    const resume = this.laterFor(session);
    return (act) => {
      resume(act);
      this.unpause("work");
    };
  }

  /**
   * The command of `session` waits for something outside, and others are served.
   * @returns to be called when that has come: `act` makes the reply
   */
  laterFor(session: Session): (act: () => ReplyValue) => void {
    const engine = this.#engine;
    return (act) => {
      engine.refreshTime();
      const { propagation } = engine;
      const reply = propagation === undefined ? act() : propagation.resume(session, act);
      if (session.waiter !== undefined) engine.blocking.finish(session.waiter, reply);
      if (engine.blocking.hasReady) engine.blocking.serve();
      engine.endBatch();
    };
  }

  /** Run the request when the scripting engine has loaded. */
  untilScripting(session: Session, args: Args): void {
    session.held = true;
    const { scripting, sessions } = this.#engine;
    scripting.load().then(
      () => this.#release(session, args),
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        if (sessions.has(session.id)) {
          session.answerLate(new ErrorReply(`ERR scripting is not available: ${reason}`));
        }
      },
    );
  }

  #release(session: Session, args: Args): void {
    session.held = false;
    if (!this.#engine.sessions.has(session.id)) return;
    const reply = this.#engine.execute(session, args);
    if (reply !== undefined) session.host.deliver(reply);
    if (!session.blocked) session.host.resume?.();
  }
}
