/**
 * What follows when a task has ended: stores, publications, acknowledgement and events, in Celery's order. That of a
 * success: next steps, SUCCESS, the chord, the late acknowledgement, the event.
 */
import type { Backend } from "../backend.js";
import { TimeLimitExceeded, WorkerLostError } from "../errors.js";
import type { EventDispatcher } from "../events/dispatcher.js";
import { type ExceptionRecord, exceptionRepr, toExceptionRecord } from "../exceptions.js";
import { SILENT, type TaskLog } from "../log.js";
import type { Embed, OutgoingTask } from "../message.js";
import { shortRepr } from "../python-repr.js";
import { type ChordHost, chordPartEnded, failSteps } from "./chord.js";
import { applyAll, applySignature, type StepSender } from "./next-steps.js";
import type { Persistence } from "./persistence.js";
import type { JobOutcome } from "./pools/pool.js";
import type { HeldTask } from "./request.js";
import { resultMeta, unsentMeta } from "./result-metas.js";
import { signalNumber } from "./signals.js";

/** What outcomes need of the worker. */
export interface OutcomeHost {
  readonly hostname: string;
  /** Where results go; null: nowhere. */
  readonly backend: Backend | null;
  readonly events: EventDispatcher;
  readonly log: TaskLog;
  readonly sender: StepSender;
  readonly persistence: Persistence;
  readonly resultExtended: boolean;
  /** "gen<pid>@<host>" */
  readonly origin: string;
  ack(held: HeldTask): void;
  /** Put it back into its queue; it comes after all others. */
  requeue(held: HeldTask): Promise<void>;
  /** Publish a message anew (a retry). */
  publishAgain(task: OutgoingTask, queue: string): Promise<void>;
}

/** Headers of the protocol; all others are the caller's own, and a retry passes them on. */
const PROTOCOL_HEADERS = new Set(
  `lang task id shadow eta expires group group_index retries timelimit root_id parent_id argsrepr kwargsrepr origin
  ignore_result compression redelivered content-type content-encoding`.split(/\s+/),
);

/** Settles tasks. */
export class Outcomes {
  readonly #host: OutcomeHost;
  readonly #quiet: boolean;

  constructor(host: OutcomeHost) {
    this.#host = host;
    this.#quiet = host.log === SILENT;
  }

  /** A task begins: its event, its early acknowledgement, its state. */
  started(held: HeldTask): void {
    const { events } = this.#host;
    if (events.enabled) events.send("task-started", { uuid: held.id });
    if (!held.policy.acksLate) this.#host.ack(held);
  }

