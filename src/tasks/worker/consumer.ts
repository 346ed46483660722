/** Takes messages from the queues, as many as there is room for, and waits when there are none. */
import type { Broker, Delivery } from "../broker.js";
import type { TaskLog } from "../log.js";
import type { Persistence } from "./persistence.js";

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
  /** The most messages taken in one step: not all that may be held, that one step can be under way meanwhile. */
  step(): number;
  receive(deliveries: readonly Delivery[]): void;
  /** Messages that came while the consumer was being stopped. */
  giveBack(deliveries: readonly Delivery[]): Promise<void>;
  /** The broker answers again. */
  recovered(): void;
}

/** Messages that were asked for. */
interface Step {
  readonly asked: number;
  readonly taken: Promise<readonly Delivery[]>;
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
    const { log, persistence } = this.#host;
    let pause = 0;
    let step: Step | undefined;
    for (;;) {
      step ??= this.#take(this.#host.room());
      if (step === undefined) {
        if (this.#stopped) return;
        await new Promise<void>((resolve) => {
          this.#roomMade = resolve;
        });
        continue;
      }
      const { asked, taken } = step;
      step = undefined;
      try {
        const deliveries = await taken;
        if (pause > 0) {
          pause = 0;
          log.info("consumer: The broker answers again");
          this.#host.recovered();
        }
        // There seem to be more: the broker takes them while these are read and begun.
        if (deliveries.length === asked) step = this.#take(this.#host.room() - asked);
        if (step !== undefined) await turn();
        if (deliveries.length > 0) await this.#hand(deliveries);
        else if (!this.#stopped) await this.#wait();
      } catch (error) {
        if (this.#stopped) continue;
        if (pause === 0) log.error(`consumer: Connection to broker lost: ${textOf(error)}. Trying again ...`);
        pause = Math.min(Math.max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE);
        await persistence.pause(pause);
      }
    }
  }

  /** Ask for messages; undefined: there is no room for them, or nowhere to take them from. */
  #take(room: number): Step | undefined {
    if (this.#stopped || room <= 0 || this.#queues.length === 0) return undefined;
    const asked = Math.min(room, this.#host.step());
    const taken = this.#host.broker.pop(this.#queues, asked);
    // An error is heard when it is this step's turn.
    taken.catch(() => {});
    return { asked, taken };
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

/** Resolves when what was asked for in this turn of the event loop has been written. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
