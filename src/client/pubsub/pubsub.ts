/**
 * Publish/subscribe: messages can be polled, iterated or handled. The connection is its own, or shared
 * with other PubSub objects; after a reconnect everything is subscribed again, and a gap notice says that
 * messages may have been missed.
 * @see https://redis.io/docs/latest/develop/interact/pubsub/
 */
import { type Key, listOf, type Many } from "../../commands/base.js";
import { ClosedError, type DecodeError, TimeoutError } from "../../errors.js";
import { copyOf, utf8Bytes } from "../../protocol/bytes.js";
import { checkWords } from "../../protocol/encoder.js";
import { WANT_BYTES } from "../../protocol/parser.js";
import { Events } from "../events.js";
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../options/option-checks.js";
import type { ConnectionPool } from "../pool/pool.js";
import { Mailbox } from "./mailbox.js";
import {
  type Confirmation,
  GAP,
  type GetMessageOptions,
  isConfirmation,
  type Message,
  type MessageHandler,
  type Notice,
  type PublishedMessage,
  type PubSubEvents,
  type PubSubOptions,
} from "./messages.js";
import { sharedSubscriber } from "./shared-subscribers.js";
import { Subscriber } from "./subscriber.js";
import { KINDS, type Kind, type Member, Subscription, Words } from "./subscription.js";

/** Default of `maxBufferedBytes`. */
const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;

/** What one PubSub does with the messages of one channel. */
class Interest<T> extends Subscription<T> {
  /** Replaced, never changed in place: a delivery may be under way. */
  handlers: readonly MessageHandler<T>[] = [];
  /** Is it wanted without a handler too, so that its messages are kept? */
  buffered = false;
}

/** Subscriptions and their messages; made by `redis.pubsub()`. */
export class PubSub<T = string> implements AsyncIterable<PublishedMessage<T> | Notice>, Member<T> {
  readonly #pool: ConnectionPool;
  readonly #bytes: boolean;
  readonly #subscriber: Subscriber<T>;
  readonly #interests: Record<Kind, Map<string, Interest<T>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };
  /** How many are confirmed: channels and patterns together, as the server counts them. */
  #confirmed = 0;
  #confirmedShards = 0;
  readonly #mailbox: Mailbox<T>;
  readonly #events = new Events<PubSubEvents<T>>();
  #failures = 0;
  #closing: Promise<void> | null = null;
  readonly #forget: () => void;

