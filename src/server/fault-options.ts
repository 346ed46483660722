/** What a fault can be, and what it cannot. */
import type { RequestFilter } from "./request-filter.js";

/** How long a reply is late. */
export interface FaultDelay {
  readonly ms: number;
  /** `"server"`: by `server.clock`, so that a test can let the time pass; `"real"`: whatever that clock says. */
  readonly clock: "server" | "real";
}

/**
 * One fault: which requests it strikes (all of them without a filter), how often, and what happens. Exactly one
 * of `error`, `drop`, `cutAfter`, `close`, `stall` and `refuse`; or `delay`, which goes together with the
 * first four of these.
 *
 * Requests are what clients send: what runs within EXEC or a script is not looked at again.
 */
export interface Fault extends RequestFilter {
  /** It strikes that many times, then no more; always when left out. */
  readonly times?: number;
  /** The first that many requests that it is about are let through. */
  readonly skip?: number;
  /** It strikes with this probability, 0 to 1, drawn from the server's random numbers (see the option `seed`). */
  readonly probability?: number;

  /**
   * Answer this error, code first, and run nothing: `"LOADING Redis is loading the dataset in memory"`,
   * `"READONLY You can't write against a read only replica."`, `"MOVED 3999 127.0.0.1:6381"`.
   */
  readonly error?: string;
  /** Run it and never answer; later replies are answered, so the client's pairing shifts if it is careless. */
  readonly drop?: true;
  /** Run it, send that many bytes of the reply, and close. */
  readonly cutAfter?: number;
  /** Close before the request is run, or when it has been but without a reply. */
  readonly close?: "before" | "after";
  /**
   * Half-open: neither run it nor answer anything any more, with the connection left open. When the fault is
   * removed the connection goes on with that request.
   */
  readonly stall?: true;
  /** Close new connections as soon as they are made; has no filter, for there is no request yet. */
  readonly refuse?: true;
  /** Run it at once, answer it this much later (a number is milliseconds by the server's clock). */
  readonly delay?: number | FaultDelay;
}

const KINDS = ["error", "drop", "cutAfter", "close", "stall", "refuse"] as const;
const LONGEST_DELAY = 2147483647;
const KNOWN = new Set<string>([
  ...KINDS,
  "delay",
  "times",
  "skip",
  "probability",
  "command",
  "key",
  "client",
]);

/** The fault itself. @throws TypeError when it cannot be */
export function checkedFault(fault: Fault): Fault {
  for (const name of Object.keys(fault)) {
    if (!KNOWN.has(name)) throw new TypeError(`A fault has no option ${name}`);
  }
  const kinds = KINDS.filter((kind) => fault[kind] !== undefined);
  if (kinds.length > 1) throw new TypeError(`A fault is one of ${kinds.join(" and ")}, not both`);
  if (kinds.length === 0 && fault.delay === undefined) {
    throw new TypeError(`A fault needs one of ${KINDS.join(", ")} or delay`);
  }
  if (fault.delay !== undefined && (fault.stall ?? fault.refuse) !== undefined) {
    throw new TypeError("delay does not go with stall or refuse: nothing is answered");
  }
  if (fault.refuse !== undefined && (fault.command ?? fault.key ?? fault.client) !== undefined) {
    throw new TypeError("refuse has no filter: a new connection has no command, key or name yet");
  }
  const { error, cutAfter, close, times, skip, probability } = fault;
  if (error !== undefined && !/^[^\r\n]+$/.test(error)) throw new TypeError("error must be one line of text");
  if (close !== undefined && close !== "before" && close !== "after") {
    throw new TypeError(`close must be "before" or "after", not ${String(close)}`);
  }
  if (close === "before" && fault.delay !== undefined) {
    throw new TypeError('delay does not go with close: "before"');
  }
  for (const kind of ["drop", "stall", "refuse"] as const) {
    if (fault[kind] !== undefined && fault[kind] !== true) throw new TypeError(`${kind} must be true`);
  }
  checkWhole("cutAfter", cutAfter);
  checkWhole("times", times);
  checkWhole("skip", skip);
  if (probability !== undefined && !(probability >= 0 && probability <= 1)) {
    throw new TypeError(`probability must be a number from 0 to 1, not ${probability}`);
  }
  checkDelay(fault.delay);
  return { ...fault };
}

function checkDelay(delay: Fault["delay"]): void {
  if (delay === undefined) return;
  const { ms, clock } = typeof delay === "number" ? { ms: delay, clock: "server" } : delay;
  checkWhole("delay", ms);
  if (ms > LONGEST_DELAY) throw new TypeError(`delay must be at most ${LONGEST_DELAY}, not ${ms}`);
  if (clock !== "server" && clock !== "real") {
    throw new TypeError(`The clock of a delay must be "server" or "real", not ${String(clock)}`);
  }
}

function checkWhole(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return;
  throw new TypeError(`${name} must be a whole number of 0 or more, not ${String(value)}`);
}
