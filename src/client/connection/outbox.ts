/** What a connection has to send: gathered during a tick, and written in one piece or in parts. */
import { Encoder } from "../../protocol/encoder.js";
import type { Transport } from "../../transport/transport.js";
import type { Ring } from "../ring.js";
import type { Counters } from "./counters.js";
import type { Pending } from "./pending.js";

/** This much is written at once, without waiting for the end of the tick. */
const FLUSH_AT = 64 * 1024;
/**
 * What one tick gathers leaves in parts of at least so many commands, and of this share of all that are on their way:
 * the server works on one part while the next is made, instead of each waiting for the other. A long pipeline is a part.
 */
const PART = 25;
const SHARE = 8;

/** Run `task` when the current callback is over, after the promise jobs that it caused. */
const atEndOfTick: (task: () => void) => void = globalThis.process?.nextTick ?? queueMicrotask;

/** The sending half of a connection. */
export class Outbox {
  /** Takes the words of commands; {@link plan} is to be called afterwards. */
  readonly encoder = new Encoder();
  /** Where it goes; `null` before there is a transport, and after its end. */
  transport: Transport | null = null;
  /** Does it only gather, and send nothing? */
  parked = false;
  /** How many entries at the end of the queue have not left yet. */
  unsent = 0;
  readonly #queue: Ring<Pending>;
  readonly #counters: Counters;
  #flushing = false;
  #blocked = false;

  constructor(queue: Ring<Pending>, counters: Counters) {
    this.#queue = queue;
    this.#counters = counters;
  }

  /** Put an entry at the end of the queue, and what it says into what leaves. @throws ArgumentError when it cannot be sent */
  add(pending: Pending): void {
    pending.write(this.encoder);
    this.#queue.push(pending);
    this.unsent++;
  }

  /**
   * What has been gathered leaves at the end of this tick, or at once when it is much.
   * @param added how many commands have been put to it last
   */
  plan(added: number): void {
    const { unsent } = this;
    const isPart = (unsent >= PART || added >= PART) && unsent * SHARE >= this.#queue.length;
    if (isPart || this.encoder.length > FLUSH_AT) this.flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      atEndOfTick(this.#endOfTick);
    }
  }

  readonly #endOfTick = (): void => {
    this.#flushing = false;
    this.flush();
  };

  /** Send what has been gathered. */
  flush(): void {
    const { transport } = this;
    // While the socket cannot take more, commands gather here and are known not to have been sent.
    if (this.#blocked || this.parked || transport === null) return;
    const pieces = this.encoder.take();
    this.unsent = 0;
    if (pieces.length === 0) return;
    if (pieces.length > 1) transport.cork();
    for (const piece of pieces) {
      this.#counters.bytesOut += piece.length;
      if (!transport.write(piece)) this.#blocked = true;
    }
    if (pieces.length > 1) transport.uncork();
    if (transport.idle) this.encoder.reuse();
  }

  /** Write bytes as they are, behind all that was gathered. @returns can more be written? */
  write(bytes: Uint8Array): boolean {
    this.flush();
    const { transport } = this;
    if (transport === null) return true;
    this.#counters.bytesOut += bytes.length;
    if (!transport.write(bytes)) this.#blocked = true;
    return !this.#blocked;
  }

  /** The socket can take more. */
  drained(): void {
    this.#blocked = false;
    this.flush();
  }

  /** Take what has been gathered back out of the queue, in order. */
  recall(): Pending[] {
    const queue = this.#queue;
    const kept = queue.length - this.unsent;
    const recalled: Pending[] = [];
    for (let i = 0, count = queue.length; i < count; i++) {
      const pending = queue.shift() as Pending;
      if (i < kept) queue.push(pending);
      else recalled.push(pending);
    }
    this.encoder.clear();
    this.unsent = 0;
    return recalled;
  }

  /** Nothing can be sent any more. */
  end(): void {
    this.transport = null;
    this.encoder.clear();
  }
}
