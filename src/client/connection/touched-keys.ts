/** Which keys calls read and write: whether two of them may change places. */
import { latin1Slice, utf8Bytes } from "../../protocol/bytes.js";
import { Flag } from "../../spec/command-spec.js";
import { type CallArgs, keysOf } from "../../spec/keys.js";
import type { KnownCommand } from "../known-command.js";

/** The keys of one or more calls. What cannot be known counts as all keys. */
export class TouchedKeys {
  readonly read = new Set<string>();
  readonly written = new Set<string>();
  readsAll = false;
  writesAll = false;

  /** Add the keys of a call. */
  add({ row, readOnly }: KnownCommand, args: CallArgs): void {
    if (row === undefined) return this.addAll();
    const places = keysOf(row, args);
    const keys = readOnly ? this.read : this.written;
    for (const place of places) keys.add(keyText(args[place]));
    if (places.length > 0) return;
    // KEYS and DBSIZE look at all keys, FLUSHALL and a script without keys may change any; PING touches none.
    if (readOnly) this.readsAll = true;
    else if ((row.flags & Flag.WRITE) !== 0 || row.group === "scripting") this.writesAll = true;
  }

  /** Anything may be read and written. */
  addAll(): void {
    this.writesAll = true;
  }

  /** Would it make a difference which of the two comes first? */
  conflictsWith(other: TouchedKeys): boolean {
    return this.#wouldChange(other) || other.#wouldChange(this);
  }

  /** Does this write what `other` touches? */
  #wouldChange(other: TouchedKeys): boolean {
    if (this.writesAll) return other.touchesAny;
    if (this.written.size > 0 && (other.readsAll || other.writesAll)) return true;
    for (const key of this.written) if (other.read.has(key) || other.written.has(key)) return true;
    return false;
  }

  /** Is there any key? */
  get touchesAny(): boolean {
    return this.readsAll || this.writesAll || this.read.size + this.written.size > 0;
  }
}

/** Finds, among many calls, those that another must not overtake: each at most once, so that all of it takes linear time. */
export class KeyIndex<T> {
  readonly #readers = new Map<string, T[]>();
  readonly #writers = new Map<string, T[]>();
  readonly #readersOfAll: T[] = [];
  readonly #writersOfAll: T[] = [];

  /** Add a call that touches `keys`. */
  add(keys: TouchedKeys, call: T): void {
    for (const key of keys.read) append(this.#readers, key, call);
    for (const key of keys.written) append(this.#writers, key, call);
    if (keys.readsAll) this.#readersOfAll.push(call);
    if (keys.writesAll) this.#writersOfAll.push(call);
  }

  /** Take out all that conflicts with a call that touches `keys`; some may come twice. */
  take(keys: TouchedKeys): T[] {
    const found: T[] = [];
    const { writesAll, readsAll, written } = keys;
    if (writesAll) for (const key of [...this.#readers.keys()]) moveAll(this.#readers, key, found);
    if (writesAll || readsAll)
      for (const key of [...this.#writers.keys()]) moveAll(this.#writers, key, found);
    if (keys.touchesAny) for (const call of this.#writersOfAll.splice(0)) found.push(call);
    if (writesAll || written.size > 0) for (const call of this.#readersOfAll.splice(0)) found.push(call);
    for (const key of keys.written) {
      moveAll(this.#readers, key, found);
      moveAll(this.#writers, key, found);
    }
    for (const key of keys.read) moveAll(this.#writers, key, found);
    return found;
  }
}

function append<T>(lists: Map<string, T[]>, key: string, call: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [call]);
  else list.push(call);
}

function moveAll<T>(lists: Map<string, T[]>, key: string, to: T[]): void {
  for (const call of lists.get(key) ?? []) to.push(call);
  lists.delete(key);
}

/** A key as one-byte text, the same whether it was given as text, bytes or a number. */
export function keyText(key: unknown): string {
  const bytes = key instanceof Uint8Array ? key : utf8Bytes(String(key));
  return latin1Slice(bytes, 0, bytes.length);
}
