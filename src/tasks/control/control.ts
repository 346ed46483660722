/** Remote control: commands and questions to workers. */
import { LamportClock } from "../lamport.js";
import { SILENT, type TaskLog } from "../log.js";
import { Inspect, type InspectOptions } from "./inspect.js";
import type { ByNode } from "./replies.js";
import { type ControlConnection, collectReplies, type Question, tell } from "./reply-collector.js";

export type { ControlConnection } from "./reply-collector.js";

/** What {@link Control} needs of the app. */
export interface ControlSource {
  /** The broker. */
  broker(): Promise<ControlConnection>;
  readonly clock?: LamportClock | undefined;
  readonly log?: TaskLog | undefined;
}

/** Options of a command. */
export interface CommandOptions extends InspectOptions {
  /** Wait for the answers? Default `false`. */
  reply?: boolean | undefined;
}

/** Options of {@link Control.revoke}. */
export interface RevokeCommandOptions extends Omit<CommandOptions, "signal"> {
  /** End the task also when it runs. Default `false`. */
  terminate?: boolean | undefined;
  /** By which signal: its name or number. Default `SIGTERM`. */
  signal?: string | number | undefined;
}

/** Options of {@link Control.addConsumer}. */
export interface AddConsumerOptions extends CommandOptions {
  exchange?: string | undefined;
  exchangeType?: string | undefined;
  routingKey?: string | undefined;
}

/** One answer: `{ node: value }`. */
export type NodeReply = Record<string, unknown>;

/** Seconds to wait for an answer. */
const PATIENCE = 1;

/**
 * Remote control of workers, those of Python too; made by `app.control`.
 *
 * Commands resolve when the broker has taken them, to an empty list; with `reply: true` to the answers,
 * `{ node: value }` each.
 * @example
 * ```ts
 * await app.control.rateLimit("proj.mail", "10/m", { reply: true });
 * // [{ "w1@box": { ok: "new rate limit set successfully" } }]
 * ```
 */
export class Control {
  readonly #source: ControlSource;
  readonly #clock: LamportClock;
  readonly #log: TaskLog;

  constructor(source: ControlSource) {
    this.#source = source;
    this.#clock = source.clock ?? new LamportClock();
    this.#log = source.log ?? SILENT;
  }

