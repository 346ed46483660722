/** The end of the server, asked for by SHUTDOWN or by a signal: replicas may catch up first, and it can be called off. */
import { ErrorReply, Replies, type ReplyValue } from "../../protocol/reply.js";
import type { Appointment } from "./agenda.js";
import { Blocked } from "./blocking.js";
import type { Ending } from "./ending.js";
import type { Engine } from "./engine.js";
import type { LogLevel } from "./server-files.js";
import type { Session } from "./session.js";

const NOTICE: LogLevel = 2;
const WARNING: LogLevel = 3;

const FAILED = "ERR Errors trying to SHUTDOWN. Check logs.";

/** What has become of a wish to end the server. */
export type ShutdownOutcome = "ends" | "waits" | "fails";

/** SHUTDOWN of a client, while replicas catch up. Only failure is ever answered. */
class WaitForEnd extends Blocked {
  readonly session: Session;

  constructor(session: Session) {
    super([], 0, () => undefined, new ErrorReply(FAILED));
    this.session = session;
  }
}

/** One engine's end. */
export class Shutdown {
  readonly #engine: Engine;
  /** What is to be done when the replicas have caught up, or their time is over. */
  #waiting: { readonly ending: Ending; readonly until: number; readonly timeout: Appointment } | undefined;
  /** Is the data set being saved for the last time? */
  #saving = false;
  /** A signal that has come and was not acted on yet. */
  #scheduled: Ending | undefined;
  readonly #clients = new Set<WaitForEnd>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Is the end near: begun or scheduled? */
  get isComing(): boolean {
    return this.#saving || this.#waiting !== undefined || this.#scheduled !== undefined;
  }

  /** For how long replicas are waited for yet, ms; `undefined` while nothing waits for them. */
  get remaining(): number | undefined {
    return this.#waiting === undefined ? undefined : this.#waiting.until - this.#engine.now;
  }

  /** A signal has come: {@link runScheduled} acts on it, and SHUTDOWN ABORT may come before. */
  schedule(ending: Ending): void {
    if (!this.isComing) this.#scheduled = ending;
  }

  /** Act on a signal. To be called when one was scheduled and several times a second; DEBUG PAUSE-CRON defers it. */
  runScheduled(): void {
    const ending = this.#scheduled;
    if (ending === undefined || this.#engine.pausesRounds) return;
    this.#scheduled = undefined;
    this.begin(ending);
  }

  /** End the server: at once, or when its replicas have caught up. The host is told when all is saved. */
  begin(ending: Ending): ShutdownOutcome {
    if (this.#waiting !== undefined || this.#saving) return "waits";
    const engine = this.#engine;
    engine.log?.(WARNING, "User requested shutdown...");
    const seconds = engine.config.number("shutdown-timeout");
    if (ending.now || seconds === 0 || this.#laggards() === 0) return this.#finish(ending);
    const until = engine.now + seconds * 1000;
    if (engine.holding.pause === undefined) engine.replication.askForAcknowledgements();
    const timeout = engine.agenda.add(until, () => this.#goOn());
    this.#waiting = { ending, until, timeout };
    engine.noteDeadline(until);
    engine.holding.pauseClients("shutdown", false, Number.POSITIVE_INFINITY);
    engine.log?.(NOTICE, "Waiting for replicas before shutting down.");
    return "waits";
  }

  /** SHUTDOWN: {@link begin}, and the client waits for what comes of it. @throws ErrorReply when it cannot end */
  beginFor(session: Session, ending: Ending): ReplyValue | Blocked {
    const outcome = this.begin(ending);
    if (outcome === "fails") throw new ErrorReply(FAILED);
    if (outcome === "ends") return new Replies([]);
    const wait = new WaitForEnd(session);
    this.#clients.add(wait);
    return wait;
  }

  /** SHUTDOWN ABORT. @returns false when there is nothing to call off */
  abort(): boolean {
    if (this.#waiting === undefined && this.#scheduled === undefined) return false;
    this.#cancel();
    this.#engine.log?.(NOTICE, "Shutdown manually aborted.");
    return true;
  }

  /** A replica has acknowledged something, or has gone. */
  replicasChanged(): void {
    if (this.#waiting !== undefined && this.#laggards() === 0) this.#goOn();
  }

  #goOn(): void {
    if (this.#waiting !== undefined) this.#finish(this.#waiting.ending);
  }

  #laggards(): number {
    let count = 0;
    const { offset, replicas } = this.#engine.replication;
    for (const { acknowledged } of replicas) if (acknowledged !== offset) count++;
    return count;
  }

  /** Save and end. When it must not end the log says why, and clients that wait for it are told. */
  #finish(ending: Ending): ShutdownOutcome {
    const engine = this.#engine;
    this.#reportReplicas();
    this.#forgetWaiting();
    this.#saving = true;
    let outcome: ShutdownOutcome = "waits";
    engine.persistence.end(ending, (may) => {
      this.#saving = false;
      outcome = may ? "ends" : "fails";
      if (may) return engine.onShutdown?.();
      engine.log?.(WARNING, "Errors trying to shut down the server. Check the logs for more information.");
      this.#cancel();
    });
    return outcome;
  }

  #reportReplicas(): void {
    const { log, now, replication } = this.#engine;
    const { offset, replicas } = replication;
    if (replicas.size === 0) return;
    for (const replica of replicas) {
      const behind = offset - replica.acknowledged;
      if (behind === 0) continue;
      const port = replica.port === 0 ? "<unknown-replica-port>" : replica.port;
      log?.(
        WARNING,
        `Lagging replica ${replica.host}:${port} reported offset ${behind} behind master, lag=${replica.lag(now)}, state=online.`,
      );
    }
    const inSync = replicas.size - this.#laggards();
    log?.(NOTICE, `${inSync} of ${replicas.size} replicas are in sync when shutting down.`);
  }

  #forgetWaiting(): void {
    this.#scheduled = undefined;
    if (this.#waiting === undefined) return;
    this.#engine.agenda.cancel(this.#waiting.timeout);
    this.#waiting = undefined;
  }

  #cancel(): void {
    this.#forgetWaiting();
    const waits = [...this.#clients];
    this.#clients.clear();
    const { blocking, holding, statistics } = this.#engine;
    for (const wait of waits) {
      const { waiter } = wait.session;
      if (waiter?.blocked !== wait) continue;
      statistics.countError(FAILED);
      waiter.command.failed++;
      blocking.finish(waiter, wait.timeoutReply());
    }
    holding.unpause("shutdown");
  }
}
