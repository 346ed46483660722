/**
 * Messages on their way to someone who takes them one by one: a buffer that is bounded by count and by
 * bytes, and those who wait for the next message. What the buffer has no room for is counted, and a
 * notice stands in its place.
 */

import { DecodeError, OptionError } from "../../errors.js";
import { Ring } from "../ring.js";
import {
  type Dropped,
  GAP,
  type GetMessageOptions,
  isConfirmation,
  type Message,
  type OverflowPolicy,
} from "./messages.js";

/** A message that waits; a {@link DecodeError} stands for one that cannot be read as text. */
type Entry<T> = Message<T> | DecodeError;

/** Someone who waits for a message. */
interface Taker<T> {
  readonly ignoreSubscribe: boolean;
  take(message: Message<T> | null): void;
  fail(error: unknown): void;
}

/** The bounds of a mailbox. */
export interface MailboxLimits {
  readonly maxBuffered: number;
  readonly maxBufferedBytes: number;
  readonly overflow: OverflowPolicy;
}

/** The messages of one PubSub that have not been taken. */
export class Mailbox<T> {
  readonly #limits: MailboxLimits;
  /** Told when the first message is dropped after a while without loss. */
  readonly #onDropped: () => void;
  /** Told when there is no room and the policy is to close. */
  readonly #onOverflow: () => void;
  readonly #entries = new Ring<Entry<T>>();
  readonly #takers = new Ring<Taker<T>>();
  #bytes = 0;
  /** How many entries are notices; they have no part in the bounds. */
  #notices = 0;
  #dropped = 0;
  /** What was dropped in front of the first entry, and is still to be told. */
  #droppedBefore = 0;
  #gapBefore = false;
  #end: Error | null = null;

  constructor(limits: MailboxLimits, onDropped: () => void, onOverflow: () => void) {
    this.#limits = limits;
    this.#onDropped = onDropped;
    this.#onOverflow = onOverflow;
  }

  /** How many messages were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How many messages wait to be taken, notices not among them. */
  get length(): number {
    return this.#entries.length - this.#notices;
  }

  /** Give a message to the first who waits for one of its kind, or keep it. */
  put(entry: Entry<T>): void {
    if (this.#end !== null) return;
    if (this.#takers.length > 0 && this.#hand(entry)) return;
    if (!isReadable(entry) || entry.type !== "gap") return this.#keep(entry);
    // Two gaps in a row say no more than one.
    const last = this.#entries.peekBack();
    if (last === GAP || (last === undefined && this.#gapBefore)) return;
    this.#entries.push(entry);
    this.#notices++;
  }

  #hand(entry: Entry<T>): boolean {
    if (!isReadable(entry)) {
      this.#takers.shift()?.fail(entry);
      return true;
    }
    const confirmation = isConfirmation(entry);
    for (let at = 0; at < this.#takers.length; at++) {
      const taker = this.#takers.peekAt(at) as Taker<T>;
      if (taker.ignoreSubscribe && confirmation) continue;
      this.#takers.remove(taker);
      taker.take(entry);
      return true;
    }
    return false;
  }

  #keep(entry: Entry<T>): void {
    const { maxBuffered, maxBufferedBytes, overflow } = this.#limits;
    const size = sizeOf(entry);
    if (this.length < maxBuffered && this.#bytes + size <= maxBufferedBytes) {
      this.#entries.push(entry);
      this.#bytes += size;
      return;
    }
    if (overflow === "close") {
      this.#dropped++;
      return this.#onOverflow();
    }
    // A message that would not even fit into an empty buffer must not cost all the others.
    if (overflow === "drop-newest" || size > maxBufferedBytes) return this.#dropNewest(entry);
    while (this.length >= maxBuffered || this.#bytes + size > maxBufferedBytes) this.#dropOldest();
    this.#entries.push(entry);
    this.#bytes += size;
  }

  #dropOldest(): void {
    const oldest = this.#entries.shift() as Entry<T>;
    if (isReadable(oldest) && isNotice(oldest)) {
      this.#notices--;
      if (oldest.type === "gap") this.#gapBefore = true;
      else this.#droppedBefore += oldest.data;
      return;
    }
    this.#bytes -= sizeOf(oldest);
    if (isReadable(oldest) && isConfirmation(oldest)) return;
    this.#dropped++;
    if (++this.#droppedBefore === 1) this.#onDropped();
  }

  #dropNewest(entry: Entry<T>): void {
    if (isReadable(entry) && isConfirmation(entry)) return;
    this.#dropped++;
    const last = this.#entries.peekBack();
    if (last !== undefined && isReadable(last) && last.type === "dropped") {
      last.data++;
      return;
    }
    this.#entries.push(droppedNotice(1));
    this.#notices++;
    this.#onDropped();
  }

  #next(): Entry<T> | undefined {
    if (this.#gapBefore) {
      this.#gapBefore = false;
      return GAP;
    }
    if (this.#droppedBefore > 0) {
      const notice = droppedNotice(this.#droppedBefore);
      this.#droppedBefore = 0;
      return notice;
    }
    const entry = this.#entries.shift();
    if (entry === undefined) return undefined;
    if (isReadable(entry) && isNotice(entry)) this.#notices--;
    else this.#bytes -= sizeOf(entry);
    return entry;
  }

  /**
   * Take the next message.
   * @returns `null` when there is none (within `timeout`)
   * @throws what {@link Mailbox.end} was given, when nothing is left to take; DecodeError for a message
   *   that is no UTF-8; OptionError
   */
  take({ timeout = 0, ignoreSubscribe = false }: GetMessageOptions): Promise<Message<T> | null> {
    if (typeof timeout !== "number" || !(timeout >= 0)) {
      const why = `The option timeout is ${String(timeout)}; allowed: milliseconds from 0 on`;
      return Promise.reject(new OptionError("timeout", why));
    }
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (!isReadable(next)) return Promise.reject(next);
      if (!ignoreSubscribe || !isConfirmation(next)) return Promise.resolve(next);
    }
    if (this.#end !== null) return Promise.reject(this.#end);
    if (timeout === 0) return Promise.resolve(null);
    return this.#wait(timeout, ignoreSubscribe);
  }

  #wait(timeout: number, ignoreSubscribe: boolean): Promise<Message<T> | null> {
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
      this.#takers.push(taker);
      // A longer time than a timer can take is for ever.
      if (timeout >= 2 ** 31) return;
      timer = setTimeout(() => {
        this.#takers.remove(taker);
        resolve(null);
      }, timeout);
    });
  }

  /** Nothing more will come: those who wait get `error`, and so does everyone who finds nothing left to take. */
  end(error: Error): void {
    this.#end = error;
    for (let taker = this.#takers.shift(); taker !== undefined; taker = this.#takers.shift())
      taker.fail(error);
  }
}

function isReadable<T>(entry: Entry<T>): entry is Message<T> {
  return !(entry instanceof DecodeError);
}

function isNotice<T>(message: Message<T>): message is typeof GAP | Dropped {
  return message.channel === null;
}

function droppedNotice(count: number): Dropped {
  return { type: "dropped", pattern: null, channel: null, data: count };
}

/** What an entry counts for in `maxBufferedBytes`. */
function sizeOf<T>(entry: Entry<T>): number {
  if (!isReadable(entry)) return lengthOf(entry.value);
  return lengthOf(entry.pattern) + lengthOf(entry.channel) + lengthOf(entry.data);
}

function lengthOf(part: unknown): number {
  return typeof part === "string" || part instanceof Uint8Array ? part.length : 0;
}
