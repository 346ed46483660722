/** Where commands wait while there is no connection: bounded by count and by bytes. */

import { QueueFullError, type RedisError } from "../../errors.js";
import { Encoder } from "../../protocol/encoder.js";
import type { Counters } from "../connection/counters.js";
import { overdue, type Pending } from "../connection/pending.js";
import { join, type Ticking } from "../connection/ticker.js";
import type { ConnectionSettings } from "../options/options.js";
import { Ring } from "../ring.js";

interface Waiting {
  pending: Pending;
  bytes: number;
}

const scale = new Encoder();

/** How many bytes `pending` will send. @throws ArgumentError */
function sizeOf(pending: Pending): number {
  pending.write(scale);
  const { length } = scale;
  scale.clear();
  scale.reuse();
  return length;
}

/** A bounded queue in call order. */
export class OfflineQueue implements Ticking {
  readonly #settings: ConnectionSettings;
  readonly #counters: Counters;
  /** What the server has refused for now: it comes before all that waits. */
  readonly #refused = new Ring<Waiting>();
  readonly #queue = new Ring<Waiting>();
  readonly #queues = [this.#refused, this.#queue];
  #bytes = 0;

  constructor(settings: ConnectionSettings, counters: Counters) {
    this.#settings = settings;
    this.#counters = counters;
  }

  /** Commands that wait. */
  get length(): number {
    return this.#refused.length + this.#queue.length;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Let a new command wait, or reject it where there is no room for it. @throws ArgumentError */
  add(pending: Pending): void {
    const bytes = sizeOf(pending);
    const { queuePolicy, maxQueuedCommands, maxQueuedBytes, connector } = this.#settings;
    if (queuePolicy === "fail-fast") return pending.fail(this.#refusal(pending, "there is no connection"));
    if (queuePolicy === "reject") {
      if (this.length >= maxQueuedCommands) {
        return pending.fail(
          this.#refusal(pending, `${maxQueuedCommands} commands wait for ${connector.address}`),
        );
      }
      if (this.#bytes + bytes > maxQueuedBytes) {
        return pending.fail(this.#refusal(pending, `${this.#bytes} bytes wait for ${connector.address}`));
      }
    }
    this.#queue.push(this.#entry(pending, bytes));
  }

  /** Keep a command that the server has refused for now, behind others of its kind. It has its place whatever the bounds. */
  addRefused(pending: Pending): void {
    this.#refused.push(this.#entry(pending, sizeOf(pending)));
  }

  /**
   * Put commands that were taken out before back, in order, in front of all but what was refused.
   * They keep their place whatever the bounds.
   */
  putBack(pendings: readonly Pending[]): void {
    for (let i = pendings.length - 1; i >= 0; i--) {
      this.#queue.unshift(this.#entry(pendings[i], sizeOf(pendings[i])));
    }
  }

  #entry(pending: Pending, bytes: number): Waiting {
    this.#bytes += bytes;
    if (pending.deadline !== 0) join(this);
    return { pending, bytes };
  }

  /** Take the next command that still wants to be sent. */
  shift(): Pending | undefined {
    for (;;) {
      const next = this.#refused.shift() ?? this.#queue.shift();
      if (next === undefined) return undefined;
      this.#bytes -= next.bytes;
      if (!next.pending.settled) return next.pending;
    }
  }

  /** An attempt to connect has failed: reject what has waited through as many as it may. */
  attemptFailed(error: (pending: Pending) => RedisError): void {
    for (const queue of this.#queues) {
      for (let left = queue.length; left > 0; left--) {
        const next = queue.shift() as Waiting;
        if (!next.pending.settled && ++next.pending.attempts <= this.#settings.attempts) {
          queue.push(next);
          continue;
        }
        this.#bytes -= next.bytes;
        if (!next.pending.settled) next.pending.fail(error(next.pending));
      }
    }
  }

  /** Reject everything. */
  failAll(error: (pending: Pending) => RedisError): void {
    for (let next = this.shift(); next !== undefined; next = this.shift()) next.fail(error(next));
  }

  tick(now: number): boolean {
    let watched = false;
    for (const queue of this.#queues) {
      for (let i = 0; i < queue.length; i++) {
        const { pending } = queue.peekAt(i) as Waiting;
        if (pending.settled || pending.deadline === 0) continue;
        if (pending.deadline > now) {
          watched = true;
          continue;
        }
        this.#counters.timeouts++;
        pending.fail(overdue(pending, "no", this.#settings.connector.address));
      }
    }
    return watched;
  }

  #refusal(pending: Pending, why: string): QueueFullError {
    this.#counters.refused++;
    return new QueueFullError(
      "EQUEUE",
      `${pending.label} was not sent: ${why} (see the option offlineQueue)`,
      "no",
      {
        command: pending.label,
        address: this.#settings.connector.address,
      },
    );
  }
}
