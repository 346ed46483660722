/**
 * The broker: queues in Redis lists, and the bookkeeping by which a message is not lost with the worker that has it.
 * All that it writes is as Kombu writes it, so that Python's workers and tools share queues with it.
 */
import type { Redis } from "../index.js";
import { boundQueues } from "./binding.js";
import { GIVE_BACK, OVERDUE, POP, RECOVER, REFRESH } from "./broker-scripts.js";
import { ListWatch } from "./list-watch.js";
import type { TaskLog } from "./log.js";
import { markRedelivered } from "./message.js";
import { PopReceipts, type Receipt } from "./pop-receipts.js";
import {
  bindingKey,
  bindingOf,
  PRIORITY_STEPS,
  queueKey,
  queueKeys,
  queueOfKey,
  UNACKED,
  UNACKED_INDEX,
} from "./queue-keys.js";
import { TurnBatch } from "./turn-batch.js";
import { readUnacked, type UnackedEntry } from "./unacked-entry.js";

export { PRIORITY_STEPS, queueKey };

/** The most messages taken in one step: Lua hands on no more than some thousand words at once. */
const LARGEST_POP = 1000;
/** How many overdue messages are looked at in one step. */
const SWEEP_PAGE = 100;

/** A message as it was taken from a queue. */
export interface Delivery {
  /** The envelope's text. */
  readonly raw: string;
  /** Names it until it is acknowledged; `undefined`: it is no envelope, and nothing is kept of it. */
  readonly tag: string | undefined;
  readonly queue: string;
  /** The list that it came from: the queue's, for its priority. */
  readonly key: string;
}

/** Options of {@link Broker}. */
export interface BrokerOptions {
  /** Number of the database, which is part of the names of channels. */
  readonly db: number;
  /** After so many seconds an unacknowledged message that nobody refreshes is given to another worker. */
  readonly visibilityTimeout: number;
  readonly log: TaskLog;
}

/** Queues and messages of one Redis database; `app.broker()` gives one. */
export class Broker {
  /** The client, for what has no method here. */
  readonly redis: Redis;
  readonly db: number;
  readonly visibilityTimeout: number;
  readonly #log: TaskLog;
  readonly #bound = new Set<string>();
  readonly #receipts = new PopReceipts();
  readonly #forget: () => void;
  readonly #watch: ListWatch;
  readonly #acks: TurnBatch<string>;

  /** @param redis its pool needs a connection for each queue and priority that is waited for, and some more */
  constructor(redis: Redis, options: BrokerOptions) {
    this.redis = redis;
    this.db = options.db;
    this.visibilityTimeout = options.visibilityTimeout;
    this.#log = options.log;
    this.#watch = new ListWatch(redis);
    // The server that comes back may be another, or have forgotten what was in memory.
    this.#forget = redis.on("disconnect", () => this.#bound.clear());
    this.#acks = new TurnBatch((tags) => this.#acknowledge(tags));
  }

