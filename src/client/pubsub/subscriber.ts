/**
 * A connection that is subscribed on behalf of one PubSub or of many: it counts who wants which channel,
 * asks the server once, and pairs the confirmations with what was asked. When the connection is lost it
 * takes another one and subscribes to everything again.
 */

import type { Key } from "../../commands/base.js";
import { ClosedError, DecodeError, ReplyError, TimeoutError } from "../../errors.js";
import { latin1Slice, utf8Bytes, utf8Slice } from "../../protocol/bytes.js";
import { type RawReply, WANT_BYTES, WANT_REPEATS } from "../../protocol/parser.js";
import type { Connection, Listener } from "../connection/connection.js";
import { TICK } from "../connection/ticker.js";
import { arrivingListener, leavingListener, type Relocating } from "../maintenance/relocation.js";
import { pauseAfter } from "../options/options.js";
import type { ConnectionPool } from "../pool/pool.js";
import { Ring } from "../ring.js";
import type { PublishedMessage } from "./messages.js";
import { KINDS, type Kind, type Member, type Subscription, Topic, Waiting, Words } from "./subscription.js";

/** A command that the server has not confirmed in full. */
interface Asked<T> {
  /** The word that its confirmations bear, such as `psubscribe`. */
  readonly word: string;
  readonly begins: boolean;
  readonly topics: readonly Topic<T>[];
  /** How many of them are confirmed. */
  done: number;
  /** Does it subscribe again after a connection was lost? */
  readonly restores: boolean;
}

/** Subscriptions on one connection. */
export class Subscriber<T> {
  readonly #pool: ConnectionPool;
  readonly #onClose: () => void;
  readonly #listener: Listener;
  /** A name in the form by which subscriptions are found. */
  readonly keyOf: (name: Key) => string;
  readonly #members = new Set<Member<T>>();
  readonly #topics: Record<Kind, Map<string, Topic<T>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };
  readonly #asked = new Ring<Asked<T>>();
  #connection: Connection | null = null;
  /** The connection of before, which delivers until everything is subscribed on the new one. */
  #former: Connection | null = null;
  #connecting: Promise<void> | null = null;
  /** Was a connection lost that is not replaced yet? Then nobody is refused because the server is away. */
  #interrupted = false;
  /** How many commands must be confirmed until everything is subscribed again. */
  #restoring = 0;
  #closed = false;
  /** Where the last message went: the next often goes there too. */
  #lastTopic: Topic<T> | null = null;
  /** `null`: what came last was no message. */
  #lastType: PublishedMessage["type"] | null = null;
  #lastPattern: T | null = null;
  #lastChannel!: T;

