/**
 * A circuit breaker: while most commands fail because the server does not answer, the others fail at once instead of
 * each waiting for its deadline. Commands that it lets through are carried by the executor behind it.
 */
import type { Arg } from "../commands/base.js";
import type { Decode } from "../commands/replies.js";
import {
  AbortError,
  CircuitOpenError,
  ClosedError,
  ConnectionError,
  DecodeError,
  ProtocolError,
  ReplyError,
} from "../errors.js";
import type { Command, Executor, View } from "./executor.js";

/** `"closed"`: all is well; `"open"`: nothing is sent; `"half-open"`: a few are sent, to see how they fare. */
export type CircuitState = "closed" | "open" | "half-open";

/** When a circuit breaker opens, and when it closes again. */
export interface CircuitBreakerSettings {
  readonly threshold: number;
  readonly minimum: number;
  readonly window: number;
  readonly openFor: number;
  readonly trials: number;
}

/** What one command says of the server. */
type Outcome = "answered" | "failed" | "unknown";

/** The breaker of one pool. */
export class CircuitBreaker implements Executor {
  readonly #settings: CircuitBreakerSettings;
  readonly #inner: Executor;
  readonly #address: string;
  readonly #changed: (state: CircuitState) => void;
  #state: CircuitState = "closed";
  /** Counts the changes: what was sent before one says nothing after it. */
  #period = 0;
  #outcomes: OutcomeWindow;
  /** Until when it is open, in milliseconds of `performance.now()`. */
  #openUntil = 0;
  /** What made it open, for messages. */
  #reason = "";
  #trialsUnderWay = 0;
  #trialsPassed = 0;
  /** How many commands and batches it has turned away. */
  turnedAway = 0;

  /** @param changed told of every new state */
  constructor(
    settings: CircuitBreakerSettings,
    inner: Executor,
    address: string,
    changed: (state: CircuitState) => void,
  ) {
    this.#settings = settings;
    this.#inner = inner;
    this.#address = address;
    this.#changed = changed;
    this.#outcomes = new OutcomeWindow(settings.window);
  }

  get state(): CircuitState {
    return this.#state;
  }

  send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    return this.guard(name, () => this.#inner.send(name, args, decode, view));
  }

  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    if (batch.length === 0 && !atomic) return Promise.resolve([]);
    const label = atomic ? "a transaction" : `a pipeline of ${batch.length}`;
    return this.guard(label, () => this.#inner.sendAll(batch, atomic, view));
  }

  /**
   * Do `work`, which asks the server, unless the circuit is open.
   * @param label what it is, for the message
   * @throws CircuitOpenError
   */
  guard<T>(label: string, work: () => Promise<T>): Promise<T> {
    if (this.#state !== "closed" && !this.#admits()) return Promise.reject(this.#refusal(label));
    const period = this.#period;
    if (this.#state === "half-open") this.#trialsUnderWay++;
    const done = work();
    done.then(
      (result) => this.#note(outcomeOf(result), period),
      (error) => this.#note(outcomeOfError(error), period, error),
    );
    return done;
  }

  /** Is another to be sent, although the last of them have failed? */
  #admits(): boolean {
    if (this.#state === "open" && performance.now() >= this.#openUntil) this.#enter("half-open");
    return this.#state === "half-open" && this.#trialsUnderWay + this.#trialsPassed < this.#settings.trials;
  }

  #note(outcome: Outcome, period: number, error?: unknown): void {
    if (period !== this.#period) return;
    if (this.#state === "half-open") {
      this.#trialsUnderWay--;
      if (outcome === "failed") this.#open(error);
      else if (outcome === "answered" && ++this.#trialsPassed === this.#settings.trials) {
        this.#enter("closed");
      }
      return;
    }
    if (outcome === "unknown") return;
    const { answered, failed } = this.#outcomes.add(outcome === "failed", performance.now());
    const { minimum, threshold } = this.#settings;
    if (outcome === "answered" || answered + failed < minimum) return;
    if (failed >= threshold * (answered + failed)) this.#open(error, `${failed} of ${answered + failed}`);
  }

  #open(error: unknown, share = "the trial"): void {
    const last = error instanceof Error ? `: ${error.message}` : "";
    this.#reason = `${share} failed, the last with${last || " a lost reply"}`;
    this.#openUntil = performance.now() + this.#settings.openFor;
    this.#enter("open");
  }

  #enter(state: CircuitState): void {
    this.#state = state;
    this.#period++;
    this.#trialsUnderWay = this.#trialsPassed = 0;
    this.#outcomes = new OutcomeWindow(this.#settings.window);
    this.#changed(state);
  }

  #refusal(label: string): CircuitOpenError {
    this.turnedAway++;
    const wait = Math.max(0, Math.ceil(this.#openUntil - performance.now()));
    const when = wait === 0 ? "a trial is under way" : `the next trial comes in ${wait} ms`;
    const why = `${label} was not sent: the circuit breaker of ${this.#address} is open (${this.#reason}); ${when}`;
    return new CircuitOpenError(why, wait, { command: label, address: this.#address });
  }
}

function outcomeOf(result: unknown): Outcome {
  // What a batch has lost stands in its place.
  const lost = Array.isArray(result) && result.some((reply) => outcomeOfError(reply) === "failed");
  return lost ? "failed" : "answered";
}

function outcomeOfError(error: unknown): Outcome {
  if (error instanceof ReplyError || error instanceof DecodeError) return "answered";
  if (error instanceof AbortError || error instanceof ClosedError) return "unknown";
  return error instanceof ConnectionError || error instanceof ProtocolError ? "failed" : "unknown";
}

/** In so many parts the window moves on. */
const PARTS = 10;

/** How commands have fared lately. */
class OutcomeWindow {
  readonly #partLength: number;
  readonly #answered = new Array<number>(PARTS).fill(0);
  readonly #failed = new Array<number>(PARTS).fill(0);
  #part = 0;
  readonly #sum = { answered: 0, failed: 0 };

  /** @param length in milliseconds */
  constructor(length: number) {
    this.#partLength = length / PARTS;
  }

  /**
   * Count one more.
   * @param now in milliseconds
   * @returns the sums of the window
   */
  add(hasFailed: boolean, now: number): { readonly answered: number; readonly failed: number } {
    const part = Math.floor(now / this.#partLength);
    if (part !== this.#part) this.#moveTo(part);
    const counts = hasFailed ? this.#failed : this.#answered;
    counts[part % PARTS]++;
    this.#sum[hasFailed ? "failed" : "answered"]++;
    return this.#sum;
  }

  #moveTo(part: number): void {
    const passed = Math.min(PARTS, part - this.#part);
    for (let i = 0; i < passed; i++) {
      const place = (part - i) % PARTS;
      this.#sum.answered -= this.#answered[place];
      this.#sum.failed -= this.#failed[place];
      this.#answered[place] = this.#failed[place] = 0;
    }
    this.#part = part;
  }
}