  /** @internal */
  constructor(pool: ConnectionPool, wants: number, options: PubSubOptions) {
    checkKeys("", options, ["shared", "maxBuffered", "maxBufferedBytes", "overflow"]);
    checkBoolean("shared", options.shared);
    const { maxBuffered, maxBufferedBytes, overflow } = options;
    const limits = {
      maxBuffered: checkInteger("maxBuffered", maxBuffered, 1, 2 ** 31 - 1, 10_000),
      maxBufferedBytes: checkInteger(
        "maxBufferedBytes",
        maxBufferedBytes,
        1,
        Number.MAX_SAFE_INTEGER,
        MAX_BUFFERED_BYTES,
      ),
      overflow: checkOneOf(
        "overflow",
        overflow,
        ["drop-oldest", "drop-newest", "close"] as const,
        "drop-oldest",
      ),
    };
    this.#mailbox = new Mailbox(
      limits,
      () => this.#events.emit("dropped", { dropped: this.dropped }),
      () => this.#overflow(limits.maxBuffered),
    );
    this.#pool = pool;
    this.#bytes = (wants & WANT_BYTES) !== 0;
    this.#subscriber = options.shared ? sharedSubscriber(pool, wants) : new Subscriber(pool, wants);
    this.#subscriber.join(this);
    this.#forget = pool.onClose(() => void this.close());
  }

  /** How many messages were dropped because nobody took them in time. */
  get dropped(): number {
    return this.#mailbox.dropped;
  }

  /** How many messages wait to be taken. */
  get buffered(): number {
    return this.#mailbox.length;
  }

  /** How often a handler failed: as often as there was an `error` event with a message. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * Call `listener` at every event called `name`.
   * @returns a function that ends that
   * @example
   * ```ts
   * sub.on("error", ({ error, message }) => log.error(error, message));
   * sub.on("gap", () => reloadEverything());
   * ```
   */
  on<K extends "error" | "gap" | "dropped">(
    name: K,
    listener: (event: PubSubEvents<T>[K]) => void,
  ): () => void {
    return this.#events.on(name, listener);
  }

  /**
   * Subscribe to channels. Resolves when the server has confirmed all of them. With a handler, their
   * messages go to it alone; without one they are kept for {@link PubSub.getMessage} and the iterator.
   * @throws ReplyError when the server refuses (none of them is subscribed to then)
   * @throws TimeoutError when it does not answer within `commandTimeout`; the subscription may still come to be
   * @throws ConnectionError when it cannot be reached
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

  /**
   * Subscribe to all channels whose names match a glob pattern; otherwise as {@link PubSub.subscribe}.
   * @example
   * ```ts
   * await sub.psubscribe("my-*", ({ channel, data }) => console.log(channel, data));
   * ```
   * @see https://redis.io/docs/latest/commands/psubscribe/
   */
  psubscribe(patterns: Key | readonly Key[], handler: MessageHandler<T>): Promise<void>;
  psubscribe(...patterns: Many<Key>): Promise<void>;
  psubscribe(...given: readonly unknown[]): Promise<void> {
    return this.#subscribe("pattern", given);
  }

  /**
   * Subscribe to sharded channels, to which SPUBLISH publishes; otherwise as {@link PubSub.subscribe}.
   * @see https://redis.io/docs/latest/commands/ssubscribe/
   */
  ssubscribe(channels: Key | readonly Key[], handler: MessageHandler<T>): Promise<void>;
  ssubscribe(...channels: Many<Key>): Promise<void>;
  ssubscribe(...given: readonly unknown[]): Promise<void> {
    return this.#subscribe("shard", given);
  }

  /**
   * End subscriptions to channels, to all of them without arguments. No message of theirs is delivered
   * from now on. Resolves when the server has confirmed it.
   * @see https://redis.io/docs/latest/commands/unsubscribe/
   */
  unsubscribe(...channels: Many<Key>): Promise<void> {
    return this.#unsubscribe("channel", listOf(channels));
  }

  /**
   * End subscriptions to patterns, to all of them without arguments.
   * @see https://redis.io/docs/latest/commands/punsubscribe/
   */
  punsubscribe(...patterns: Many<Key>): Promise<void> {
    return this.#unsubscribe("pattern", listOf(patterns));
  }

  /**
   * End subscriptions to sharded channels, to all of them without arguments.
   * @see https://redis.io/docs/latest/commands/sunsubscribe/
   */
  sunsubscribe(...channels: Many<Key>): Promise<void> {
    return this.#unsubscribe("shard", listOf(channels));
  }

  /**
   * Take the next message: a published one, a confirmation, or the notice that some are missing.
   * @returns `null` when there is none (within `timeout`)
   * @throws ClosedError when the PubSub is closed and nothing is left to take
   * @throws DecodeError for a message that is no UTF-8, in a view that reads text
   * @example
   * ```ts
   * const message = await sub.getMessage({ timeout: 100, ignoreSubscribe: true });
   * ```
   */
  getMessage(
    options: GetMessageOptions & { ignoreSubscribe: true },
  ): Promise<PublishedMessage<T> | Notice | null>;
  getMessage(options?: GetMessageOptions): Promise<Message<T> | null>;
  getMessage(options: GetMessageOptions = {}): Promise<Message<T> | null> {
    return this.#mailbox.take(options);
  }

  /**
   * Published messages and notices, until the PubSub is closed; leaving the loop does not close it.
   * @throws ClosedError `EOVERFLOW` when `overflow: "close"` closed it; DecodeError
   */
  async *[Symbol.asyncIterator](): AsyncIterator<PublishedMessage<T> | Notice> {
    for (;;) {
      let message: Message<T> | null;
      try {
        message = await this.getMessage({ timeout: Number.POSITIVE_INFINITY, ignoreSubscribe: true });
      } catch (error) {
        if (error instanceof ClosedError && error.code === "ECLOSED") return;
        throw error;
      }
      if (message !== null && !isConfirmation(message)) yield message;
    }
  }

  /** End all subscriptions, and the connection unless others share it. Messages that were kept can still be taken. */
  close(): Promise<void> {
    return this.#close(this.#closedError());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #close(error: ClosedError): Promise<void> {
    if (this.#closing !== null) return this.#closing;
    this.#forget();
    this.#mailbox.end(error);
    const interests = KINDS.flatMap((kind) => [...this.#interests[kind].values()]);
    for (const kind of KINDS) this.#interests[kind].clear();
    this.#closing = this.#subscriber.leave(this, interests, error);
    return this.#closing;
  }

  #closedError(): ClosedError {
    return new ClosedError("ECLOSED", "The PubSub is closed", "no", { address: this.#pool.address });
  }

  #overflow(maxBuffered: number): void {
    const why = `The PubSub was closed: nobody took its messages, of which it keeps ${maxBuffered} at most`;
    void this.#close(
      new ClosedError(
        "EOVERFLOW",
        `${why}; raise maxBuffered or maxBufferedBytes, or take them faster`,
        "no",
        {
          address: this.#pool.address,
        },
      ),
    );
  }

  // --- subscribing

  async #subscribe(kind: Kind, given: readonly unknown[]): Promise<void> {
    const handler = typeof given.at(-1) === "function" ? (given.at(-1) as MessageHandler<T>) : undefined;
    const names = listOf((handler === undefined ? given : given.slice(0, -1)) as Many<Key>);
    if (names.length === 0) return;
    if (this.#closing !== null) throw this.#closedError();
    checkWords(Words[kind].subscribe, names);
    const interests = new Set<Interest<T>>();
    const undo: (() => void)[] = [];
    for (const name of names) {
      const interest = this.#interestIn(kind, name);
      interests.add(interest);
      const { handlers, buffered } = interest;
      if (handler === undefined && !buffered) {
        interest.buffered = true;
        undo.push(() => {
          interest.buffered = false;
        });
      } else if (handler !== undefined && !handlers.includes(handler)) {
        interest.handlers = [...handlers, handler];
        undo.push(() => {
          interest.handlers = interest.handlers.filter((one) => one !== handler);
        });
      }
    }
    try {
      await this.#subscriber.subscribe(this, [...interests]);
    } catch (error) {
      if (!(error instanceof TimeoutError)) {
        for (const step of undo) step();
        const idle = [...interests].filter(({ handlers, buffered }) => handlers.length === 0 && !buffered);
        for (const interest of idle) this.#drop(interest);
        this.#subscriber.unsubscribe(this, idle).catch(() => {});
      }
      throw error;
    }
  }

  #interestIn(kind: Kind, name: Key): Interest<T> {
    const key = this.#subscriber.keyOf(name);
    const known = this.#interests[kind];
    let interest = known.get(key);
    if (interest === undefined) {
      interest = new Interest<T>(this, kind, name, key);
      known.set(key, interest);
    }
    return interest;
  }

  #drop(interest: Interest<T>): void {
    const known = this.#interests[interest.kind];
    if (known.get(interest.key) === interest) known.delete(interest.key);
  }

  async #unsubscribe(kind: Kind, names: readonly Key[]): Promise<void> {
    const known = this.#interests[kind];
    checkWords(Words[kind].unsubscribe, names);
    const interests = new Set<Interest<T>>();
    if (names.length === 0) for (const interest of known.values()) interests.add(interest);
    for (const name of names) {
      const interest = known.get(this.#subscriber.keyOf(name));
      // To end what never was is confirmed too.
      if (interest === undefined) this.#putConfirmation(kind, name, false);
      else interests.add(interest);
    }
    for (const interest of interests) this.#drop(interest);
    await this.#subscriber.unsubscribe(this, [...interests]);
  }

  // --- what the subscriber tells

  /** @internal */
  published(subscription: Subscription<T>, message: PublishedMessage<T>): void {
    const { handlers, buffered } = subscription as Interest<T>;
    for (let at = 0; at < handlers.length; at++) this.#handle(handlers[at], message);
    if (buffered) this.#mailbox.put(message);
  }

  #handle(handler: MessageHandler<T>, message: PublishedMessage<T>): void {
    try {
      const result = handler(message);
      if (typeof result === "object" && result !== null && "then" in result)
        (result as PromiseLike<unknown>).then(undefined, (error: unknown) => this.#fail(error, message));
    } catch (error) {
      this.#fail(error, message);
    }
  }

  #fail(error: unknown, message: PublishedMessage<T> | null): void {
    if (message !== null) this.#failures++;
    this.#events.emit("error", { error, message });
  }

  /** @internal */
  unreadable(subscription: Subscription<T>, error: DecodeError): void {
    const { handlers, buffered } = subscription as Interest<T>;
    if (handlers.length > 0) this.#fail(error, null);
    if (buffered) this.#mailbox.put(error);
  }

  /** @internal */
  confirmed(subscription: Subscription<T>, begun: boolean): void {
    const { kind, name, buffered } = subscription as Interest<T>;
    if (subscription.confirmed !== begun) {
      subscription.confirmed = begun;
      const change = begun ? 1 : -1;
      if (kind === "shard") this.#confirmedShards += change;
      else this.#confirmed += change;
    }
    // Who only handles messages does not take confirmations: they would fill the buffer.
    if (buffered) this.#putConfirmation(kind, name, begun);
  }

  /** @internal */
  refused(subscription: Subscription<T>, error: unknown): void {
    const interest = subscription as Interest<T>;
    this.#drop(interest);
    interest.ended = true;
    this.confirmed(interest, false);
    this.#fail(error, null);
  }

  /** @internal */
  restored(): void {
    if (KINDS.some((kind) => [...this.#interests[kind].values()].some(({ buffered }) => buffered)))
      this.#mailbox.put(GAP);
    this.#events.emit("gap", GAP);
  }

  #putConfirmation(kind: Kind, name: Key, begun: boolean): void {
    const { subscribe, unsubscribe } = Words[kind];
    const type = (begun ? subscribe : unsubscribe).toLowerCase() as Confirmation["type"];
    const data = kind === "shard" ? this.#confirmedShards : this.#confirmed;
    this.#mailbox.put({ type, pattern: null, channel: this.#shown(name), data });
  }

  /** A name as messages show it: text, or bytes of one's own. */
  #shown(name: Key): T {
    if (!this.#bytes) return this.#subscriber.keyOf(name) as T;
    return (typeof name === "string" ? utf8Bytes(name) : copyOf(name, 0, name.length)) as T;
  }
}
