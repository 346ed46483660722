/** What becomes of a message when it comes: it is read, refused, held for its time or its turn, or put in the line. */
import type { TaskApp } from "../app.js";
import type { Broker, Delivery } from "../broker.js";
import { MessageError, NotRegisteredError } from "../errors.js";
import type { EventDispatcher } from "../events/dispatcher.js";
import { exceptionRepr, toExceptionRecord } from "../exceptions.js";
import { writeIsoDate } from "../iso-date.js";
import { SILENT, type TaskLog } from "../log.js";
import { decodeTask, type TaskMessage } from "../message.js";
import type { Outcomes } from "./outcome.js";
import type { Persistence } from "./persistence.js";
import type { Policies } from "./policy.js";
import type { RateLimits } from "./rate-limit.js";
import { HeldTask, type Scheduled } from "./request.js";
import type { Runner } from "./runner.js";
import { Schedule } from "./schedule.js";

/** Messages whose time has come are read again in pages, and only while the line is shorter than this. */
const DUE_PAGE = 200;

/** What intake needs of the worker. */
export interface IntakeHost {
  readonly app: TaskApp;
  readonly broker: Broker;
  readonly events: EventDispatcher;
  readonly log: TaskLog;
  readonly outcomes: Outcomes;
  readonly policies: Policies;
  readonly persistence: Persistence;
  readonly rates: RateLimits<HeldTask>;
  readonly runner: Runner;
  refused(held: HeldTask): "revoked" | "expired" | undefined;
  /** Acknowledge a message that is no task. */
  discard(tag: string): void;
  /** A message counts among those held, or no longer. */
  counted(change: 1 | -1): void;
}

/** Takes messages in. */
export class Intake {
  readonly schedule: Schedule<Scheduled>;
  readonly #host: IntakeHost;
  /** Entries whose time has come, and whose messages are not read yet. */
  #due: Scheduled[] = [];
  #feeding = false;

  constructor(host: IntakeHost) {
    this.#host = host;
    this.schedule = new Schedule((entries) => {
      for (const entry of entries) this.#due.push(entry);
      this.feed();
    });
  }

  /** Everything that waits for its time, or has waited and is not read yet. */
  *waiting(): Iterable<Scheduled> {
    yield* this.schedule.entries();
    yield* this.#due;
  }

  /** Take in messages; each by itself: one that is bad does no harm to the others. */
  receive(deliveries: readonly Delivery[]): void {
    const { log, runner } = this.#host;
    for (const delivery of deliveries) {
      try {
        this.#receive(delivery);
      } catch (error) {
        log.error(`A message could not be taken in: ${describe(error)}\n${excerpt(delivery.raw)}`);
        if (delivery.tag !== undefined) this.#host.discard(delivery.tag);
      }
    }
    runner.pump();
  }

  #receive(delivery: Delivery): void {
    const { log } = this.#host;
    const { tag } = delivery;
    if (tag === undefined) {
      // The broker has kept nothing of it: there is nothing to acknowledge.
      log.error(`Received and deleted unknown message. Wrong destination?\n${excerpt(delivery.raw)}`);
      return;
    }
    this.#host.counted(1);
    const message = this.#decode(delivery, tag);
    if (message === undefined) return;
    const task = this.#host.app.tasks.get(message.task);
    const held = new HeldTask(message, delivery, this.#host.policies.of(message, task?.options));
    if (task === undefined) return this.#unknown(held);
    this.#tellReceived(held);
    const refused = this.#host.refused(held);
    if (refused !== undefined) return this.#host.runner.refuse(held, refused);
    const at = message.eta?.getTime() ?? 0;
    if (at > 0 && at > Date.now()) {
      this.#host.counted(-1);
      this.schedule.add({ at, id: message.id, tag, queue: delivery.queue, key: delivery.key });
      return;
    }
    this.#line(held);
  }