  /**
   * Send a command to all workers, or to some.
   * @param method Celery's name of it, such as `rate_limit`
   * @param args its arguments by Celery's names
   * @throws RangeError for options that cannot be; ConnectionError when the broker cannot be reached
   */
  async broadcast(
    method: string,
    args: Readonly<Record<string, unknown>> = {},
    options: CommandOptions = {},
  ): Promise<NodeReply[]> {
    const question = questionOf(method, args, options);
    const connection = await this.#source.broker();
    if (options.reply === true) return await collectReplies(connection, this.#clock, question);
    await tell(connection, this.#clock, question);
    return [];
  }

  /** Questions to workers. */
  inspect(options: InspectOptions = {}): Inspect {
    return new Inspect(
      async (method, args, asked) => this.#byNode(await this.#ask(method, args, asked)),
      options,
    );
  }

  /** Who is there: `[{ "w1@box": { ok: "pong" } }]`. */
  ping(options: InspectOptions = {}): Promise<NodeReply[]> {
    return this.#ask("ping", {}, options);
  }

  /** Never run these tasks; with `terminate` end them also when they run. */
  revoke(ids: string | readonly string[], options: RevokeCommandOptions = {}): Promise<NodeReply[]> {
    const { terminate = false, signal = "SIGTERM", ...rest } = options;
    return this.broadcast("revoke", { task_id: ids, terminate, signal }, rest);
  }

  /** {@link Control.revoke} with `terminate`. */
  terminate(ids: string | readonly string[], options: RevokeCommandOptions = {}): Promise<NodeReply[]> {
    return this.revoke(ids, { ...options, terminate: true });
  }

  /** Limit how often a task starts on each worker: `"10/m"`, `"2/s"`, `"100/h"`, a number a second; 0 for no limit. */
  rateLimit(task: string, limit: string | number, options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("rate_limit", { task_name: task, rate_limit: limit }, options);
  }

  /** Set a task's time limits in seconds. */
  timeLimit(
    task: string,
    limits: { soft?: number | null; hard?: number | null },
    options: CommandOptions = {},
  ): Promise<NodeReply[]> {
    const { soft = null, hard = null } = limits;
    return this.broadcast("time_limit", { task_name: task, hard, soft }, options);
  }

  /** Consume from a queue too. */
  addConsumer(queue: string, options: AddConsumerOptions = {}): Promise<NodeReply[]> {
    const { exchange = null, exchangeType = "direct", routingKey = null } = options;
    const args = { queue, exchange, exchange_type: exchangeType, routing_key: routingKey };
    return this.broadcast("add_consumer", args, options);
  }

  /** Consume from a queue no more. */
  cancelConsumer(queue: string, options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("cancel_consumer", { queue }, options);
  }

  /** Send task events. */
  enableEvents(options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("enable_events", {}, options);
  }

  /** Send task events no more. */
  disableEvents(options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("disable_events", {}, options);
  }

  /** Send a heartbeat now. */
  heartbeat(options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("heartbeat", {}, options);
  }

  /** Run so many tasks more at a time. */
  poolGrow(count = 1, options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("pool_grow", { n: count }, options);
  }

  /** Run so many tasks less at a time. */
  poolShrink(count = 1, options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("pool_shrink", { n: count }, options);
  }

  /** Set the limits of a pool that grows and shrinks by itself; Python's workers have it. */
  autoscale(max: number, min: number, options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("autoscale", { max, min }, options);
  }

  /** Restart the pool; Python's workers have it, where their settings allow it. */
  poolRestart(
    restart: { modules?: readonly string[]; reload?: boolean } = {},
    options: CommandOptions = {},
  ): Promise<NodeReply[]> {
    const { modules = null, reload = false } = restart;
    return this.broadcast("pool_restart", { modules, reload, reloader: null }, options);
  }

  /** End the workers after the tasks that run. Nobody answers this. */
  shutdown(options: CommandOptions = {}): Promise<NodeReply[]> {
    return this.broadcast("shutdown", {}, options);
  }

  /** Let the workers elect one that does `action`: with the topic `task`, send this signature. */
  election(
    id: string,
    topic: string,
    action: unknown = null,
    options: CommandOptions = {},
  ): Promise<NodeReply[]> {
    return this.broadcast("election", { id, topic, action }, options);
  }

  #ask(method: string, args: Record<string, unknown>, options: InspectOptions): Promise<NodeReply[]> {
    return this.broadcast(method, args, { ...options, reply: true });
  }

  /** Of several nodes of one name the last answer stays. */
  #byNode(replies: readonly NodeReply[]): ByNode<unknown> {
    const nodes: ByNode<unknown> = {};
    for (const reply of replies) {
      for (const [node, value] of Object.entries(reply)) {
        if (Object.hasOwn(nodes, node)) {
          this.#log.warn(
            `Received multiple replies from node name: ${node}. Give each worker a name of its own (-n).`,
          );
        }
        nodes[node] = value;
      }
    }
    return nodes;
  }
}

function questionOf(
  method: string,
  args: Readonly<Record<string, unknown>>,
  options: CommandOptions,
): Question {
  const { destination, pattern = null, matcher, timeout = PATIENCE, limit, onReply, signal } = options;
  if (typeof timeout !== "number" || !(timeout >= 0)) {
    throw new RangeError(`timeout must be a number of seconds, not ${String(timeout)}`);
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new RangeError(`limit must be a whole number above 0, not ${String(limit)}`);
  }
  const nodes = typeof destination === "string" ? [destination] : (destination ?? null);
  return {
    method,
    args,
    destination: nodes !== null && nodes.length > 0 ? nodes : null,
    pattern,
    matcher: pattern === null ? null : (matcher ?? "glob"),
    timeout,
    limit,
    onReply,
    signal,
  };
}