  /**
   * Put a message into a queue: one LPUSH, and for a queue's first message from this process its binding, in the
   * same write.
   * @param priority 0 (the most urgent) to 9
   * @throws ConnectionError, ReplyError as the client does
   */
  publish(queue: string, priority: number, text: string): Promise<unknown> {
    if (!this.#bound.has(queue)) this.declare(queue);
    return this.redis.lpush(queueKey(queue, priority), text);
  }

  /** Make a queue known to the tools that look for queues; done by {@link Broker.publish} too. */
  declare(queue: string): void {
    this.#bound.add(queue);
    this.redis.sadd(bindingKey(queue), bindingOf(queue)).catch((error: unknown) => {
      this.#bound.delete(queue);
      this.#log.warn(`The queue ${queue} could not be declared: ${String(error)}`);
    });
  }

  /**
   * Take up to `limit` messages (1000 at the most), the most urgent first, and note them as unacknowledged, in one
   * step. What an earlier call has taken whose reply was lost with the connection is given first.
   * @param queues each gets its share; the first ones are served first
   */
  async pop(queues: readonly string[], limit: number): Promise<Delivery[]> {
    if (queues.length === 0 || limit < 1) return [];
    const most = Math.min(limit, LARGEST_POP);
    return this.#receipts.use(async (receipt) => {
      if (receipt.lost) {
        const recovered = await this.#recover(receipt);
        if (recovered.length > 0) return recovered;
      }
      const keys = [UNACKED_INDEX, UNACKED, receipt.key];
      for (const step of PRIORITY_STEPS) for (const queue of queues) keys.push(queueKey(queue, step));
      receipt.call++;
      const reply = await POP(this.redis, keys, most, queues.length, receipt.call, this.#receiptSeconds);
      const deliveries: Delivery[] = [];
      for (let at = 0; at < reply.length; at += 3) {
        const list = reply[at] as number;
        const tag = (reply[at + 1] as Buffer).toString();
        deliveries.push({
          raw: (reply[at + 2] as Buffer).toString(),
          tag: tag === "" ? undefined : tag,
          queue: queues[list % queues.length],
          key: keys[list + 3],
        });
      }
      return deliveries;
    });
  }

