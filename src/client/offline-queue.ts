/** Where commands wait while there is no connection: bounded by count and by bytes. */
import Denque from "denque";
import { QueueFullError, type RedisError } from "../errors.js";
import { Encoder } from "../protocol/encoder.js";
import type { ConnectionSettings } from "./options.js";
import { overdue, type Pending } from "./pending.js";
import { join, type Ticking } from "./ticker.js";

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
  readonly #queue = new Denque<Waiting>();
  #bytes = 0;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** Commands that wait. */
  get length(): number {
    return this.#queue.length;
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
      if (this.#queue.length >= maxQueuedCommands) {
        return pending.fail(
          this.#refusal(pending, `${maxQueuedCommands} commands wait for ${connector.address}`),
        );
      }
      if (this.#bytes + bytes > maxQueuedBytes) {
        return pending.fail(this.#refusal(pending, `${this.#bytes} bytes wait for ${connector.address}`));
      }
    }
    this.#queue.push({ pending, bytes });
    this.#bytes += bytes;
    if (pending.deadline !== 0) join(this);
  }

  /** Put commands that were taken out before back at the head, in order. They keep their place whatever the bounds. */
  putBack(pendings: readonly Pending[]): void {
    for (let i = pendings.length - 1; i >= 0; i--) {
      const pending = pendings[i];
      const bytes = sizeOf(pending);
      this.#queue.unshift({ pending, bytes });
      this.#bytes += bytes;
      if (pending.deadline !== 0) join(this);
    }
  }

  /** Take the next command that still wants to be sent. */
  shift(): Pending | undefined {
    for (;;) {
      const next = this.#queue.shift();
      if (next === undefined) return undefined;
      this.#bytes -= next.bytes;
      if (!next.pending.settled) return next.pending;
    }
  }

  /** An attempt to connect has failed: reject what has waited through as many as it may. */
  attemptFailed(error: (pending: Pending) => RedisError): void {
    for (let left = this.#queue.length; left > 0; left--) {
      const next = this.#queue.shift() as Waiting;
      if (!next.pending.settled && ++next.pending.attempts <= this.#settings.attempts) {
        this.#queue.push(next);
        continue;
      }
      this.#bytes -= next.bytes;
      if (!next.pending.settled) next.pending.fail(error(next.pending));
    }
  }

  /** Reject everything. */
  failAll(error: (pending: Pending) => RedisError): void {
    for (let next = this.shift(); next !== undefined; next = this.shift()) next.fail(error(next));
  }

  tick(now: number): boolean {
    let watched = false;
    for (let i = 0; i < this.#queue.length; i++) {
      const { pending } = this.#queue.peekAt(i) as Waiting;
      if (pending.settled || pending.deadline === 0) continue;
      if (pending.deadline <= now) pending.fail(overdue(pending, "no", this.#settings.connector.address));
      else watched = true;
    }
    return watched;
  }

  #refusal(pending: Pending, why: string): QueueFullError {
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
