/** Which queue a task goes to: options of the call, then the routes, then the default queue. */
import type { ApplyOptions } from "./call-options.js";
import { SettingsError } from "./errors.js";

/** Options that a route may give to the calls it takes; those of the call itself go before them. */
export type RouteOptions = Pick<
  ApplyOptions,
  | "queue"
  | "routingKey"
  | "exchange"
  | "priority"
  | "countdown"
  | "expires"
  | "timeLimit"
  | "softTimeLimit"
  | "headers"
  | "ignoreResult"
  | "shadow"
>;

/** Where calls go: the name of a queue, or options with one. */
export type Route = string | RouteOptions;

/** Finds the route of one call; null or undefined lets the next route be asked. */
export type RouteFunction = (
  task: string,
  args: readonly unknown[],
  kwargs: Record<string, unknown>,
  options: ApplyOptions,
) => Route | null | undefined;

/** Routes by name of the task, or by a pattern of names: `*` and `?`, as in file names. */
export type RouteMap = Readonly<Record<string, Route>> | ReadonlyMap<string | RegExp, Route>;

/** A name, or a pattern of names, and its route. */
export type RoutePair = readonly [pattern: string | RegExp, route: Route];

/** One element of a list of routes. A list of pairs in the list is what an object is, with its order kept. */
export type RouteItem = RouteMap | RoutePair | readonly RoutePair[] | RouteFunction;

/**
 * The setting `taskRoutes`: an object (exact names go before patterns, patterns in their order), or a
 * list of objects, pairs and functions that are asked in turn.
 * @example { "images.*": { queue: "images", priority: 3 }, "mail.send": "mail" }
 */
export type TaskRoutes = RouteItem | readonly RouteItem[];

/** Where one call goes. */
export interface RoutedCall {
  /** Name of the queue's list. */
  queue: string;
  exchange: string;
  routingKey: string;
  /** 0 to 9. */
  priority: number;
  /** The call's options with those of its route. */
  options: ApplyOptions;
}

/** The settings that routing needs. */
export interface RoutingSettings {
  readonly taskRoutes: readonly RouteItem[];
  readonly taskDefaultQueue: string;
  readonly taskQueues: readonly string[] | null;
  readonly taskCreateMissingQueues: boolean;
  readonly taskDefaultPriority: number | null;
}

type Finder = (
  task: string,
  args: readonly unknown[],
  kwargs: Record<string, unknown>,
  options: ApplyOptions,
) => RouteOptions | undefined;

/** Finds the queue of each call. */
export class Router {
  readonly #settings: RoutingSettings;
  readonly #finders: readonly Finder[];

  constructor(settings: RoutingSettings) {
    this.#settings = settings;
    this.#finders = settings.taskRoutes.map(finderOf);
  }

  /**
   * Where this call goes.
   * @throws SettingsError when the queue is not among `taskQueues` and may not be made
   */
  route(
    task: string,
    args: readonly unknown[],
    kwargs: Record<string, unknown>,
    given: ApplyOptions,
  ): RoutedCall {
    const options = this.#withRoute(task, args, kwargs, given);
    const queue = options.queue ?? (options.routingKey || this.#settings.taskDefaultQueue);
    if (!this.#settings.taskCreateMissingQueues) this.#checkQueue(queue);
    return {
      queue,
      exchange: options.exchange ?? "",
      routingKey: options.routingKey ?? queue,
      priority: clampPriority(options.priority ?? this.#settings.taskDefaultPriority ?? 0),
      options,
    };
  }

  #withRoute(
    task: string,
    args: readonly unknown[],
    kwargs: Record<string, unknown>,
    given: ApplyOptions,
  ): ApplyOptions {
    for (const find of this.#finders) {
      const route = find(task, args, kwargs, given);
      if (route !== undefined) return merged(route, given);
    }
    return given;
  }

  #checkQueue(queue: string): void {
    const { taskQueues, taskDefaultQueue } = this.#settings;
    const known = taskQueues ?? [taskDefaultQueue];
    if (known.includes(queue)) return;
    throw new SettingsError(
      "taskQueues",
      `The queue ${JSON.stringify(queue)} is not in taskQueues (${known.join(", ")}), and taskCreateMissingQueues is false`,
    );
  }
}

/** Options of the call over those of the route. Where the call names a queue, the route's has no say. */
function merged(route: RouteOptions, given: ApplyOptions): ApplyOptions {
  const options: Record<string, unknown> = { ...route };
  if (given.queue !== undefined || given.routingKey !== undefined) {
    delete options.queue;
    delete options.routingKey;
    delete options.exchange;
  }
  for (const [name, value] of Object.entries(given)) if (value !== undefined) options[name] = value;
  return options as ApplyOptions;
}

/** A whole priority from 0 to 9. */
export function clampPriority(priority: number): number {
  return Math.min(9, Math.max(0, Math.floor(priority))) || 0;
}

function finderOf(item: RouteItem): Finder {
  if (typeof item === "function")
    return (task, args, kwargs, options) => asOptions(item(task, args, kwargs, options));
  if (Array.isArray(item)) return byName(new Map(isPair(item) ? [item] : (item as readonly RoutePair[])));
  return byName(item instanceof Map ? item : new Map(Object.entries(item as Record<string, Route>)));
}

/** Whether an element of the list is one pattern with its route. */
export function isPair(item: readonly unknown[]): item is RoutePair {
  return typeof item[0] === "string" || item[0] instanceof RegExp;
}

/** Names do not change their route, so each is looked up by patterns once. */
function byName(routes: ReadonlyMap<string | RegExp, Route>): Finder {
  const exact = new Map<string, RouteOptions>();
  const patterns: [RegExp, RouteOptions][] = [];
  for (const [key, route] of routes) {
    const options = asOptions(route) as RouteOptions;
    if (typeof key === "string" && !key.includes("*")) exact.set(key, options);
    else patterns.push([typeof key === "string" ? globPattern(key) : anchored(key), options]);
  }
  if (patterns.length === 0) return (task) => exact.get(task);
  const found = new Map<string, RouteOptions | undefined>(exact);
  return (task) => {
    if (found.has(task)) return found.get(task);
    const route = patterns.find(([pattern]) => pattern.test(task))?.[1];
    if (found.size < MOST_REMEMBERED) found.set(task, route);
    return route;
  };
}

const MOST_REMEMBERED = 10_000;

function asOptions(route: Route | null | undefined): RouteOptions | undefined {
  if (route === null || route === undefined) return undefined;
  return typeof route === "string" ? { queue: route } : route;
}

/** As Python's `re.match`: from the start of the name, not necessarily to its end. */
function anchored(pattern: RegExp): RegExp {
  return new RegExp(`^(?:${pattern.source})`, pattern.flags.replace(/[gy]/g, ""));
}

/**
 * A pattern of names as a regular expression: `*` any text (dots too), `?` one character, `[abc]` and
 * `[!abc]` one of some.
 */
export function globPattern(glob: string): RegExp {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const sign = glob[at];
    if (sign === "*") source += ".*";
    else if (sign === "?") source += ".";
    else if (sign === "[") {
      // A bracket right behind the opening one is a member, not the end.
      const first = glob[at + 1] === "!" ? at + 2 : at + 1;
      const end = glob.indexOf("]", first + 1);
      if (end < 0) source += "\\[";
      else {
        const members = glob.slice(first, end).replace(/[\\\]^[]/g, "\\$&");
        source += `[${glob[at + 1] === "!" ? "^" : ""}${members}]`;
        at = end;
      }
    } else source += sign.replace(/[\\^$.|+(){}\]]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "s");
}