  /** How long a receipt may be of use. */
  get #receiptSeconds(): number {
    return Math.max(1, Math.ceil(this.visibilityTimeout));
  }

  async #recover(receipt: Receipt): Promise<Delivery[]> {
    const reply = await RECOVER(
      this.redis.with({ idempotent: true }),
      [UNACKED_INDEX, UNACKED, receipt.key],
      receipt.call,
      this.#receiptSeconds,
    );
    receipt.lost = false;
    const deliveries: Delivery[] = [];
    for (let at = 0; at < reply.length; at += 3) {
      const [key, tag, text] = reply.slice(at, at + 3).map(String);
      const entry = readUnacked(text);
      if (entry !== undefined) deliveries.push({ raw: entry.raw, tag, queue: queueOfKey(key), key });
    }
    return deliveries;
  }

  /**
   * Wait until one of the queues has a message; nothing is taken. A connection is used for each queue and priority.
   * @returns when that is so, or when `signal` fires
   * @throws ConnectionError when the server is lost, ReplyError when a queue's key is no list
   */
  wait(queues: readonly string[], signal: AbortSignal): Promise<void> {
    return this.#watch.wait(queues.flatMap(queueKeys), signal);
  }

  /** Acknowledge a message. All of one turn of the event loop leave in one transaction. */
  ack(tag: string): Promise<void> {
    return this.#acks.add(tag);
  }

  async #acknowledge(tags: string[]): Promise<void> {
    await this.redis
      .with({ idempotent: true })
      .multi()
      .zrem(UNACKED_INDEX, ...(tags as [string, ...string[]]))
      .hdel(UNACKED, ...(tags as [string, ...string[]]))
      .exec();
  }

  /** Put a message back at the end of its queue, marked as redelivered: it comes after all others. */
  async requeue(delivery: Delivery): Promise<void> {
    await this.#giveBack("LPUSH", [delivery]);
  }

  /**
   * Put messages back where they came from, marked as redelivered: they are the next ones, in the order in which
   * they were taken. What another worker has taken over meanwhile is left to it.
   * @returns how many were put back
   */
  restore(deliveries: readonly Delivery[]): Promise<number> {
    return this.#giveBack("RPUSH", [...deliveries].reverse());
  }

  async #giveBack(side: "LPUSH" | "RPUSH", deliveries: readonly Delivery[]): Promise<number> {
    let count = 0;
    for (let from = 0; from < deliveries.length; from += SWEEP_PAGE) {
      const keys = [UNACKED_INDEX, UNACKED];
      const words: string[] = [];
      for (const { tag, raw, key } of deliveries.slice(from, from + SWEEP_PAGE)) {
        if (tag === undefined) continue;
        keys.push(key);
        words.push(tag, markRedelivered(raw), "");
      }
      if (words.length > 0) count += await GIVE_BACK(this.redis, keys, side, ...words);
    }
    return count;
  }

  /** These messages are still in work here: their visibility timeout begins anew. */
  async refresh(tags: readonly string[]): Promise<void> {
    for (let from = 0; from < tags.length; from += 1000) {
      await REFRESH(this.redis, [UNACKED_INDEX], tags.slice(from, from + 1000));
    }
  }

  /**
   * The envelopes of messages in work.
   * @returns for each its text as it was in the queue; `null` where it is not there any more
   */
  async fetch(tags: readonly string[]): Promise<(string | null)[]> {
    if (tags.length === 0) return [];
    const entries = await this.redis.hmget(UNACKED, [...tags]);
    return entries.map((text) => (text === null ? null : (readUnacked(text)?.raw ?? null)));
  }

  /**
   * Give messages whose worker has let the visibility timeout pass to others. Each is moved in one step, and only if
   * its worker has not refreshed it meanwhile; so any number of workers may sweep at the same time.
   * @returns how many were given back
   */
  async sweep(): Promise<number> {
    const bindings = new Map<string, string[]>();
    let count = 0;
    // What cannot be moved stays in front of the rest.
    let stuck = 0;
    for (;;) {
      const found = await OVERDUE(
        this.redis,
        [UNACKED_INDEX, UNACKED],
        this.visibilityTimeout,
        stuck,
        SWEEP_PAGE,
      );
      const keys = [UNACKED_INDEX, UNACKED];
      const words: string[] = [];
      for (let at = 0; at < found.length; at += 3) {
        const [tag, score, text] = found.slice(at, at + 3).map(String);
        const entry = readUnacked(text);
        if (entry === undefined) {
          this.#log.error(`The unacknowledged message ${tag} cannot be read; it is left where it is`);
          continue;
        }
        keys.push(queueKey(await this.#queueOf(entry, bindings), entry.priority));
        words.push(tag, markRedelivered(entry.raw), score);
      }
      const moved = words.length === 0 ? 0 : await GIVE_BACK(this.redis, keys, "RPUSH", ...words);
      count += moved;
      stuck += found.length / 3 - moved;
      if (found.length < 3 * SWEEP_PAGE) return count;
    }
  }

  /** The queue that a message goes back to. */
  async #queueOf({ exchange, routingKey }: UnackedEntry, bindings: Map<string, string[]>): Promise<string> {
    if (exchange === "") return routingKey;
    let bound = bindings.get(exchange);
    if (bound === undefined) {
      bound = await this.redis.smembers(bindingKey(exchange));
      bindings.set(exchange, bound);
    }
    return boundQueues(bound, routingKey)[0] ?? routingKey;
  }

  /** Empty queues. @returns how many messages were in them */
  async purge(queues: readonly string[]): Promise<number> {
    const transaction = this.redis.multi();
    for (const key of queues.flatMap(queueKeys)) transaction.llen(key).del(key);
    const replies = (await transaction.exec()) as number[];
    return replies.reduce((sum, reply, at) => (at % 2 === 0 ? sum + reply : sum), 0);
  }

  /** How many messages wait in each queue, over all priorities. */
  async lengths(queues: readonly string[]): Promise<Map<string, number>> {
    const counts = await Promise.all(
      queues.map(async (queue) => {
        const lengths = await Promise.all(queueKeys(queue).map((key) => this.redis.llen(key)));
        return lengths.reduce((sum, one) => sum + one, 0);
      }),
    );
    return new Map(queues.map((queue, at) => [queue, counts[at]]));
  }

  /** Publish an event under its routing key, such as `worker.heartbeat`. */
  publishEvent(routingKey: string, text: string): Promise<void> {
    return this.publishFanout(`celeryev/${routingKey}`, text);
  }

  /** Publish to all who listen to `/<db>.<path>`. */
  async publishFanout(path: string, text: string): Promise<void> {
    await this.redis.publish(`/${this.db}.${path}`, text);
  }

  /** End all waits. The client stays open. */
  close(): void {
    this.#forget();
    this.#watch.close();
  }
}
