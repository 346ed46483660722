/** Faults on demand: what networks and servers do to clients on bad days, for one test and only as often as it wants. */
import type { ReplyValue } from "../protocol/reply.js";
import { encodeReply } from "../protocol/reply-encoder.js";
import type { CommandTable } from "./engine/command-table.js";
import { refuseRequest } from "./engine/dispatch.js";
import type { Engine } from "./engine/engine.js";
import { checkedFault, type Fault } from "./fault-options.js";
import type { Link } from "./link.js";
import { oneByteOf } from "./plain-text.js";
import { type FilteredRequest, type RequestTest, requestTest } from "./request-filter.js";
import { Timetable } from "./timetable.js";

/** A fault that has been added. */
export interface FaultHandle {
  /** How many times it has struck. */
  readonly hits: number;
  /** Take it away; connections that it holds still go on. */
  remove(): void;
}

/** What faults need of the server. */
export interface FaultHost {
  readonly engine: Engine;
  /** Rules have come or gone. */
  faultsChanged(): void;
}

/** Runs a request without faults. */
export type RunRequest = () => ReplyValue | undefined;

/** One fault. */
class Rule implements FaultHandle {
  hits = 0;
  readonly fault: Fault;
  readonly matches: RequestTest;
  /** Connections that it has made deaf and dumb, and the requests that they had sent. */
  readonly stalled = new Map<Link, RunRequest>();
  readonly #faults: Faults;
  #seen = 0;

  constructor(faults: Faults, fault: Fault, commands: CommandTable) {
    this.#faults = faults;
    this.fault = checkedFault(fault);
    this.matches = requestTest(fault, commands);
  }

  /** Does it strike this time? To be asked once a request that it is about. */
  strikes(random: () => number): boolean {
    const { skip = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = this.fault;
    if (this.hits >= times || this.#seen++ < skip) return false;
    if (probability < 1 && random() >= probability) return false;
    this.hits++;
    return true;
  }

  remove(): void {
    this.#faults.remove(this);
  }
}

/**
 * The faults of one server: `server.faults`. Without rules, no request is looked at.
 * @example
 * const fault = server.faults.add({ command: "GET", error: "LOADING Redis is loading the dataset in memory", times: 2 });
 * await redis.get("k"); // tried again, behind the scenes
 * fault.hits;           // 2
 * server.faults.add({ command: "@write", key: "order:*", close: "after" }); // it has run, and nobody knows
 * server.faults.add({ command: "GET", delay: 200 });                        // server.clock.advance(200) answers at once
 * server.faults.add({ refuse: true, times: 3 });                            // three connections in vain
 * server.faults.clear();
 */
export class Faults {
  readonly #host: FaultHost;
  readonly #timetable = new Timetable();
  #rules: readonly Rule[] = [];

  /** @internal Use `server.faults`. */
  constructor(host: FaultHost) {
    this.#host = host;
  }

  /**
   * Add a fault. Of several that a request matches, the one added first strikes.
   * @throws TypeError for a fault that is none: two kinds at once, a command that does not exist...
   */
  add(fault: Fault): FaultHandle {
    const rule = new Rule(this, fault, this.#host.engine.commands);
    this.#rules = [...this.#rules, rule];
    this.#host.faultsChanged();
    return rule;
  }

  /** Take all faults away; connections that they hold still go on. Replies that are late already stay late. */
  clear(): void {
    for (const rule of this.#rules) this.remove(rule);
  }

  /** @internal */
  remove(handle: FaultHandle): void {
    const rule = this.#rules.find((known) => known === handle);
    if (rule === undefined) return;
    this.#rules = this.#rules.filter((known) => known !== rule);
    this.#host.faultsChanged();
    const { engine } = this.#host;
    for (const [link, run] of rule.stalled) {
      if (!engine.sessions.has(link.session.id)) continue;
      link.mute(false);
      engine.refreshTime();
      const reply = run();
      engine.endBatch();
      if (reply !== undefined) link.deliver(reply);
    }
    rule.stalled.clear();
  }

  /** Number of rules. */
  get size(): number {
    return this.#rules.length;
  }

  /** @internal Is a new connection to be turned away? */
  refusesConnection(): boolean {
    return this.#rules.some((rule) => rule.fault.refuse === true && this.#strikes(rule));
  }

  /** @internal Run a request as the rules have it. */
  run(link: Link, request: FilteredRequest, run: RunRequest): ReplyValue | undefined {
    for (const rule of this.#rules) {
      if (rule.fault.refuse !== true && rule.matches(request) && this.#strikes(rule)) {
        return this.#strike(rule, link, request, run);
      }
    }
    return run();
  }

  /** @internal Send what is late and due by `now`, ms since 1970. */
  tick(now: number): void {
    this.#timetable.runDue(now);
  }

  /** @internal The next moment by the server's clock at which {@link tick} has something to do. */
  get nextDeadline(): number {
    return this.#timetable.next;
  }

  /** @internal The server closes. */
  stop(): void {
    this.#timetable.clear();
  }

  #strikes(rule: Rule): boolean {
    return rule.strikes(this.#host.engine.random);
  }

  #strike(rule: Rule, link: Link, { words }: FilteredRequest, run: RunRequest): ReplyValue | undefined {
    const { fault } = rule;
    const { session } = link;
    if (fault.stall === true) {
      link.mute(true);
      rule.stalled.set(link, run);
      return undefined;
    }
    if (fault.close === "before") {
      link.hangUp();
      return undefined;
    }
    const reply = fault.error === undefined ? run() : refuseRequest(session, words, oneByteOf(fault.error));
    if (reply !== undefined) return this.#spoil(fault, link, reply);
    // It waits; or the client has switched replies off, and there is nothing to spoil.
    if (session.blocked) {
      const { onLateReply: before } = link;
      link.onLateReply = (late) => this.#spoil(fault, link, before?.(late) ?? late);
    }
    return undefined;
  }

  /** Do to a reply what the fault says. @returns what to send now */
  #spoil(fault: Fault, link: Link, reply: ReplyValue): ReplyValue | undefined {
    if (fault.delay === undefined) return this.#finish(fault, link, reply);
    const { session } = link;
    session.held = true;
    this.#later(fault.delay, () => {
      session.held = false;
      const late = this.#finish(fault, link, reply);
      if (late !== undefined) link.deliver(late);
      link.resume();
    });
    return undefined;
  }

  #finish(fault: Fault, link: Link, reply: ReplyValue): ReplyValue | undefined {
    if (fault.close === "after") {
      link.hangUp();
      return undefined;
    }
    if (fault.cutAfter !== undefined) {
      link.hangUp(encodeReply(reply, link.session.protocol).slice(0, fault.cutAfter));
      return undefined;
    }
    return fault.drop === true ? undefined : reply;
  }

  #later(delay: NonNullable<Fault["delay"]>, action: () => void): void {
    const { ms, clock } = typeof delay === "number" ? { ms: delay, clock: "server" as const } : delay;
    if (clock === "real") return this.#timetable.inRealTime(ms, action);
    const { engine } = this.#host;
    const at = engine.now + ms;
    this.#timetable.at(at, action);
    engine.noteDeadline(at);
  }
}