  /**
   * @param wants `WANT_*` bits: are names and data text or bytes?
   * @param onClose told when the last member has left
   */
  constructor(pool: ConnectionPool, wants: number, onClose: () => void = () => {}) {
    const bytes = (wants & WANT_BYTES) !== 0;
    this.#pool = pool;
    this.#onClose = onClose;
    this.keyOf = bytes ? bytesKey : textKey;
    this.#listener = {
      // Messages may share a channel that is text, but not one that is bytes: those could be written to.
      wants: bytes ? WANT_BYTES : WANT_REPEATS,
      heard: (items, flaw) => this.#heard(items, flaw),
      repeated: (data, flaw) => this.#repeated(data as T, flaw),
      lost: () => this.#lost(),
    };
  }

  // --- what members ask for

  /** Count `member` in; the connection stays as long as there is one. */
  join(member: Member<T>): void {
    this.#members.add(member);
  }

  /**
   * Deliver to these. Resolves when the server has confirmed all of them.
   * @throws ReplyError when it refuses, TimeoutError when it does not answer in time, ConnectionError when
   *   it cannot be reached
   */
  subscribe(member: Member<T>, subscriptions: readonly Subscription<T>[]): Promise<void> {
    const missing = new Set<Topic<T>>();
    for (const subscription of subscriptions) {
      const topic = this.#topicOf(subscription);
      if (!topic.live) missing.add(topic);
      else if (!subscription.ended) this.#confirm(subscription);
    }
    if (missing.size === 0) return Promise.resolve();
    const [first] = subscriptions;
    const waiting = this.#waiting(member, missing.size, Words[first.kind].subscribe);
    for (const topic of missing) topic.entering.push(waiting);
    const fresh = [...missing].filter((topic) => !topic.asked);
    if (this.#connection !== null) this.#ask(fresh, true, false);
    else this.#connect();
    return waiting.promise;
  }

  #topicOf(subscription: Subscription<T>): Topic<T> {
    const { kind, key, name } = subscription;
    const topics = this.#topics[kind];
    let topic = topics.get(key);
    if (topic === undefined) {
      topic = new Topic(kind, name, key);
      topics.set(key, topic);
    }
    if (!topic.subscriptions.includes(subscription)) topic.subscriptions.push(subscription);
    return topic;
  }

  /** Deliver no more to these. Resolves when the server knows of those that nobody else wants. */
  unsubscribe(member: Member<T>, subscriptions: readonly Subscription<T>[]): Promise<void> {
    const left: Topic<T>[] = [];
    for (const subscription of subscriptions) {
      const topic = this.#withdraw(subscription);
      if (topic?.asked && this.#connection !== null) {
        topic.leaving = { subscription, waiting: undefined as never };
        left.push(topic);
      } else member.confirmed(subscription, false);
    }
    if (left.length === 0) return Promise.resolve();
    const waiting = this.#waiting(member, left.length, Words[left[0].kind].unsubscribe);
    for (const topic of left) (topic.leaving as { waiting: Waiting<T> }).waiting = waiting;
    this.#ask(left, false, false);
    return waiting.promise;
  }

  /** Take a subscription out of its topic. @returns the topic when nobody else wants it */
  #withdraw(subscription: Subscription<T>): Topic<T> | undefined {
    subscription.ended = true;
    const topics = this.#topics[subscription.kind];
    const topic = topics.get(subscription.key);
    if (topic === undefined) return undefined;
    topic.subscriptions = topic.subscriptions.filter((one) => one !== subscription);
    if (topic.subscriptions.length > 0) return undefined;
    topics.delete(subscription.key);
    if (!topic.asked) topic.enter();
    if (this.#lastTopic === topic) this.#lastTopic = null;
    return topic;
  }

  /** `member` goes: its subscriptions end, and with the last member the connection. */
  leave(member: Member<T>, subscriptions: readonly Subscription<T>[], error: Error): Promise<void> {
    if (!this.#members.delete(member)) return Promise.resolve();
    const left: Topic<T>[] = [];
    for (const subscription of subscriptions) {
      const { kind, key } = subscription;
      const entering = this.#topics[kind].get(key)?.entering ?? [];
      for (const waiting of entering) if (waiting.member === member) waiting.fail(error);
      const topic = this.#withdraw(subscription);
      if (topic?.asked) left.push(topic);
    }
    if (this.#members.size > 0) {
      if (this.#connection === null) return Promise.resolve();
      for (const kind of KINDS) {
        const ofKind = left.filter((topic) => topic.kind === kind);
        this.#ask(ofKind, false, false);
      }
      return Promise.resolve();
    }
    this.#closed = true;
    this.#onClose();
    this.#giveBack();
    return this.#connecting ?? Promise.resolve();
  }

  #waiting(member: Member<T>, count: number, command: string): Waiting<T> {
    const { commandTimeout } = this.#pool.settings;
    const { address } = this.#pool;
    const timeout = commandTimeout > 0 ? commandTimeout + (this.#connection?.slack ?? 0) * TICK : 0;
    return new Waiting(member, count, timeout, () => {
      const why = `${command} was not confirmed by ${address} within ${timeout} ms`;
      return new TimeoutError("ETIMEDOUT", why, "maybe", { command, address });
    });
  }

  #confirm(subscription: Subscription<T>): void {
    subscription.member.confirmed(subscription, true);
  }

  // --- the connection

  /** Send one command for topics of one kind. */
  #ask(topics: readonly Topic<T>[], begins: boolean, restores: boolean): void {
    if (topics.length === 0) return;
    const words = Words[topics[0].kind];
    const word = begins ? words.subscribe : words.unsubscribe;
    for (const topic of topics) topic.asked = begins;
    this.#asked.push({ word: word.toLowerCase(), begins, topics, done: 0, restores });
    if (restores) this.#restoring++;
    this.#connection?.sendOnly(
      word,
      topics.map(({ name }) => name),
    );
  }

  #connect(): void {
    this.#connecting ??= this.#establish().finally(() => {
      this.#connecting = null;
      // Someone may have subscribed or gone while the last attempt was being given up.
      if (this.#connection === null && !this.#closed && this.#isWanted()) this.#connect();
    });
  }

  async #establish(): Promise<void> {
    for (let failures = 0; !this.#closed && this.#isWanted(); failures++) {
      if (failures > 0) {
        const pause = pauseAfter(failures, this.#pool.settings);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      try {
        const connection = await this.#pool.acquire();
        if (this.#closed) return this.#pool.release(connection);
        return this.#begin(connection);
      } catch (error) {
        // After a loss the next attempt comes after the pause; `redis.status` and its events tell of the outage.
        if (this.#interrupted && !(error instanceof ClosedError)) continue;
        for (const topic of this.#all()) this.#abandon(topic, error);
        break;
      }
    }
    this.#interrupted = false;
  }

  #begin(connection: Connection): void {
    connection.touched = true;
    connection.listener = this.#listener;
    connection.onRetire = () => void this.#move(connection);
    this.#connection = connection;
    this.#restoring = 0;
    for (const kind of KINDS) this.#ask([...this.#topics[kind].values()], true, this.#interrupted);
    this.#interrupted = false;
  }

  /** The endpoint of `from` goes away: subscribe on another connection, and then let go of this one. */
  async #move(from: Connection): Promise<void> {
    for (let failures = 0; this.#connection === from; failures++) {
      if (failures > 0) {
        const pause = pauseAfter(failures, this.#pool.settings);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      let connection: Connection;
      try {
        connection = await this.#pool.acquire();
      } catch (error) {
        if (error instanceof ClosedError) return;
        continue;
      }
      if (this.#connection !== from) return this.#pool.release(connection);
      this.#letFormerGo();
      this.#former = from;
      const relocating: Relocating = {
        listener: this.#listener,
        isMessage: (items) => kindOf(items) !== undefined,
        isDoubled: (items) => this.#messageTopic(items)?.interrupted ?? false,
      };
      from.listener = leavingListener(relocating, () => this.#letFormerGo());
      this.#interrupt();
      this.#begin(connection);
      if (this.#restoring === 0) return this.#letFormerGo();
      connection.listener = arrivingListener(relocating);
    }
  }

  /** The connection of before is not needed any more, or is lost: all messages come on the other one. */
  #letFormerGo(): void {
    const former = this.#former;
    if (former === null) return;
    this.#former = null;
    former.listener = null;
    this.#pool.release(former);
    if (this.#connection !== null) this.#connection.listener = this.#listener;
  }

  #messageTopic(items: RawReply): Topic<T> | undefined {
    const kind = kindOf(items);
    return kind && this.#topics[kind].get(this.#keyOf((items as RawReply[])[1]));
  }

  #giveBack(): void {
    this.#letFormerGo();
    const connection = this.#connection;
    this.#connection = null;
    this.#forgetAsked();
    if (connection === null) return;
    connection.listener = null;
    this.#pool.release(connection);
  }

  /** The connection is gone: get another one, as long as anything is subscribed. */
  #lost(): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#letFormerGo();
    if (connection !== null) this.#pool.release(connection);
    this.#interrupt();
    this.#connect();
  }

  /** What was subscribed must be subscribed again. */
  #interrupt(): void {
    for (const topic of this.#all()) {
      topic.interrupted ||= topic.live;
      topic.asked = topic.live = false;
    }
    this.#interrupted = true;
    this.#forgetAsked();
  }

  /** No confirmation will come: what was to end has ended, what was to begin is asked for again or given up. */
  #forgetAsked(): void {
    for (let asked = this.#asked.shift(); asked !== undefined; asked = this.#asked.shift()) {
      for (const topic of asked.topics.slice(asked.done)) {
        if (!asked.begins) topic.leave();
        else if (topic.subscriptions.length === 0) topic.enter();
      }
    }
  }

  #isWanted(): boolean {
    const { channel, pattern, shard } = this.#topics;
    return channel.size + pattern.size + shard.size > 0;
  }

  #all(): Topic<T>[] {
    return KINDS.flatMap((kind) => [...this.#topics[kind].values()]);
  }

  /** Everything is subscribed again: tell those who had been. */
  #restored(): void {
    if (--this.#restoring > 0) return;
    const members = new Set<Member<T>>();
    for (const topic of this.#all()) {
      if (topic.interrupted) for (const { member } of topic.subscriptions) members.add(member);
      topic.interrupted = false;
    }
    this.#letFormerGo();
    for (const member of members) member.restored();
  }

  /** A topic that the server does not give, or cannot. */
  #abandon(topic: Topic<T>, error: unknown): void {
    const { subscriptions, entering, interrupted } = topic;
    if (this.#topics[topic.kind].get(topic.key) === topic) this.#topics[topic.kind].delete(topic.key);
    topic.asked = topic.live = topic.interrupted = false;
    topic.subscriptions = [];
    topic.entering = [];
    for (const waiting of entering) waiting.fail(error);
    if (interrupted)
      for (const subscription of subscriptions) subscription.member.refused(subscription, error);
  }

  // --- what comes

  #heard(items: RawReply, flaw: DecodeError | null): void {
    this.#lastTopic = this.#lastType = null;
    if (items instanceof ReplyError) return this.#refused(items);
    if (!Array.isArray(items)) return;
    const type = word(items[0]);
    switch (type) {
      case "message":
        return this.#published("channel", type, null, items[1] as T, items[2] as T, flaw);
      case "smessage":
        return this.#published("shard", type, null, items[1] as T, items[2] as T, flaw);
      case "pmessage":
        return this.#published("pattern", type, items[1] as T, items[2] as T, items[3] as T, flaw);
      case "subscribe":
      case "psubscribe":
      case "ssubscribe":
      case "unsubscribe":
      case "punsubscribe":
      case "sunsubscribe":
        return this.#confirmed(type, items[1]);
      default:
        this.#connection?.onPush?.(items);
    }
  }

  #published(
    kind: Kind,
    type: PublishedMessage["type"],
    pattern: T | null,
    channel: T,
    data: T,
    flaw: DecodeError | null,
  ): void {
    const topic = this.#topics[kind].get(this.#keyOf((pattern ?? channel) as RawReply)) ?? null;
    this.#lastTopic = topic;
    this.#lastType = type;
    this.#lastPattern = pattern;
    this.#lastChannel = channel;
    topic?.deliver(type, pattern, channel, data, flaw);
  }

  /** A message to where the last one went. */
  #repeated(data: T, flaw: DecodeError | null): void {
    const topic = this.#lastTopic;
    const type = this.#lastType;
    if (type === null) return;
    if (topic !== null) return topic.deliver(type, this.#lastPattern, this.#lastChannel, data, flaw);
    // The subscription ended meanwhile, or another one took its place.
    const kind = type === "message" ? "channel" : type === "pmessage" ? "pattern" : "shard";
    this.#published(kind, type, this.#lastPattern, this.#lastChannel, data, flaw);
  }

  #confirmed(type: string, name: RawReply): void {
    const asked = this.#asked.peekFront();
    const topic = asked?.topics[asked.done];
    if (asked === undefined || topic === undefined || asked.word !== type || this.#keyOf(name) !== topic.key)
      return this.#withdrawn(type, name);
    if (++asked.done === asked.topics.length) this.#asked.shift();
    if (!asked.begins) return topic.leave();
    topic.live = true;
    for (const subscription of topic.subscriptions) if (!subscription.confirmed) this.#confirm(subscription);
    topic.enter();
    if (asked.restores && asked.done === asked.topics.length) this.#restored();
  }

  /** The server ended a subscription of itself, as it does when a slot of a cluster moves elsewhere. */
  #withdrawn(type: string, name: RawReply): void {
    if (type !== "sunsubscribe") return;
    const topic = this.#topics.shard.get(this.#keyOf(name));
    if (topic === undefined) return;
    topic.interrupted = true;
    const why = "The server ended the subscription: its slot has moved to another node";
    this.#abandon(topic, new ReplyError(why, { command: "SSUBSCRIBE", address: this.#pool.address }));
  }

  /** The oldest command was refused as a whole. */
  #refused(refusal: ReplyError): void {
    const asked = this.#asked.shift();
    if (asked === undefined) return;
    const command = asked.word.toUpperCase();
    const error = new ReplyError(refusal.message, { command, address: this.#pool.address });
    if (!asked.begins) for (const topic of asked.topics) topic.leave();
    else if (asked.restores && asked.topics.length > 1) {
      // One of them may be the reason: the others must not suffer for it.
      for (const topic of asked.topics) this.#ask([topic], true, true);
    } else for (const topic of asked.topics) this.#abandon(topic, error);
    if (asked.restores) this.#restored();
  }

  #keyOf(name: RawReply): string {
    // What is no UTF-8 is found by its bytes.
    return this.keyOf((name instanceof DecodeError ? name.value : name) as Key);
  }
}

const KIND_OF: ReadonlyMap<string, Kind> = new Map([
  ["message", "channel"],
  ["pmessage", "pattern"],
  ["smessage", "shard"],
]);

/** What kind of subscription a push is a message of, if it is one. */
function kindOf(items: RawReply): Kind | undefined {
  return Array.isArray(items) ? KIND_OF.get(word(items[0])) : undefined;
}

function word(reply: RawReply): string {
  return reply instanceof Uint8Array ? latin1Slice(reply, 0, reply.length) : String(reply);
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