  /** Stores STARTED where it is tracked. */
  storeStarted(held: HeldTask, pid: number): void {
    const { trackStarted, ignoreResult } = held.policy;
    if (!trackStarted || ignoreResult) return;
    const { hostname, backend } = this.#host;
    if (backend === null) return;
    // A state on the way; what counts is stored until it is stored.
    held.started = backend.store(this.#meta(held, "STARTED", { pid, hostname })).catch((error: unknown) => {
      this.#host.log.warn(`STARTED of ${held.label} was not stored: ${String(error)}`);
    });
  }

  /** A state of the task's own choosing. */
  async storeState(held: HeldTask, status: string, meta: unknown): Promise<void> {
    const { backend, persistence } = this.#host;
    if (backend === null || held.policy.ignoreResult) return;
    if (held.started !== undefined) await held.started;
    await persistence.untilDone(`State ${status} of ${held.label}`, () =>
      backend.store(this.#meta(held, status, meta)),
    );
  }

  /** A task has ended. What can be done at once is done at once; else the promise never rejects. */
  settle(held: HeldTask, outcome: JobOutcome): void | Promise<void> {
    if (outcome.kind === "success" && held.started === undefined && nothingFollows(held.message.embed)) {
      const { backend } = this.#host;
      if (held.policy.ignoreResult || backend === null) return this.#done(held, outcome);
      // Most tasks end here, and most stores succeed: with as few promises as can be.
      return backend.store(this.#meta(held, "SUCCESS", outcome.value, null, outcome.children)).then(
        () => this.#done(held, outcome),
        () => this.#guard(held, () => this.#settle(held, outcome)),
      );
    }
    return this.#guard(held, () => this.#settle(held, outcome));
  }

  /** All that a success had to store is stored. */
  #done(held: HeldTask, { value, runtime }: JobOutcome & { kind: "success" }): void {
    if (held.policy.acksLate) this.#host.ack(held);
    this.#tellSuccess(held, value, runtime);
  }

  async #guard(held: HeldTask, settle: () => Promise<void>): Promise<void> {
    try {
      await settle();
    } catch (error) {
      const { log, persistence } = this.#host;
      if (persistence.abandoned) return;
      log.error(`The outcome of ${held.label} could not be stored: ${String(error)}`);
      if (!held.acknowledged) this.#host.ack(held);
    }
  }

  async #settle(held: HeldTask, outcome: JobOutcome): Promise<void> {
    // It must not come after what follows.
    if (held.started !== undefined) await held.started;
    switch (outcome.kind) {
      case "success":
        return this.#succeeded(held, outcome);
      case "failure":
        return this.#failed(held, outcome);
      case "retry":
        return this.#retried(held, outcome);
      case "ignore":
        this.#host.ack(held);
        return this.#host.log.info(`Task ${held.label} ignored`);
      case "reject":
        return this.#rejected(held, outcome.requeue, outcome.reason);
      case "lost":
        return this.#lost(held, outcome.reason);
      case "timeLimit":
        this.#host.log.error(`Hard time limit (${outcome.seconds}s) exceeded for ${held.label}`);
        return this.#failed(held, {
          error: toExceptionRecord(new TimeLimitExceeded(outcome.seconds)),
          traceback: null,
          children: held.children,
        });
      case "terminated":
        return this.revoked(held, "terminated", outcome.signal);
    }
  }

  async #succeeded(held: HeldTask, outcome: JobOutcome & { kind: "success" }): Promise<void> {
    const { persistence, sender, backend } = this.#host;
    const { message, policy } = held;
    const { value } = outcome;
    const children = [...outcome.children];
    const result = value === undefined ? null : value;
    try {
      const { callbacks, chain } = message.embed;
      const place = { rootId: held.rootId, parentId: held.id };
      if (callbacks !== null && callbacks.length > 0) {
        children.push(...(await applyAll(sender, callbacks, [result], place)));
      }
      if (chain !== null && chain.length > 0) {
        const rest = chain.slice(0, -1);
        const next = chain[chain.length - 1];
        children.push(await applySignature(sender, next, [result], { ...place, chain: rest }));
      }
      if (!policy.ignoreResult && backend !== null) {
        const meta = this.#meta(held, "SUCCESS", result, null, children);
        await persistence.untilDone(`Result of ${held.label}`, () => backend.store(meta));
      }
    } catch (error) {
      if (persistence.abandoned) throw error;
      // The function is through, but its result cannot be told: to those who wait that is a failure.
      const record =
        error instanceof TypeError
          ? { exc_type: "EncodeError", exc_message: [error.message], exc_module: "kombu.exceptions" }
          : toExceptionRecord(error);
      const traceback = error instanceof Error ? `${error.stack ?? error.message}\n` : null;
      return this.#failed(held, { error: record, traceback, children });
    }
    await this.#chordPart(held, "SUCCESS", result);
    this.#done(held, outcome);
  }

  /** Event and log line of a success. */
  #tellSuccess(held: HeldTask, value: unknown, runtime: number): void {
    const { events, log } = this.#host;
    if (!events.enabled && this.#quiet) return;
    const result = shortRepr(value);
    if (events.enabled) events.send("task-succeeded", { uuid: held.id, result, runtime });
    log.info(`Task ${held.label} succeeded in ${secondsText(runtime)}s: ${result}`);
  }

  async #failed(
    held: HeldTask,
    failure: { error: ExceptionRecord; traceback: string | null; children: readonly unknown[] },
  ): Promise<void> {
    const { events, log } = this.#host;
    const { error, traceback, children } = failure;
    await this.storeFailure(held, "FAILURE", error, traceback, children);
    if (held.policy.acksLate && !held.acknowledged) {
      // Either way the message is gone: rejected, it would go to a dead letter queue, which Redis has not.
      this.#host.ack(held);
      if (!held.policy.acksOnFailureOrTimeout && events.enabled) {
        events.send("task-rejected", { uuid: held.id, requeue: false });
      }
    }
    const exception = exceptionRepr(error);
    if (events.enabled) events.send("task-failed", { uuid: held.id, exception, traceback });
    log.error(
      `Task ${held.label} raised unexpected: ${exception}${traceback === null ? "" : `\n${traceback}`}`,
    );
  }

  /**
   * Stores a failure and tells those who wait for the task: its chord, the steps behind it, its errbacks.
   *
   * @param status - FAILURE or REVOKED
   */
  async storeFailure(
    held: HeldTask,
    status: "FAILURE" | "REVOKED",
    error: ExceptionRecord,
    traceback: string | null,
    children: readonly unknown[] = [],
  ): Promise<void> {
    const { backend, persistence, sender } = this.#host;
    const { embed } = held.message;
    const stores = !held.policy.ignoreResult || held.policy.storeErrors;
    if (stores && backend !== null) {
      const meta = this.#meta(held, status, error, traceback, children);
      await persistence.untilDone(`Failure of ${held.label}`, () => backend.store(meta));
    }
    await this.#chordPart(held, status, error);
    const { chain, errbacks } = embed;
    if (chain !== null && chain.length > 0 && backend !== null) {
      await failSteps(this.#chordHost(backend), chain, status, error, traceback);
    }
    if (status === "FAILURE" && errbacks !== null && errbacks.length > 0) {
      const place = { rootId: held.rootId, parentId: held.id };
      await applyAll(sender, errbacks, [held.id], place);
    }
  }

  async #retried(held: HeldTask, outcome: JobOutcome & { kind: "retry" }): Promise<void> {
    const { persistence, backend, events, log } = this.#host;
    const again = this.#again(held, outcome);
    await persistence.untilDone(`Retry of ${held.label}`, () =>
      this.#host.publishAgain(again, held.delivery.queue),
    );
    if (!held.policy.ignoreResult && backend !== null) {
      const children = [...outcome.children, [[held.id, null], null]];
      const meta = this.#meta(held, "RETRY", outcome.error, outcome.traceback, children);
      await persistence.untilDone(`Retry of ${held.label}`, () => backend.store(meta));
    }
    if (events.enabled) {
      const exception = exceptionRepr(outcome.error);
      events.send("task-retried", { uuid: held.id, exception, traceback: outcome.traceback });
    }
    if (!held.acknowledged) this.#host.ack(held);
    log.info(`Task ${held.label} retry: ${outcome.message}`);
  }

  /** The message of the next try: the same task, once more. */
  #again(held: HeldTask, outcome: JobOutcome & { kind: "retry" }): OutgoingTask {
    const { message } = held;
    const own = Object.entries(message.headers).filter(([name]) => !PROTOCOL_HEADERS.has(name));
    return {
      task: message.task,
      id: message.id,
      args: outcome.args ?? message.args,
      kwargs: outcome.kwargs ?? message.kwargs,
      embed: message.embed,
      rootId: held.rootId,
      parentId: message.id,
      group: message.group,
      groupIndex: message.groupIndex,
      retries: message.retries + 1,
      eta: new Date(outcome.eta),
      expires: message.expires,
      timelimit: message.timelimit,
      ignoreResult: message.ignoreResult,
      shadow: message.shadow,
      ...(own.length === 0 ? {} : { headers: Object.fromEntries(own) }),
      replyTo: message.replyTo,
      priority: message.priority,
      exchange: message.exchange,
      routingKey: message.routingKey === "" ? held.delivery.queue : message.routingKey,
      origin: this.#host.origin,
    };
  }

  async #rejected(held: HeldTask, requeue: boolean, reason: string): Promise<void> {
    const { events, log } = this.#host;
    if (!held.acknowledged) {
      if (requeue) await this.#host.requeue(held);
      else this.#host.ack(held);
      if (events.enabled) events.send("task-rejected", { uuid: held.id, requeue });
    }
    log.info(`Task ${held.label} reject requeue=${requeue ? "True" : "False"}: ${reason}`);
  }

  async #lost(held: HeldTask, reason: string): Promise<void> {
    const { rejectOnWorkerLost, acksLate } = held.policy;
    if (acksLate && rejectOnWorkerLost && !held.acknowledged) {
      return this.#rejected(held, true, reason);
    }
    const error = toExceptionRecord(new WorkerLostError(reason));
    return this.#failed(held, { error, traceback: null, children: held.children });
  }

  /**
   * A task that does not run (any more).
   *
   * @param reason - "revoked", "expired" or "terminated"
   * @param signal - the signal that ended it
   */
  async revoked(
    held: HeldTask,
    reason: "revoked" | "expired" | "terminated",
    signal?: string,
  ): Promise<void> {
    const { events, log } = this.#host;
    const terminated = reason === "terminated";
    log.info(
      terminated
        ? `Task ${held.label} terminated (${signal ?? "SIGTERM"})`
        : `Discarding ${reason} task: ${held.label}`,
    );
    if (events.enabled) {
      const signum = terminated ? signalNumber(signal ?? "SIGTERM") : null;
      events.send("task-revoked", { uuid: held.id, terminated, signum, expired: reason === "expired" });
    }
    await this.#guard(held, async () => {
      await this.storeFailure(held, "REVOKED", revokedRecord(reason), null, held.children);
      if (!held.acknowledged) this.#host.ack(held);
    });
  }

  /** A task that cannot run, for this worker does not have it. Never rejects. */
  discarded(held: HeldTask, error: ExceptionRecord, tell: () => void): Promise<void> {
    return this.#guard(held, async () => {
      await this.storeFailure(held, "FAILURE", error, null);
      this.#host.ack(held);
      tell();
    });
  }

  /** Notes the part of a chord that has ended. */
  async #chordPart(held: HeldTask, status: string, result: unknown): Promise<void> {
    const { backend } = this.#host;
    const { chord } = held.message.embed;
    const { group, groupIndex } = held.message;
    if (chord === null || group === null || backend === null) return;
    const part = { taskId: held.id, rootId: held.rootId, group, groupIndex, chord, status, result };
    await chordPartEnded(this.#chordHost(backend), part);
  }

  #chordHost(backend: Backend): ChordHost {
    const { sender, log, persistence } = this.#host;
    const persist = <T>(group: string, attempt: () => Promise<T>) =>
      persistence.untilDone(`Chord ${group}`, attempt);
    return {
      // Each step by itself: repeated as a whole, the body could be sent twice.
      backend: {
        chordPart: (group, index, part) => persist(group, () => backend.chordPart(group, index, part)),
        chordParts: (group) => persist(group, () => backend.chordParts(group)),
        readGroup: (group) => persist(group, () => backend.readGroup(group)),
        endChord: (group) => persist(group, () => backend.endChord(group)),
      },
      sender,
      log,
      async storeFailure(taskId, status, error, traceback) {
        const meta = unsentMeta(taskId, status, error, traceback);
        await persistence.untilDone(`Failure of ${taskId}`, () => backend.store(meta));
      },
    };
  }

  #meta(
    held: HeldTask,
    status: string,
    result: unknown,
    traceback: string | null = null,
    children: readonly unknown[] = held.children,
  ) {
    const { resultExtended, hostname } = this.#host;
    const state = { status, result, traceback, children };
    return resultMeta(held.message, state, resultExtended ? hostname : undefined);
  }
}

/** Whether a success is all that there is to tell. */
function nothingFollows({ callbacks, chain, chord }: Embed): boolean {
  return chord === null && !callbacks?.length && !chain?.length;
}

/** Seconds as Celery's log shows them, without a tail of digits that mean nothing. */
function secondsText(seconds: number): string {
  return String(Number(seconds.toFixed(6)));
}

/** The failure of a task that was revoked. */
export function revokedRecord(reason: string): ExceptionRecord {
  return { exc_type: "TaskRevokedError", exc_message: [reason], exc_module: "celery.exceptions" };
}
