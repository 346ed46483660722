/** The parts of a worker that need its connections, put together. */
import type { TaskApp } from "../app.js";
import type { Backend } from "../backend.js";
import type { Broker } from "../broker.js";
import type { EventDispatcher } from "../events/dispatcher.js";
import type { TaskLog } from "../log.js";
import { processId } from "../node-facts.js";
import { anonymousNodeName } from "../node-name.js";
import { Acknowledger } from "./acknowledger.js";
import { Consumer } from "./consumer.js";
import { HeldMessages } from "./held-messages.js";
import { Intake } from "./intake.js";
import type { StepSender } from "./next-steps.js";
import { Outcomes } from "./outcome.js";
import type { Persistence } from "./persistence.js";
import type { Policies } from "./policy.js";
import type { Pool } from "./pools/pool.js";
import type { RateLimits } from "./rate-limit.js";
import type { HeldTask } from "./request.js";
import type { RevokedTasks } from "./revoked.js";
import { Runner } from "./runner.js";
import { Upkeep } from "./upkeep.js";

/** Messages for which there is always room when there is no prefetch limit. */
const NO_LIMIT = 200;

/** The most messages taken in one step, however many may be held. */
const LARGEST_STEP = 200;
/** Messages held, whatever the prefetch limit, while tasks return at once: they are gone before others could have them. */
const QUICK_LIMIT = 64;

/** What the parts are made of. */
export interface PartsOptions {
  readonly app: TaskApp;
  readonly hostname: string;
  readonly log: TaskLog;
  readonly broker: Broker;
  /** Null: no results are kept. */
  readonly backend: Backend | null;
  readonly pool: Pool;
  readonly events: EventDispatcher;
  readonly persistence: Persistence;
  readonly policies: Policies;
  readonly rates: RateLimits<HeldTask>;
  readonly revoked: RevokedTasks;
  readonly prefetchMultiplier: number;
  queues(): readonly string[];
}

/** Messages, from the queues to their outcomes. */
export class WorkerParts {
  readonly broker: Broker;
  readonly pool: Pool;
  readonly events: EventDispatcher;
  readonly acknowledger: Acknowledger;
  readonly sender: StepSender;
  readonly runner: Runner;
  readonly intake: Intake;
  readonly held: HeldMessages;
  readonly consumer: Consumer;
  readonly upkeep: Upkeep;
  readonly #options: PartsOptions;
  /** Messages that are held and not acknowledged, without those that wait for their time. */
  #unacked = 0;

  constructor(options: PartsOptions) {
    const { app, broker, pool, events, log, hostname, persistence, policies, rates } = options;
    this.#options = options;
    this.broker = broker;
    this.pool = pool;
    this.events = events;
    this.acknowledger = new Acknowledger(broker, persistence);
    this.sender = stepSender(app, persistence);
    const refused = (held: HeldTask) => this.#refused(held);
    const counted = (change: 1 | -1) => {
      this.#unacked += change;
    };
    const outcomes = new Outcomes({
      hostname,
      backend: options.backend,
      events,
      log,
      sender: this.sender,
      persistence,
      resultExtended: app.settings.resultExtended,
      origin: anonymousNodeName(processId()),
      ack: (held) => this.#ack(held),
      requeue: async (held) => {
        await persistence.untilDone(`Requeue of ${held.label}`, () => broker.requeue(held.delivery));
        this.#letGo(held);
      },
      publishAgain: (task, queue) => app.publish(task, queue),
    });
    this.runner = new Runner({ hostname, pool, outcomes, refused, advanced: () => this.advanced() });
    const { runner } = this;
    this.intake = new Intake({
      app,
      broker,
      events,
      log,
      outcomes,
      policies,
      persistence,
      rates,
      runner,
      refused,
      discard: (tag) => {
        this.acknowledger.ack(tag);
        this.#unacked--;
        this.advanced();
      },
      counted,
    });
    const { intake } = this;
    this.held = new HeldMessages({ broker, runner, intake, rates, persistence, log, counted });
    const { held } = this;
    this.upkeep = new Upkeep({ broker, log, held: () => held.tags() });
    this.consumer = new Consumer(
      {
        broker,
        log,
        persistence,
        order: app.settings.brokerTransportOptions.queueOrderStrategy,
        room: () => this.#room(),
        step: () => Math.min(Math.ceil(this.#limitNow / 2), LARGEST_STEP),
        receive: (deliveries) => intake.receive(deliveries),
        giveBack: (deliveries) => held.restore(deliveries),
        recovered: () => this.#recovered(),
      },
      options.queues(),
    );
  }

  /** How many messages may be held; 0: any number. */
  get limit(): number {
    return this.#options.prefetchMultiplier * this.pool.concurrency;
  }

  /** Something went on: there may be room for more. */
  advanced(): void {
    this.intake.feed();
    if (this.#room() > 0) this.consumer.roomMade();
  }

  /** How many messages may be held at present. */
  get #limitNow(): number {
    if (this.limit === 0) return NO_LIMIT;
    return this.runner.isQuick ? Math.max(this.limit, QUICK_LIMIT) : this.limit;
  }

  /** How many messages may be taken. */
  #room(): number {
    const limit = this.#limitNow;
    const room = this.limit === 0 ? limit : limit - this.#unacked;
    // With work in the line there is no hurry: some at once cost less than each by itself.
    return room * 2 >= limit || this.runner.ready.length === 0 ? room : 0;
  }

  #ack(held: HeldTask): void {
    if (held.acknowledged) return;
    this.acknowledger.ack(held.delivery.tag!);
    this.#letGo(held);
  }

  #letGo(held: HeldTask): void {
    if (held.acknowledged) return;
    held.acknowledged = true;
    this.#unacked--;
    this.advanced();
  }

  #refused({ message }: HeldTask): "revoked" | "expired" | undefined {
    const { expires, id } = message;
    if (expires !== null && expires.getTime() <= Date.now()) return "expired";
    return this.#options.revoked.has(id) ? "revoked" : undefined;
  }

  /** The broker was away, and may have come back empty. */
  #recovered(): void {
    for (const queue of this.#options.queues()) this.broker.declare(queue);
    this.upkeep.run();
  }
}

/**
 * Sends next steps: with the options of the task where this app has it, else by name. Each is sent until it is sent,
 * by itself: the steps before it are not sent again.
 */
function stepSender(app: TaskApp, persistence: Persistence): StepSender {
  return {
    sendTask: (name, args, options) =>
      persistence.untilDone(`Sending ${name}[${options.taskId}]`, () => {
        const task = app.tasks.get(name);
        return task === undefined ? app.sendTask(name, args, options) : app.apply(task, args, options);
      }),
    setChordSize: (group, size) =>
      persistence.untilDone(`Chord ${group}`, () => app.setChordSize(group, size)),
  };
}
