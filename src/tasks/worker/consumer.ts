/** Takes messages from the queues, as many as there is room for, and waits when there are none. */
import type { Broker, Delivery } from "../broker.js";
import type { TaskLog } from "../log.js";
import type { Persistence } from "./persistence.js";

/** The most messages taken in one step. */
const MOST_AT_ONCE = 200;
/** Milliseconds before the broker is asked again after an error: the first pause, and the longest. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 1000;

/** What a consumer needs. */
export interface ConsumerHost {
  readonly broker: Pick<Broker, "pop" | "wait">;
  readonly log: TaskLog;
  readonly persistence: Persistence;
  readonly order: "round_robin" | "sorted" | "priority";
  /** How many messages may be taken now. */
  room(): number;
  receive(deliveries: readonly Delivery[]): void;
  /** Messages that came while the consumer was being stopped. */
  giveBack(deliveries: readonly Delivery[]): Promise<void>;
  /** The broker answers again. */
  recovered(): void;
}

/** Takes messages. */
export class Consumer {
  readonly #host: ConsumerHost;
  #queues: string[];
  #running: Promise<void> | undefined;
  #stopped = false;
  /** Ends the present wait for messages. */
  #waiting: AbortController | undefined;
  /** Ends the present wait for room. */
  #roomMade: (() => void) | undefined;

  constructor(host: ConsumerHost, queues: readonly string[]) {
    this.#host = host;
    this.#queues = host.order === "sorted" ? [...queues].sort() : [...queues];
  }

  /** Begin. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Take no more; resolves when nothing is on its way any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
  }

  /** Consume from these queues from now on. */
  setQueues(queues: readonly string[]): void {
    this.#queues = this.#host.order === "sorted" ? [...queues].sort() : [...queues];
    this.#wake();
  }

  /** There is room again. */
  roomMade(): void {
    const wake = this.#roomMade;
    if (wake === undefined) return;
    this.#roomMade = undefined;
    wake();
  }

  #wake(): void {
    this.#waiting?.abort();
    this.roomMade();
  }

  async #run(): Promise<void> {
    const { broker, log, persistence } = this.#host;
    let pause = 0;
    while (!this.#stopped) {
      const room = this.#queues.length === 0 ? 0 : this.#host.room();
      if (room <= 0) {
        await new Promise<void>((resolve) => {
          this.#roomMade = resolve;
        });
        continue;
      }
      try {
        const deliveries = await broker.pop(this.#queues, Math.min(room, MOST_AT_ONCE));
        if (pause > 0) {
          pause = 0;
          log.info("consumer: The broker answers again");
          this.#host.recovered();
        }
        if (deliveries.length > 0) await this.#hand(deliveries);
        else if (!this.#stopped) await this.#wait();
      } catch (error) {
        if (this.#stopped) return;
        if (pause === 0) log.error(`consumer: Connection to broker lost: ${textOf(error)}. Trying again ...`);
        pause = Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
        await persistence.pause(pause);
      }
    }
  }

  async #hand(deliveries: readonly Delivery[]): Promise<void> {
    if (this.#stopped) return this.#host.giveBack(deliveries);
    // The queue that is served first goes to the end, so that no one of them waits for the others to be empty.
    if (this.#host.order === "round_robin" && this.#queues.length > 1)
      this.#queues.push(this.#queues.shift()!);
    this.#host.receive(deliveries);
  }

  async #wait(): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    try {
      await this.#host.broker.wait(this.#queues, waiting.signal);
    } finally {
      this.#waiting = undefined;
    }
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
