/**
 * Publish/subscribe: one object, one connection of its own. Messages can be polled, iterated or
 * handled; after a reconnect everything is subscribed again, and a gap notice says that messages may
 * have been missed.
 * @see https://redis.io/docs/latest/develop/interact/pubsub/
 */
import Denque from "denque";
import { type Key, listOf, type Many } from "../commands/base.js";
import { ClosedError, type DecodeError, OptionError, ReplyError, TimeoutError } from "../errors.js";
import { latin1Slice, utf8Bytes, utf8Slice } from "../protocol/bytes.js";
import { checkWords } from "../protocol/encoder.js";
import { type RawReply, WANT_BYTES } from "../protocol/parser.js";
import type { Connection, Listener } from "./connection.js";
import { isolated } from "./events.js";
import {
  GAP,
  type Gap,
  type GetMessageOptions,
  isConfirmation,
  type Message,
  type MessageHandler,
  type PublishedMessage,
  type PubSubOptions,
} from "./messages.js";
import { checkInteger, checkKeys, checkOneOf } from "./option-checks.js";
import { pauseAfter } from "./options.js";
import type { ConnectionPool } from "./pool.js";

const Kinds = {
  channel: { subscribe: "SUBSCRIBE", unsubscribe: "UNSUBSCRIBE" },
  pattern: { subscribe: "PSUBSCRIBE", unsubscribe: "PUNSUBSCRIBE" },
  shard: { subscribe: "SSUBSCRIBE", unsubscribe: "SUNSUBSCRIBE" },
} as const;
type Kind = keyof typeof Kinds;

interface Subscription<T> {
  readonly name: Key;
  readonly handlers: Set<MessageHandler<T>>;
  /** Is it wanted without a handler too, so that its messages are buffered? */
  buffered: boolean;
}

/** Someone who waits for confirmations. */
interface Confirming {
  readonly left: Set<string>;
  resolve(): void;
  reject(error: unknown): void;
}

/** Someone who waits for a message. */
interface Taker<T> {
  readonly ignoreSubscribe: boolean;
  take(message: Message<T> | null): void;
  fail(error: unknown): void;
}

/** Subscriptions and their messages; made by `redis.pubsub()`. */
export class PubSub<T = string> implements AsyncIterable<PublishedMessage<T> | Gap> {
  readonly #pool: ConnectionPool;
  readonly #listener: Listener;
  /** A name in the form by which subscriptions are found. */
  readonly #keyOf: (name: Key) => string;
  readonly #maxBuffered: number;
  readonly #overflow: "drop-oldest" | "drop-newest" | "close";
  readonly #subscriptions: Record<Kind, Map<string, Subscription<T>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };
  readonly #buffer = new Denque<Message<T> | DecodeError>();
  readonly #takers = new Denque<Taker<T>>();
  #confirming: Confirming[] = [];
  #connection: Connection | null = null;
  #connecting: Promise<Connection> | null = null;
  #dropped = 0;
  #closed = false;
  readonly #forget: () => void;