  #decode(delivery: Delivery, tag: string): TaskMessage | undefined {
    const { log, discard } = this.#host;
    try {
      return decodeTask(delivery.raw);
    } catch (error) {
      const what = error instanceof MessageError ? error.message : describe(error);
      log.error(`Can't decode message body: ${what}; the message is discarded\n${excerpt(delivery.raw)}`);
      discard(tag);
      return undefined;
    }
  }

  #unknown(held: HeldTask): void {
    const { events, log, outcomes, runner } = this.#host;
    const error = toExceptionRecord(new NotRegisteredError(held.message.task));
    log.error(
      `Received unregistered task of type '${held.message.task}'. The message has been discarded.\n` +
        `Did you remember to import the module containing this task?\n${excerpt(held.message.raw)}`,
    );
    runner.track(
      outcomes.discarded(held, error, () => {
        if (events.enabled) {
          events.send("task-failed", { uuid: held.id, exception: exceptionRepr(error), traceback: null });
        }
      }),
    );
  }

  #tellReceived(held: HeldTask): void {
    const { events, log } = this.#host;
    const { message } = held;
    if (events.enabled) {
      events.send("task-received", {
        uuid: message.id,
        name: message.task,
        args: message.argsrepr,
        kwargs: message.kwargsrepr,
        root_id: message.rootId,
        parent_id: message.parentId,
        retries: message.retries,
        eta: message.eta === null ? null : writeIsoDate(message.eta),
        expires: message.expires === null ? null : writeIsoDate(message.expires),
      });
    }
    if (log !== SILENT) log.info(`Task ${held.label} received`);
  }

  /** Its time has come: it waits for its rate, then for a place. */
  #line(held: HeldTask): void {
    if (this.#host.rates.pass(held.message.task, held)) this.#host.runner.add(held);
  }

  /** Read messages whose time has come, while the line is short. */
  feed(): void {
    if (this.#feeding || this.#due.length === 0 || this.#host.runner.ready.length >= DUE_PAGE) return;
    this.#feeding = true;
    void this.#feed().finally(() => {
      this.#feeding = false;
    });
  }

  async #feed(): Promise<void> {
    const { broker, persistence, log, runner } = this.#host;
    while (this.#due.length > 0 && runner.ready.length < DUE_PAGE) {
      const page = this.#due.slice(0, DUE_PAGE);
      const raws = await persistence
        .untilDone("Tasks that are due", () => broker.fetch(page.map(({ tag }) => tag)))
        .catch((error: unknown) => {
          if (!persistence.abandoned) log.error(`Tasks that are due could not be read: ${describe(error)}`);
          return undefined;
        });
      // Some may have been taken out meanwhile, by a revoke or the end of the worker.
      const still = new Set(this.#due);
      const current = page.filter((entry) => still.has(entry));
      if (raws === undefined) return;
      const done = new Set(current);
      this.#due = this.#due.filter((entry) => !done.has(entry));
      for (const [index, entry] of page.entries()) {
        if (done.has(entry)) this.#comeDue(entry, raws[index]);
      }
      runner.pump();
    }
  }

  #comeDue(entry: Scheduled, raw: string | null): void {
    const { log, counted, runner } = this.#host;
    if (raw === null) {
      log.warn(`Task ${entry.id} was taken over by another worker while it waited for its time`);
      return;
    }
    counted(1);
    const held = this.hold(entry, raw);
    if (held === undefined) return;
    const refused = this.#host.refused(held);
    if (refused !== undefined) runner.refuse(held, refused);
    else this.#line(held);
  }

  /** A message that has waited, as a held task again. */
  hold(entry: Scheduled, raw: string): HeldTask | undefined {
    const { tag, queue, key } = entry;
    const delivery = { raw, tag, queue, key };
    const message = this.#decode(delivery, tag);
    if (message === undefined) return undefined;
    const options = this.#host.app.tasks.get(message.task)?.options;
    return new HeldTask(message, delivery, this.#host.policies.of(message, options));
  }

  /** Take out what waits for its time. */
  removeWaiting(fits: (entry: Scheduled) => boolean): Scheduled[] {
    const removed = this.schedule.remove(fits);
    this.#due = this.#due.filter((entry) => {
      if (!fits(entry)) return true;
      removed.push(entry);
      return false;
    });
    return removed;
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** The beginning of a message, for the log. */
function excerpt(raw: string): string {
  return raw.length > 500 ? `body: ${raw.slice(0, 500)}... (${raw.length} characters)` : `body: ${raw}`;
}
