/**
 * What happens to keys, as the server reports it by keyspace notifications: the right channels, the
 * check that the server publishes to them, and messages taken apart.
 * @see https://redis.io/docs/latest/develop/pubsub/keyspace-notifications/
 */
import type { Key } from "../../commands/base.js";
import { OptionError, RedisError, ReplyError } from "../../errors.js";
import { copyOf, latin1Slice } from "../../protocol/bytes.js";
import { Events } from "../events.js";
import { checkBoolean, checkInteger, refuse } from "../options/option-checks.js";
import { classesOf, type KnownKeyspaceEvent, lettersIn } from "./keyspace-classes.js";
import type { PublishedMessage, PubSubEvents, PubSubOptions } from "./messages.js";
import type { PubSub } from "./pubsub.js";

/** Something happened to a key. */
export interface KeyspaceEvent<T = string> {
  /** The database that the key is in. */
  db: number;
  key: T;
  /** What happened: `set`, `del`, `expired`, ... */
  event: KnownKeyspaceEvent | (string & {});
}

/** Takes events. What it throws is an `error` event of the {@link KeyspaceEvents}. */
export type KeyspaceHandler<T = string> = (event: KeyspaceEvent<T>) => unknown;

/** Options of `redis.keyspaceEvents()`; those of the PubSub underneath among them. */
export interface KeyspaceEventsOptions extends PubSubOptions {
  /** Only these events. Default: all. */
  events?: readonly (KnownKeyspaceEvent | (string & {}))[];
  /** Only keys that match this glob pattern. Default: all. */
  keys?: Key;
  /** The database, or `"all"`. Default: the client's. */
  db?: number | "all";
  /**
   * Let the server publish what is asked for, by CONFIG SET `notify-keyspace-events`; what is set already
   * stays. Default `false`.
   */
  configure?: boolean;
}

/** The two commands by which the server's setting is read and changed. */
export interface NotifySetting {
  configGet(parameter: string): Promise<Record<string, string>>;
  configSet(parameter: string, value: string): Promise<unknown>;
}

const PARAMETER = "notify-keyspace-events";

/** A stream of events; made by `redis.keyspaceEvents()`. */
export class KeyspaceEvents<T = string> implements AsyncIterable<KeyspaceEvent<T>> {
  readonly #sub: PubSub<T>;
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #failed = new Events<{ error: PubSubEvents<T>["error"] }>();

