/** Follows the events of other workers: keeps the clock in step, notices lost nodes, answers elections. */
import type { Redis } from "../../index.js";
import type { EventDispatcher } from "../events/dispatcher.js";
import { EventSubscription } from "../events/event-subscription.js";
import { ClusterState } from "../events/state.js";
import type { TaskEvent } from "../events/task-event.js";
import type { TaskLog } from "../log.js";
import { processId } from "../node-facts.js";
import { Elections } from "./election.js";

/** Options of {@link Gossip}. */
export interface GossipOptions {
  redis: Redis;
  /** Number of the broker's database. */
  db: number;
  /** This node's dispatcher; its clock is the one that is kept in step. */
  events: EventDispatcher;
  log: TaskLog;
  /** Send a task for an election that this node has won: its signature. */
  callTask?: ((signature: unknown) => unknown) | undefined;
  /** Seconds between two looks for lost nodes. Default {@link LOOK_INTERVAL}. */
  interval?: number | undefined;
}

/** Seconds between two looks for lost nodes. */
const LOOK_INTERVAL = 5;

/** Seconds that clocks may be apart before that is worth a warning. */
const MOST_DRIFT = 16;

/** Milliseconds by which a look may come late and still say something. */
const MOST_DELAY = 500;

/** Follows the events of other workers. Nothing it meets ends it but {@link Gossip.stop}. */
export class Gossip {
  readonly #options: GossipOptions;
  readonly #cluster = new ClusterState({ maxTasks: 1 });
  readonly #elections = new Elections();
  readonly #subscription: EventSubscription;
  readonly #warned = new Set<string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #lookedAt = 0;

  constructor(options: GossipOptions) {
    this.#options = options;
    this.#subscription = new EventSubscription({
      redis: options.redis,
      db: options.db,
      clock: options.events.clock,
      log: options.log,
      topic: "worker.#",
      onEvent: (event) => this.#take(event),
    });
  }

  /** Names of the other workers that live. */
  get aliveNodes(): string[] {
    return this.#cluster.aliveWorkers().map(({ hostname }) => hostname);
  }

  /** Listen; resolves when the broker has confirmed it. */
  async start(): Promise<void> {
    await this.#subscription.start();
    const pause = (this.#options.interval ?? LOOK_INTERVAL) * 1000;
    this.#lookedAt = performance.now();
    this.#timer = setInterval(() => this.#lookForLost(pause), pause);
  }

  /** Listen no more. Never rejects. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#subscription.stop();
  }

  /** Take part in an election: the winner does `action`, which with the topic `task` is a signature to send. */
  election(id: string, topic: string, action: unknown): void {
    this.#elections.begin(id);
    this.#options.events.send("worker-elect", { id, topic, action, cver: 1 });
  }

  #take(event: TaskEvent): void {
    const { events, log } = this.#options;
    if (event.type === "worker-elect") return this.#elect(event);
    if (event.type === "worker-elect-ack") return this.#acknowledged(event);
    const { hostname } = event;
    if (hostname === events.hostname) return;
    const joined = this.#cluster.apply(event);
    if (event.type === "worker-offline") {
      log.debug(`${hostname} left`);
      this.#cluster.forgetWorker(hostname);
      this.#warned.delete(hostname);
    } else if (joined) log.debug(`${hostname} joined the party`);
    const drift = Date.now() / 1000 - event.timestamp;
    if (Math.abs(drift) > MOST_DRIFT && !this.#warned.has(hostname)) {
      this.#warned.add(hostname);
      const seconds = Math.round(Math.abs(drift));
      log.warn(`The clock of ${hostname} is ${seconds} s ${drift > 0 ? "behind" : "ahead of"} ours.`);
    }
  }

  #lookForLost(pause: number): void {
    const since = performance.now() - this.#lookedAt;
    this.#lookedAt += since;
    // Something kept this process from listening: first it must take what came meanwhile.
    if (since > pause + MOST_DELAY) return;
    for (const worker of [...this.#cluster.workers.values()]) {
      if (this.#cluster.isAlive(worker)) continue;
      this.#options.log.info(`missed heartbeat from ${worker.hostname}`);
      this.#cluster.forgetWorker(worker.hostname);
    }
  }

  #elect(event: TaskEvent): void {
    const { id, topic, action, clock, hostname, pid } = event;
    if (typeof id !== "string" || typeof topic !== "string") {
      this.#options.log.error(`An election request of ${hostname} has no id or topic.`);
      return;
    }
    this.#elections.vote(id, { clock, voter: `${hostname}.${String(pid)}`, topic, action });
    // An election ends when all who live have acknowledged it.
    this.#options.events.send("worker-elect-ack", { id });
  }

  #acknowledged({ id, hostname }: TaskEvent): void {
    const { events, log, callTask } = this.#options;
    if (typeof id !== "string") return;
    const winner = this.#elections.acknowledge(id, hostname, [...this.aliveNodes, events.hostname]);
    if (winner === undefined) return;
    if (winner.voter !== `${events.hostname}.${processId()}`) {
      log.info(`node ${winner.voter} elected for '${id}'`);
      return;
    }
    log.info(`I won the election '${id}'`);
    if (winner.topic !== "task" || callTask === undefined) {
      log.error(`Unknown election topic '${winner.topic}'`);
      return;
    }
    const failed = (error: unknown) => log.error(`Could not call task: ${String(error)}`);
    try {
      const sent = callTask(winner.action);
      if (sent instanceof Promise) sent.catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