  /** @internal */
  constructor(pool: ConnectionPool, wants: number, options: PubSubOptions) {
    checkKeys("", options, ["maxBuffered", "overflow"]);
    this.#maxBuffered = checkInteger("maxBuffered", options.maxBuffered, 1, 2 ** 31 - 1, 10_000);
    const policies = ["drop-oldest", "drop-newest", "close"] as const;
    this.#overflow = checkOneOf("overflow", options.overflow, policies, "drop-oldest");
    this.#pool = pool;
    this.#keyOf = wants & WANT_BYTES ? bytesKey : textKey;
    this.#listener = {
      wants: wants & WANT_BYTES,
      heard: (items, flaw) => this.#heard(items, flaw),
      lost: () => this.#lost(),
    };
    this.#forget = pool.onClose(() => void this.close());
  }

  /** How many messages were dropped because nobody took them in time. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many messages wait to be taken. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /**
   * Subscribe to channels. Resolves when the server has confirmed all of them.
   * @example
   * ```ts
   * await sub.subscribe("first", "second");
   * await sub.subscribe("news", (message) => console.log(message.data));
   * ```
   * @see https://redis.io/docs/latest/commands/subscribe/
   */
  subscribe(channels: Key | readonly Key[], handler: MessageHandler<T>): Promise<void>;
  subscribe(...channels: Many<Key>): Promise<void>;
  subscribe(...given: readonly unknown[]): Promise<void> {
    return this.#subscribe("channel", given);
  }

  /** Subscribe to all channels whose names match a glob pattern. @see https://redis.io/docs/latest/commands/psubscribe/ */
  psubscribe(patterns: Key | readonly Key[], handler: MessageHandler<T>): Promise<void>;
  psubscribe(...patterns: Many<Key>): Promise<void>;
  psubscribe(...given: readonly unknown[]): Promise<void> {
    return this.#subscribe("pattern", given);
  }

  /** Subscribe to sharded channels. @see https://redis.io/docs/latest/commands/ssubscribe/ */
  ssubscribe(channels: Key | readonly Key[], handler: MessageHandler<T>): Promise<void>;
  ssubscribe(...channels: Many<Key>): Promise<void>;
  ssubscribe(...given: readonly unknown[]): Promise<void> {
    return this.#subscribe("shard", given);
  }

  /** End subscriptions to channels, to all of them without arguments. Resolves when the server has confirmed it. */
  unsubscribe(...channels: Many<Key>): Promise<void> {
    return this.#unsubscribe("channel", listOf(channels));
  }

  /** End subscriptions to patterns, to all of them without arguments. */
  punsubscribe(...patterns: Many<Key>): Promise<void> {
    return this.#unsubscribe("pattern", listOf(patterns));
  }

  /** End subscriptions to sharded channels, to all of them without arguments. */
  sunsubscribe(...channels: Many<Key>): Promise<void> {
    return this.#unsubscribe("shard", listOf(channels));
  }

  /**
   * Take the next message: a published one, a confirmation, or the notice of a gap.
   * @returns `null` when there is none (within `timeout`)
   * @throws ClosedError when the PubSub is closed and nothing is left to take
   * @throws DecodeError for a message that is no UTF-8, in a view that reads text
   */
  getMessage({ timeout = 0, ignoreSubscribe = false }: GetMessageOptions = {}): Promise<Message<T> | null> {
    if (typeof timeout !== "number" || !(timeout >= 0)) {
      const shown = String(timeout);
      return Promise.reject(
        new OptionError("timeout", `The option timeout is ${shown}; allowed: milliseconds from 0 on`),
      );
    }
    for (let next = this.#buffer.shift(); next !== undefined; next = this.#buffer.shift()) {
      if (next instanceof Error) return Promise.reject(next);
      if (!ignoreSubscribe || !isConfirmation(next)) return Promise.resolve(next);
    }
    if (this.#closed) return Promise.reject(this.#closedError());
    if (timeout === 0) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const taker: Taker<T> = {
        ignoreSubscribe,
        take: (message) => {
          clearTimeout(timer);
          resolve(message);
        },
        fail: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      if (timeout < 2 ** 31) {
        timer = setTimeout(() => {
          const index = this.#takers.toArray().indexOf(taker);
          if (index >= 0) this.#takers.removeOne(index);
          resolve(null);
        }, timeout);
      }
      this.#takers.push(taker);
    });
  }

  /** Published messages and gaps, until the PubSub is closed; leaving the loop does not close it. */
  async *[Symbol.asyncIterator](): AsyncIterator<PublishedMessage<T> | Gap> {
    for (;;) {
      let message: Message<T> | null;
      try {
        message = await this.getMessage({ timeout: Number.POSITIVE_INFINITY, ignoreSubscribe: true });
      } catch (error) {
        if (error instanceof ClosedError) return;
        throw error;
      }
      if (message !== null && !isConfirmation(message)) yield message;
    }
  }

  /** End all subscriptions and close the connection. Messages that were buffered can still be taken. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    const error = this.#closedError();
    for (const confirming of this.#confirming.splice(0)) confirming.reject(error);
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift())
      taker.fail(error);
    this.#giveBack();
    await this.#connecting?.then(
      () => this.#giveBack(),
      () => {},
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #closedError(): ClosedError {
    return new ClosedError("ECLOSED", "The PubSub is closed", "no", { address: this.#pool.address });
  }

  // --- subscribing

  async #subscribe(kind: Kind, given: readonly unknown[]): Promise<void> {
    const handler = typeof given.at(-1) === "function" ? (given.at(-1) as MessageHandler<T>) : undefined;
    const names = listOf((handler === undefined ? given : given.slice(0, -1)) as Many<Key>);
    if (names.length === 0) return;
    if (this.#closed) throw this.#closedError();
    const { subscribe } = Kinds[kind];
    checkWords(subscribe, names);
    const known = this.#subscriptions[kind];
    for (const name of names) {
      const key = this.#keyOf(name);
      const subscription = known.get(key) ?? { name, handlers: new Set(), buffered: false };
      if (handler === undefined) subscription.buffered = true;
      else subscription.handlers.add(handler);
      known.set(key, subscription);
    }
    const confirmed = this.#confirmation(subscribe, names.map(this.#keyOf));
    // A fresh connection subscribes to everything that is known, these among them.
    const fresh = this.#connection === null;
    try {
      const connection = await this.#connect();
      if (!fresh) connection.sendOnly(subscribe, names);
    } catch (error) {
      for (const name of names) known.delete(this.#keyOf(name));
      this.#reject(confirmed.confirming, error);
    }
    return confirmed.promise;
  }

  async #unsubscribe(kind: Kind, names: readonly Key[]): Promise<void> {
    const known = this.#subscriptions[kind];
    const list = names.length > 0 ? names : [...known.values()].map(({ name }) => name);
    if (list.length === 0) return;
    const { unsubscribe } = Kinds[kind];
    checkWords(unsubscribe, list);
    for (const name of list) known.delete(this.#keyOf(name));
    if (this.#connection === null) return;
    const { promise } = this.#confirmation(unsubscribe, list.map(this.#keyOf));
    this.#connection.sendOnly(unsubscribe, list);
    return promise;
  }

  #confirmation(
    command: string,
    names: readonly string[],
  ): { promise: Promise<void>; confirming: Confirming } {
    let confirming!: Confirming;
    const promise = new Promise<void>((resolve, reject) => {
      const { commandTimeout } = this.#pool.settings;
      const timer =
        commandTimeout > 0
          ? setTimeout(() => {
              const why = `${command} was not confirmed by ${this.#pool.address} within ${commandTimeout} ms`;
              this.#reject(
                confirming,
                new TimeoutError("ETIMEDOUT", why, "maybe", { command, address: this.#pool.address }),
              );
            }, commandTimeout)
          : undefined;
      confirming = {
        left: new Set(names.map((name) => `${command} ${name}`)),
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.#confirming.push(confirming);
    });
    return { promise, confirming };
  }

  #reject(confirming: Confirming, error: unknown): void {
    this.#confirming = this.#confirming.filter((one) => one !== confirming);
    confirming.reject(error);
  }

  // --- the connection

  #connect(): Promise<Connection> {
    if (this.#connection !== null) return Promise.resolve(this.#connection);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = null;
    });
    return this.#connecting;
  }

  async #open(): Promise<Connection> {
    const connection = await this.#pool.acquire();
    connection.touched = true;
    connection.listener = this.#listener;
    this.#connection = connection;
    for (const kind of Object.keys(Kinds) as Kind[]) {
      const names = [...this.#subscriptions[kind].values()].map(({ name }) => name);
      if (names.length > 0) connection.sendOnly(Kinds[kind].subscribe, names);
    }
    return connection;
  }

  #giveBack(): void {
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    connection.listener = null;
    this.#pool.release(connection);
  }

  /** The connection is gone: get another one, as long as anything is subscribed. */
  async #lost(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    if (connection !== null) this.#pool.release(connection);
    for (let failures = 0; !this.#closed && this.#isWanted(); failures++) {
      if (failures > 0)
        await new Promise((resolve) => setTimeout(resolve, pauseAfter(failures, this.#pool.settings)));
      try {
        if (this.#closed) return;
        await this.#connect();
        return this.#deliver(GAP);
      } catch {
        // The next attempt comes after the pause; `redis.status` and its events tell of the outage.
      }
    }
  }

  #isWanted(): boolean {
    const { channel, pattern, shard } = this.#subscriptions;
    return channel.size + pattern.size + shard.size > 0;
  }

  // --- what comes

  #heard(items: RawReply, flaw: DecodeError | null): void {
    if (items instanceof ReplyError) {
      const oldest = this.#confirming[0];
      if (oldest !== undefined) this.#reject(oldest, items);
      return;
    }
    if (!Array.isArray(items)) return;
    if (flaw !== null) return this.#keep(flaw);
    const type = text(items[0]);
    switch (type) {
      case "message":
        return this.#published("channel", items[1], {
          type,
          pattern: null,
          channel: items[1] as T,
          data: items[2] as T,
        });
      case "smessage":
        return this.#published("shard", items[1], {
          type,
          pattern: null,
          channel: items[1] as T,
          data: items[2] as T,
        });
      case "pmessage":
        return this.#published("pattern", items[1], {
          type,
          pattern: items[1] as T,
          channel: items[2] as T,
          data: items[3] as T,
        });
      case "subscribe":
      case "unsubscribe":
      case "psubscribe":
      case "punsubscribe":
      case "ssubscribe":
      case "sunsubscribe":
        if (items[1] !== null) this.#confirmed(type, items[1]);
        return this.#deliver({ type, pattern: null, channel: items[1] as T, data: Number(items[2]) });
    }
  }

  #confirmed(type: string, name: RawReply): void {
    const key = `${type.toUpperCase()} ${this.#keyOf(name as Key)}`;
    const index = this.#confirming.findIndex(({ left }) => left.has(key));
    const confirming = this.#confirming[index];
    if (confirming === undefined) return;
    confirming.left.delete(key);
    if (confirming.left.size > 0) return;
    this.#confirming.splice(index, 1);
    confirming.resolve();
  }

  #published(kind: Kind, name: RawReply, message: PublishedMessage<T>): void {
    const subscription = this.#subscriptions[kind].get(this.#keyOf(name as Key));
    if (subscription === undefined) return;
    for (const handler of subscription.handlers) isolated(() => handler(message));
    if (subscription.buffered) this.#deliver(message);
  }

  #deliver(message: Message<T>): void {
    for (let at = 0; at < this.#takers.length; at++) {
      const taker = this.#takers.peekAt(at) as Taker<T>;
      if (taker.ignoreSubscribe && isConfirmation(message)) continue;
      this.#takers.removeOne(at);
      return taker.take(message);
    }
    this.#keep(message);
  }

  #keep(message: Message<T> | DecodeError): void {
    if (message instanceof Error) {
      const taker = this.#takers.shift();
      if (taker !== undefined) return taker.fail(message);
    }
    if (this.#buffer.length < this.#maxBuffered) {
      this.#buffer.push(message);
      return;
    }
    this.#dropped++;
    if (this.#overflow === "close") void this.close();
    else if (this.#overflow === "drop-oldest") {
      this.#buffer.shift();
      this.#buffer.push(message);
    }
  }
}

function text(word: RawReply): string {
  return word instanceof Uint8Array ? latin1Slice(word, 0, word.length) : String(word);
}

/** A name as text: the key of the tables where messages are read as text. */
function textKey(name: Key): string {
  return typeof name === "string" ? name : utf8Slice(name, 0, name.length);
}

/** The wire form of a name as one-byte text: the key where messages are read as bytes. */
function bytesKey(name: Key): string {
  const bytes = typeof name === "string" ? utf8Bytes(name) : name;
  return latin1Slice(bytes, 0, bytes.length);
}
