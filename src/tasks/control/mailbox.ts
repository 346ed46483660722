/** The worker's side of remote control: takes requests, calls their handlers, answers. */

import type { PubSub, Redis } from "../../index.js";
import { boundQueues } from "../binding.js";
import { exceptionRepr, toExceptionRecord } from "../exceptions.js";
import type { LamportClock } from "../lamport.js";
import type { TaskLog } from "../log.js";
import { matchesNode } from "./node-match.js";
import {
  type ControlRequest,
  controlChannel,
  decodeRequest,
  encodeReply,
  NODE_BINDINGS,
  nodeBinding,
  REPLY_BINDINGS,
} from "./pidbox.js";

/**
 * Answers one method of remote control. What it returns (or its promise resolves to) is the reply, what
 * it throws becomes `{"error": "<repr>"}`; {@link NO_REPLY} sends none.
 */
export type ControlHandler = (args: Readonly<Record<string, unknown>>) => unknown;

/** Returned by a handler: nobody is answered. */
export const NO_REPLY: unique symbol = Symbol("no reply");

/** Seconds after which a reply that nobody has taken is gone. */
const UNREAD_REPLY_LIFE = 60;

/** Options of {@link Mailbox}. */
export interface MailboxOptions {
  /** A client of the broker; subscribing opens a connection of its own. */
  redis: Redis;
  /** Number of the broker's database: it is in the channel's name. */
  db: number;
  hostname: string;
  clock: LamportClock;
  handlers: Readonly<Record<string, ControlHandler>>;
  log: TaskLog;
}

/**
 * Takes the remote control requests of one node. A request that cannot be read, or whose handler fails,
 * is logged; nothing ends the mailbox but {@link Mailbox.stop}. After a lost connection it listens again.
 */
export class Mailbox {
  readonly #options: MailboxOptions;
  readonly #inFlight = new Set<Promise<void>>();
  #pubsub: PubSub | undefined;

  constructor(options: MailboxOptions) {
    this.#options = options;
  }

  /**
   * Listen; resolves when the broker has confirmed it.
   * @throws ConnectionError, ReplyError when the broker does not
   */
  async start(): Promise<void> {
    if (this.#pubsub !== undefined) return;
    const { redis, db, hostname, log } = this.#options;
    const pubsub = redis.pubsub();
    this.#pubsub = pubsub;
    pubsub.on("error", ({ error }) => log.error(`control: cannot read a message: ${textOf(error)}`));
    pubsub.on("gap", () => {
      // A broker that lost its data has lost the binding too.
      void redis.sadd(NODE_BINDINGS, nodeBinding(hostname)).catch(() => {});
    });
    try {
      await redis.sadd(NODE_BINDINGS, nodeBinding(hostname));
      await pubsub.psubscribe(controlChannel(db), ({ data }) => this.#received(data));
    } catch (error) {
      this.#pubsub = undefined;
      await pubsub.close().catch(() => {});
      throw error;
    }
  }

  /** Listen no more; resolves when replies under way have left. Never rejects. */
  async stop(): Promise<void> {
    const pubsub = this.#pubsub;
    if (pubsub === undefined) return;
    this.#pubsub = undefined;
    const { redis, hostname } = this.#options;
    await Promise.allSettled([
      redis.srem(NODE_BINDINGS, nodeBinding(hostname)),
      pubsub.close(),
      ...this.#inFlight,
    ]);
  }

  #received(raw: string): void {
    const { clock, hostname, log } = this.#options;
    let request: ControlRequest;
    try {
      request = decodeRequest(raw);
    } catch (error) {
      log.error(`control: a message is no request: ${textOf(error)}`);
      return;
    }
    // A client usually has no clock of its own to tell.
    clock.forward();
    clock.adjust(request.clock);
    if (!isFor(request, hostname)) return;
    const done: Promise<void> = this.#answer(request)
      .catch((error: unknown) => log.error(`control: no answer to ${request.method}: ${textOf(error)}`))
      .then(() => {
        this.#inFlight.delete(done);
      });
    this.#inFlight.add(done);
  }

  async #answer(request: ControlRequest): Promise<void> {
    const { clock, handlers, hostname, log, redis } = this.#options;
    const { method, args, replyTo, ticket } = request;
    log.debug(`control: received ${method}`);
    let value: unknown;
    try {
      if (!Object.hasOwn(handlers, method)) throw new NoSuchCommand(method);
      value = handlers[method](args);
      if (value instanceof Promise) value = await value;
    } catch (error) {
      const what = error instanceof NoSuchCommand ? "there is no such command" : textOf(error);
      log.error(`control: ${method} failed: ${what}`);
      value = failureOf(error);
    }
    if (replyTo === null || value === NO_REPLY) return;
    const reply = (one: unknown) =>
      encodeReply({ body: { [hostname]: one }, ticket, clock: clock.forward() }, replyTo);
    let text: string;
    try {
      text = reply(value ?? null);
    } catch (error) {
      text = reply(failureOf(error));
    }
    for (const queue of boundQueues(await redis.smembers(REPLY_BINDINGS), replyTo.routingKey)) {
      // Who asked deletes the queue when done; a reply that comes after that must not stay for ever.
      await redis.multi().lpush(queue, text).expire(queue, UNREAD_REPLY_LIFE).exec();
    }
  }
}

function isFor({ destination, pattern, matcher }: ControlRequest, hostname: string): boolean {
  if (destination !== null) return destination.includes(hostname);
  if (pattern !== null) return matchesNode(hostname, pattern, matcher ?? "glob");
  return true;
}

/** Python's workers answer so. */
class NoSuchCommand extends Error {
  override readonly name = "KeyError";
}

function failureOf(error: unknown): { error: string } {
  return { error: exceptionRepr(toExceptionRecord(error)) };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
