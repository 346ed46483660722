/** Questions to workers. */
import type { ByNode, QueueInfo, ScheduledInfo, TaskInfo, WorkerStats } from "./replies.js";

/** Whom a command or question is for, and how long to wait for answers. */
export interface InspectOptions {
  /** Names of nodes. Default: all. With names, the wait ends when as many have answered. */
  destination?: string | readonly string[] | undefined;
  /** Nodes whose names match, instead of `destination`. */
  pattern?: string | undefined;
  /** How `pattern` is meant: a shell's glob (the default) or a regular expression. */
  matcher?: "glob" | "pcre" | undefined;
  /** Seconds to wait for an answer, and for the next one after each. Default 1. */
  timeout?: number | undefined;
  /** Answers after which to wait no more. */
  limit?: number | undefined;
  /** Called with every answer (`{ node: value }`) as it comes. */
  onReply?: ((reply: Record<string, unknown>) => void) | undefined;
  /** Ends the wait: what has come is the result. */
  signal?: AbortSignal | undefined;
}

/** Sends a question and gathers the answers. */
export type Ask = (
  method: string,
  args: Record<string, unknown>,
  options: InspectOptions,
) => Promise<ByNode<unknown>>;

/**
 * Questions to workers; made by `app.control.inspect()`. Every method gives the answers by node; nodes
 * that do not answer in time are not in it. A node that failed to answer has `{ error: "..." }` there.
 * @example
 * ```ts
 * const active = await app.control.inspect({ destination: ["w1@box"] }).active();
 * for (const [node, tasks] of Object.entries(active)) console.log(node, tasks.length);
 * ```
 */
export class Inspect {
  readonly #ask: Ask;
  readonly #options: InspectOptions;

  /** @internal */
  constructor(ask: Ask, options: InspectOptions = {}) {
    this.#ask = ask;
    this.#options = options;
  }

  /** Who is there. */
  ping(): Promise<ByNode<{ ok: "pong" }>> {
    return this.#to("ping");
  }

  /** Tasks that run. `safe: true` gives the arguments as text. */
  active(options: { safe?: boolean } = {}): Promise<ByNode<TaskInfo[]>> {
    return this.#to("active", { safe: options.safe ?? false });
  }

  /** Tasks that were received and have not begun; without those that wait for their time. */
  reserved(): Promise<ByNode<TaskInfo[]>> {
    return this.#to("reserved");
  }

  /** Tasks that wait for their time. */
  scheduled(): Promise<ByNode<ScheduledInfo[]>> {
    return this.#to("scheduled");
  }

  /**
   * Names of the tasks that the workers know.
   * @param items attributes to show after the name, such as `rate_limit`
   */
  registered(...items: readonly string[]): Promise<ByNode<string[]>> {
    return this.#to("registered", { taskinfoitems: items });
  }

  /** The queues consumed from. */
  activeQueues(): Promise<ByNode<QueueInfo[]>> {
    return this.#to("active_queues");
  }

  /** Numbers of each worker: tasks, pool, broker, resources. */
  stats(): Promise<ByNode<WorkerStats>> {
    return this.#to("stats");
  }

  /** Settings by Celery's names; those at their defaults only with `withDefaults`. Secrets are hidden. */
  conf(options: { withDefaults?: boolean } = {}): Promise<ByNode<Record<string, unknown>>> {
    return this.#to("conf", { with_defaults: options.withDefaults ?? false });
  }

  /** A text for bug reports. */
  report(): Promise<ByNode<{ ok: string }>> {
    return this.#to("report");
  }

  /** The logical clock. */
  clock(): Promise<ByNode<{ clock: number }>> {
    return this.#to("clock");
  }

  /** Ids that must not run. */
  revoked(): Promise<ByNode<string[]>> {
    return this.#to("revoked");
  }

  /** Where these tasks are; ids that a node does not hold are not in its answer. */
  queryTask(
    ...ids: readonly string[]
  ): Promise<ByNode<Record<string, [state: "active" | "reserved" | "ready", task: TaskInfo]>>> {
    return this.#to("query_task", { ids });
  }

  /** What a starting worker asks: clock and revoked ids. */
  hello(
    fromNode: string,
    revoked: Record<string, unknown> = {},
  ): Promise<ByNode<{ clock: number; revoked: Record<string, unknown> } | null>> {
    return this.#to("hello", { from_node: fromNode, revoked });
  }

  /** Memory that each worker holds, as text: `98.25MB`. */
  memsample(): Promise<ByNode<string>> {
    return this.#to("memsample");
  }

  /** Ask what has no method here; `args` by Celery's names. */
  ask(method: string, args: Record<string, unknown> = {}): Promise<ByNode<unknown>> {
    return this.#to(method, args);
  }

  #to<T>(method: string, args: Record<string, unknown> = {}): Promise<ByNode<T>> {
    return this.#ask(method, args, this.#options) as Promise<ByNode<T>>;
  }
}
