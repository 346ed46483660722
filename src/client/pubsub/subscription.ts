/** The parts of a subscriber's book: whose interest in which channel, and who waits for the server's word on it. */
import type { Key } from "../../commands/base.js";
import type { DecodeError } from "../../errors.js";
import type { PublishedMessage } from "./messages.js";

/** Channels, patterns and sharded channels are named apart: the same name may stand for one of each. */
export type Kind = "channel" | "pattern" | "shard";

/** The commands of each kind. */
export const Words = {
  channel: { subscribe: "SUBSCRIBE", unsubscribe: "UNSUBSCRIBE" },
  pattern: { subscribe: "PSUBSCRIBE", unsubscribe: "PUNSUBSCRIBE" },
  shard: { subscribe: "SSUBSCRIBE", unsubscribe: "SUNSUBSCRIBE" },
} as const;

/** All kinds, in the order in which they are subscribed to again. */
export const KINDS: readonly Kind[] = ["channel", "pattern", "shard"];

/** Someone on whose behalf a connection is subscribed: a PubSub. */
export interface Member<T> {
  /** A message came for `subscription`. Must not throw. */
  published(subscription: Subscription<T>, message: PublishedMessage<T>): void;
  /** A message came that cannot be read as text. */
  unreadable(subscription: Subscription<T>, error: DecodeError): void;
  /** `subscription` stands (`begun`), or has ended. */
  confirmed(subscription: Subscription<T>, begun: boolean): void;
  /** The server does not want `subscription` any more, though it had. */
  refused(subscription: Subscription<T>, error: unknown): void;
  /** The connection was lost, and everything is subscribed again. */
  restored(): void;
}

/** The interest of one member in one channel. */
export class Subscription<T> {
  readonly member: Member<T>;
  readonly kind: Kind;
  readonly name: Key;
  /** The name in the form by which it is found. */
  readonly key: string;
  /** Has its member been told that it stands? */
  confirmed = false;
  /** Has its member given it up? */
  ended = false;

  constructor(member: Member<T>, kind: Kind, name: Key, key: string) {
    this.member = member;
    this.kind = kind;
    this.name = name;
    this.key = key;
  }
}

/** Someone who waits for the server's word on one or more topics. */
export class Waiting<T> {
  readonly member: Member<T>;
  readonly promise: Promise<void>;
  #left: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  /**
   * @param count on how many topics
   * @param timeout milliseconds; 0: none
   * @param overdue makes the error when they are over
   */
  constructor(member: Member<T>, count: number, timeout: number, overdue: () => Error) {
    this.member = member;
    this.#left = count;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (timeout > 0) this.#timer = setTimeout(() => this.#reject(overdue()), timeout);
  }

  /** There is word on one of them. */
  one(): void {
    if (--this.#left > 0) return;
    clearTimeout(this.#timer);
    this.#resolve();
  }

  /** It came to nothing. */
  fail(error: unknown): void {
    clearTimeout(this.#timer);
    this.#reject(error);
  }
}

/** A channel, pattern or sharded channel that a connection is subscribed to, for one member or many. */
export class Topic<T> {
  readonly kind: Kind;
  readonly name: Key;
  readonly key: string;
  /** Never changed in place but by appending: a delivery may be under way. */
  subscriptions: Subscription<T>[] = [];
  /** Has the server been asked, on the connection that there is now? */
  asked = false;
  /** Has it confirmed? */
  live = false;
  /** Was it live on a connection that was lost? */
  interrupted = false;
  /** Those who wait for it to be live. */
  entering: Waiting<T>[] = [];
  /** The last who gave it up, and waits for the server to know. */
  leaving: { subscription: Subscription<T>; waiting: Waiting<T> } | null = null;

  constructor(kind: Kind, name: Key, key: string) {
    this.kind = kind;
    this.name = name;
    this.key = key;
  }

  /**
   * Hand a message to all who subscribed.
   * @param flaw why it cannot be read as text
   */
  deliver(
    type: PublishedMessage["type"],
    pattern: T | null,
    channel: T,
    data: T,
    flaw: DecodeError | null,
  ): void {
    const { subscriptions } = this;
    // Those who come while this message is delivered came too late for it.
    const count = subscriptions.length;
    for (let at = 0; at < count; at++) {
      const subscription = subscriptions[at];
      if (subscription.ended) continue;
      // Each gets a message of its own: what one writes into it, no other must see.
      if (flaw === null) subscription.member.published(subscription, { type, pattern, channel, data });
      else subscription.member.unreadable(subscription, flaw);
    }
  }

  /** Tell those who wait for it to be live. */
  enter(): void {
    const { entering } = this;
    this.entering = [];
    for (const waiting of entering) waiting.one();
  }

  /** Tell the one who gave it up that it has ended. */
  leave(): void {
    const { leaving } = this;
    this.leaving = null;
    leaving?.subscription.member.confirmed(leaving.subscription, false);
    leaving?.waiting.one();
  }
}