  private constructor(sub: PubSub<T>, wanted: ReadonlySet<string> | undefined) {
    this.#sub = sub;
    this.#wanted = wanted;
    sub.on("error", (failure) => this.#failed.emit("error", failure));
  }

  /**
   * Check the server's setting and subscribe.
   * @param pubsub makes a PubSub
   * @param db the client's database
   * @throws RedisError `ENOTIFY` when the server does not publish what is asked for
   * @internal
   */
  static async open<T>(
    pubsub: (options: PubSubOptions) => PubSub<T>,
    setting: NotifySetting,
    db: number,
    options: KeyspaceEventsOptions,
    handler: KeyspaceHandler<T> | undefined,
  ): Promise<KeyspaceEvents<T>> {
    const { events, keys, db: givenDb, configure = false, ...rest } = options;
    const of = checkDb(givenDb, db);
    checkBoolean("configure", configure);
    if (events?.length === 0) throw new OptionError("events", "The option events names no event");
    const wanted = events === undefined ? undefined : new Set<string>(events);
    const sub = pubsub(rest);
    const opened = new KeyspaceEvents(sub, wanted);
    try {
      const prepare = () => provide(setting, keys === undefined ? "E" : "K", events, configure);
      await prepare();
      // A server that was restarted has forgotten what CONFIG SET said.
      if (configure) sub.on("gap", () => void prepare().catch((error: unknown) => opened.#report(error)));
      await subscribe(sub, of, options, handler && ((message) => opened.#pass(message, handler)));
      return opened;
    } catch (error) {
      await sub.close();
      throw error;
    }
  }

  /** How many events were dropped because nobody took them in time. */
  get dropped(): number {
    return this.#sub.dropped;
  }

  /**
   * Call `listener` when events may be missing (`gap`: the connection was lost and is back; `dropped`),
   * or when a handler fails (`error`).
   * @returns a function that ends that
   */
  on<K extends "error" | "gap" | "dropped">(
    name: K,
    listener: (event: PubSubEvents<T>[K]) => void,
  ): () => void {
    if (name !== "error") return this.#sub.on(name, listener);
    return this.#failed.on("error", listener as (event: PubSubEvents<T>["error"]) => void);
  }

  /** Events, until this is closed; leaving the loop does not close it. */
  async *[Symbol.asyncIterator](): AsyncIterator<KeyspaceEvent<T>> {
    for await (const message of this.#sub) {
      if (message.type === "gap" || message.type === "dropped") continue;
      const event = this.#read(message);
      if (event !== undefined) yield event;
    }
  }

  /** End the subscription. Events that were kept can still be iterated. */
  close(): Promise<void> {
    return this.#sub.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #pass(message: PublishedMessage<T>, handler: KeyspaceHandler<T>): unknown {
    const event = this.#read(message);
    return event === undefined ? undefined : handler(event);
  }

  #report(error: unknown): void {
    this.#failed.emit("error", { error, message: null });
  }

  /** Take a message apart; `undefined` for an event that is not wanted. */
  #read({ channel, data }: PublishedMessage<T>): KeyspaceEvent<T> | undefined {
    const name = oneByteOf(channel);
    const colon = name.indexOf(":");
    const match = /^__key(space|event)@(\d+)__$/.exec(name.slice(0, colon));
    if (match === null) return undefined;
    const rest = tailOf(channel, colon + 1);
    const [key, event] = match[1] === "space" ? [rest, data] : [data, rest];
    const word = oneByteOf(event);
    if (this.#wanted !== undefined && !this.#wanted.has(word)) return undefined;
    return { db: Number(match[2]), key, event: word };
  }
}

function checkDb(given: unknown, db: number): number | "all" {
  if (given === "all") return given;
  if (typeof given === "string") refuse("db", given, 'a number from 0 on, or "all"');
  return checkInteger("db", given, 0, 2 ** 31 - 1, db);
}

/** Subscribe to what says it in the fewest messages: `__keyevent@` by event, or `__keyspace@` by key. */
function subscribe<T>(
  sub: PubSub<T>,
  db: number | "all",
  { events, keys }: KeyspaceEventsOptions,
  handler: ((message: PublishedMessage<T>) => unknown) | undefined,
): Promise<void> {
  const of = db === "all" ? "*" : String(db);
  let patterns: Key[];
  if (keys !== undefined) patterns = [joinedTo(`__keyspace@${of}__:`, keys)];
  else if (events === undefined) patterns = [`__keyevent@${of}__:*`];
  else {
    const names = events.map((event) => `__keyevent@${of}__:${event}`);
    if (db !== "all") return handler === undefined ? sub.subscribe(names) : sub.subscribe(names, handler);
    patterns = names;
  }
  return handler === undefined ? sub.psubscribe(patterns) : sub.psubscribe(patterns, handler);
}

/** Look at the server's setting, and add to it what is missing where that is wanted. */
async function provide(
  setting: NotifySetting,
  channels: "K" | "E",
  events: readonly string[] | undefined,
  configure: boolean,
): Promise<void> {
  let now: string;
  try {
    now = (await setting.configGet(PARAMETER))[PARAMETER] ?? "";
  } catch (error) {
    // Who may not look (a managed server, an ACL) has to trust the server.
    if (error instanceof ReplyError && !configure) return;
    throw error;
  }
  const on = lettersIn(now);
  const classes = [...classesOf(events)];
  const missing = classes.filter((letter) => !on.has(letter));
  if (!on.has(channels)) missing.unshift(channels);
  if (missing.length === 0) return;
  if (configure) {
    // `A` is what every version knows; the letters that it stands for have become more.
    const more = events === undefined ? [channels, "A"] : missing;
    await setting.configSet(PARAMETER, [...on, ...more].join(""));
    return;
  }
  // Whoever asks for all events takes what there is, as long as there is any.
  if (events === undefined && on.has(channels) && missing.length < classes.length) return;
  const asked = events === undefined ? "any event" : events.join(", ");
  throw new RedisError(
    "ENOTIFY",
    `The server does not report ${asked}: its ${PARAMETER} is "${now}" and lacks ${missing.join("")}. Pass configure: true, or set it there`,
    { command: "CONFIG GET" },
  );
}

/** `prefix` in front of a key pattern that is text or bytes. */
function joinedTo(prefix: string, keys: Key): Key {
  if (typeof keys === "string") return prefix + keys;
  const bytes = new Uint8Array(prefix.length + keys.length);
  for (let at = 0; at < prefix.length; at++) bytes[at] = prefix.charCodeAt(at);
  bytes.set(keys, prefix.length);
  return bytes;
}

function oneByteOf(name: unknown): string {
  return name instanceof Uint8Array ? latin1Slice(name, 0, name.length) : String(name);
}

function tailOf<T>(name: T, from: number): T {
  if (name instanceof Uint8Array) return copyOf(name, from, name.length) as T;
  return String(name).slice(from) as T;
}
