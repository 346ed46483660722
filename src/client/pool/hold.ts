/**
 * A pause of one connection, because its server refuses commands for a reason that passes (LOADING,
 * READONLY, ...): what it has refused waits, and what is called meanwhile waits behind it.
 *
 * A refused command is not sent again when one that came after it has touched the same key meanwhile:
 * the two would change places. It fails with the server's error then.
 */
import type { DecodeError, RedisError, ReplyError } from "../../errors.js";
import type { Encoder } from "../../protocol/encoder.js";
import type { RawReply } from "../../protocol/parser.js";
import { advised } from "../connection/advice.js";
import type { Connection } from "../connection/connection.js";
import type { Pending, ReplySource } from "../connection/pending.js";
import { KeyIndex, TouchedKeys } from "../connection/touched-keys.js";

interface Refused {
  readonly pending: Pending;
  readonly error: ReplyError;
}

/** One pause. */
export class Hold {
  readonly connection: Connection;
  /** Is the connection to be replaced, because another server must be asked? */
  elsewhere = false;
  readonly #refused = new KeyIndex<Refused>();
  /** Refused by the reply that is being taken. */
  #fresh: Refused[] = [];
  readonly #release: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Entries that were on their way when the pause began, and have no reply yet. */
  #underWay = 0;

  /**
   * @param wait how long it lasts, in milliseconds; longer while replies are on their way
   * @param release called at its end
   */
  constructor(connection: Connection, wait: number, release: () => void) {
    this.connection = connection;
    this.#release = release;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#check();
    }, wait);
    connection.replaceFollowers((pending) => {
      this.#underWay++;
      return new Follower(pending, this);
    });
  }

  /** Keep `pending` back, which the server has refused. */
  add(pending: Pending, error: ReplyError): void {
    this.#fresh.push({ pending, error });
  }

  /** The next reply comes: what was refused until now came before it. */
  next(): void {
    for (const refused of this.#fresh) this.#refused.add(touchedBy(refused.pending), refused);
    this.#fresh = [];
  }

  /** An entry that was on its way has its reply; unless it was refused as well, it may have run. */
  answered(pending: Pending): void {
    if (this.#fresh[0]?.pending !== pending) {
      for (const { pending: earlier, error } of this.#refused.take(touchedBy(pending)))
        earlier.fail(advised(error));
    }
    this.#underWay--;
    this.#check();
  }

  /** End it without a word: the connection is lost, or closed. */
  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#underWay = Number.POSITIVE_INFINITY;
  }

  #check(): void {
    if (this.#timer === undefined && this.#underWay === 0) this.#release();
  }
}

function touchedBy(pending: Pending): TouchedKeys {
  const keys = new TouchedKeys();
  if (pending.touch === undefined) keys.addAll();
  else pending.touch(keys);
  return keys;
}

/** An entry that was on its way when a pause began, with an eye on what comes of it. */
class Follower implements Pending {
  readonly inner: Pending;
  readonly #hold: Hold;

  constructor(inner: Pending, hold: Hold) {
    this.inner = inner;
    this.#hold = hold;
  }

  wants(): number {
    return this.inner.wants();
  }

  take(reply: RawReply, flaw: DecodeError | null, from: ReplySource): boolean {
    this.#hold.next();
    if (!this.inner.take(reply, flaw, from)) return false;
    this.#hold.answered(this.inner);
    return true;
  }

  fail(error: RedisError): void {
    this.inner.fail(error);
  }

  get repeatable(): boolean {
    return this.inner.repeatable;
  }

  get deadline(): number {
    return this.inner.deadline;
  }

  set deadline(tick: number) {
    this.inner.deadline = tick;
  }

  get settled(): boolean {
    return this.inner.settled;
  }

  get attempts(): number {
    return this.inner.attempts;
  }

  get label(): string {
    return this.inner.label;
  }

  get blocking(): boolean {
    return this.inner.blocking ?? false;
  }

  get endsServer(): boolean {
    return this.inner.endsServer ?? false;
  }

  write(out: Encoder): void {
    this.inner.write(out);
  }
}

/** The entry itself, where a {@link Hold} has put another in its place. */
export function unwrapped(pending: Pending): Pending {
  return pending instanceof Follower ? pending.inner : pending;
}
