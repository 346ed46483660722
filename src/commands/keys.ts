/** Commands on keys, whatever they hold: existence, expiry, names, encodings. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { type Arg, CommandSet, type Key, listOf, type Many } from "./base.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, type Decode, plain, status, statusOrNull } from "./replies.js";

/** What a key can hold; modules may add names of their own. */
export type KeyType = "none" | "string" | "list" | "set" | "zset" | "hash" | "stream";

/** When {@link KeyCommands.expire} and its kin are to change the expiry. */
export interface ExpireOptions {
  /** Only if the key has no expiry. */
  nx?: boolean;
  /** Only if the key has an expiry. */
  xx?: boolean;
  /** Only if the new expiry is later than the present one. */
  gt?: boolean;
  /** Only if the new expiry is earlier than the present one; no expiry counts as never. */
  lt?: boolean;
}

/** What a page of a scan is to hold. */
export interface ScanOptions {
  /** Only what matches this glob pattern. */
  match?: Key;
  /** About how many elements the server looks at for one page (10 unless you say so). */
  count?: number;
}

/** Options of {@link KeyCommands.scan}. */
export interface KeyScanOptions extends ScanOptions {
  /** Only keys that hold this. */
  type?: Exclude<KeyType, "none"> | (string & {});
}

/** One page of keys. */
export interface KeyPage<T = string> {
  /** Where the next page starts; `"0"` when this was the last one. */
  cursor: string;
  keys: T[];
}

/** Options of {@link KeyCommands.copy}. */
export interface CopyOptions {
  /** Number of the database of the copy. */
  db?: number;
  /** Replace what the destination holds. */
  replace?: boolean;
}

/** A page of keys. */
export const keyPage: Decode<never> = (reply) => {
  const [cursor, keys] = reply as [RawReply, RawReply[]];
  return { cursor: textOf(cursor), keys } as never;
};

/** Append the options of a scan. */
export function pushScan(args: Arg[], options: ScanOptions): void {
  if (options.match !== undefined) args.push("MATCH", options.match);
  if (options.count !== undefined) args.push("COUNT", options.count);
}

/** Append the options of a scan of keys. */
export function pushKeyScan(args: Arg[], options: KeyScanOptions): void {
  pushScan(args, options);
  if (options.type !== undefined) args.push("TYPE", options.type);
}

/** The words of EXPIRE and its kin. */
export function expireArgs(key: Key, when: number, options: ExpireOptions | undefined): Arg[] {
  const args: Arg[] = [key, when];
  if (options === undefined) return args;
  if (options.nx) args.push("NX");
  if (options.xx) args.push("XX");
  if (options.gt) args.push("GT");
  if (options.lt) args.push("LT");
  return args;
}

/** Commands on keys. */
export abstract class KeyCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Copy the value and expiry of `source` to `destination`.
   * @returns `false` when there is no source, or a destination already and no `replace`
   * @example
   * ```ts
   * await redis.copy("draft", "published", { replace: true }); // true
   * ```
   * @see https://redis.io/docs/latest/commands/copy/
   */
  copy(source: Key, destination: Key, options?: CopyOptions): Reply<M, boolean> {
    const args: Arg[] = [source, destination];
    if (options?.db !== undefined) args.push("DB", options.db);
    if (options?.replace) args.push("REPLACE");
    return this.run("COPY", args, boolean);
  }

  /**
   * Delete keys.
   * @returns how many there were
   * @example
   * ```ts
   * await redis.del("a", "b");
   * await redis.del(listOfKeys);
   * ```
   * @see https://redis.io/docs/latest/commands/del/
   */
  del(...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("DEL", listOf(keys), plain);
  }

  /**
   * How many of `keys` exist; one named twice counts twice.
   * @example
   * ```ts
   * await redis.exists("number:1"); // 1
   * ```
   * @see https://redis.io/docs/latest/commands/exists/
   */
  exists(...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("EXISTS", listOf(keys), plain);
  }

  /**
   * Let `key` expire after `seconds`.
   * @returns `false` when there is no such key or a condition was not met
   * @example
   * ```ts
   * await redis.expire("session:1", 3600);               // true
   * await redis.expire("session:1", 60, { gt: true });   // false: an hour is later
   * ```
   * @see https://redis.io/docs/latest/commands/expire/
   */
  expire(key: Key, seconds: number, options?: ExpireOptions): Reply<M, boolean> {
    return this.run("EXPIRE", expireArgs(key, seconds, options), boolean);
  }

  /**
   * Let `key` expire at a Unix time in seconds.
   * @returns `false` when there is no such key or a condition was not met
   * @see https://redis.io/docs/latest/commands/expireat/
   */
  expireat(key: Key, seconds: number, options?: ExpireOptions): Reply<M, boolean> {
    return this.run("EXPIREAT", expireArgs(key, seconds, options), boolean);
  }

  /**
   * Unix time in seconds at which `key` expires; -1 without expiry, -2 without key.
   * @see https://redis.io/docs/latest/commands/expiretime/
   */
  expiretime(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("EXPIRETIME", [key], plain);
  }

  /**
   * All keys that match a glob pattern. It looks at every key and holds up the server: prefer
   * {@link KeyCommands.scan} where there are many.
   * @example
   * ```ts
   * await redis.keys("user:*"); // ["user:2", "user:1"], in no order
   * ```
   * @see https://redis.io/docs/latest/commands/keys/
   */
  keys(pattern: Key): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("KEYS", [pattern], plain);
  }

  /**
   * Move `key` to the database numbered `db`.
   * @returns `false` when there is no such key here, or one there already
   * @see https://redis.io/docs/latest/commands/move/
   */
  move(key: Key, db: number): Reply<M, boolean> {
    return this.run("MOVE", [key, db], boolean);
  }

  /**
   * How the server stores the value at `key`, such as `listpack` or `skiplist`; `null` without key.
   * @see https://redis.io/docs/latest/commands/object-encoding/
   */
  objectEncoding(key: Key): Reply<M, string | null> {
    return this.run<string | null>("OBJECT ENCODING", [key], statusOrNull);
  }

  /**
   * Logarithmic counter of accesses to `key`; `null` without key.
   * @throws ReplyError `ERR` unless `maxmemory-policy` is one of the LFU policies
   * @see https://redis.io/docs/latest/commands/object-freq/
   */
  objectFreq(key: Key): Reply<M, Integer<M> | null> {
    return this.run<Integer<M> | null>("OBJECT FREQ", [key], plain);
  }

  /**
   * Seconds since the last access to `key`; `null` without key.
   * @throws ReplyError `ERR` when `maxmemory-policy` is one of the LFU policies
   * @see https://redis.io/docs/latest/commands/object-idletime/
   */
  objectIdletime(key: Key): Reply<M, Integer<M> | null> {
    return this.run<Integer<M> | null>("OBJECT IDLETIME", [key], plain);
  }

  /**
   * How many references the server holds to the value at `key`; `null` without key.
   * @see https://redis.io/docs/latest/commands/object-refcount/
   */
  objectRefcount(key: Key): Reply<M, Integer<M> | null> {
    return this.run<Integer<M> | null>("OBJECT REFCOUNT", [key], plain);
  }

  /**
   * Drop the expiry of `key`.
   * @returns `false` when there is no such key, or it had no expiry
   * @see https://redis.io/docs/latest/commands/persist/
   */
  persist(key: Key): Reply<M, boolean> {
    return this.run("PERSIST", [key], boolean);
  }

  /**
   * Let `key` expire after `milliseconds`.
   * @returns `false` when there is no such key or a condition was not met
   * @see https://redis.io/docs/latest/commands/pexpire/
   */
  pexpire(key: Key, milliseconds: number, options?: ExpireOptions): Reply<M, boolean> {
    return this.run("PEXPIRE", expireArgs(key, milliseconds, options), boolean);
  }

  /**
   * Let `key` expire at a Unix time in milliseconds, such as `Date.now() + 500`.
   * @returns `false` when there is no such key or a condition was not met
   * @see https://redis.io/docs/latest/commands/pexpireat/
   */
  pexpireat(key: Key, milliseconds: number, options?: ExpireOptions): Reply<M, boolean> {
    return this.run("PEXPIREAT", expireArgs(key, milliseconds, options), boolean);
  }

  /**
   * Unix time in milliseconds at which `key` expires; -1 without expiry, -2 without key.
   * @see https://redis.io/docs/latest/commands/pexpiretime/
   */
  pexpiretime(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("PEXPIRETIME", [key], plain);
  }

  /**
   * Milliseconds until `key` expires; -1 without expiry, -2 without key.
   * @see https://redis.io/docs/latest/commands/pttl/
   */
  pttl(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("PTTL", [key], plain);
  }

  /**
   * Any key of the database; `null` when it is empty.
   * @see https://redis.io/docs/latest/commands/randomkey/
   */
  randomkey(): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("RANDOMKEY", [], plain);
  }

  /**
   * Give `key` another name; what `newKey` held is lost.
   * @throws ReplyError `ERR` when there is no such key
   * @see https://redis.io/docs/latest/commands/rename/
   */
  rename(key: Key, newKey: Key): Reply<M, "OK"> {
    return this.run<"OK">("RENAME", [key, newKey], status);
  }

  /**
   * Give `key` another name unless that one is taken.
   * @returns `false` when it is taken
   * @throws ReplyError `ERR` when there is no such key
   * @see https://redis.io/docs/latest/commands/renamenx/
   */
  renamenx(key: Key, newKey: Key): Reply<M, boolean> {
    return this.run("RENAMENX", [key, newKey], boolean);
  }

  /**
   * One page of keys. Keys that stay during a whole scan are seen at least once, some perhaps twice.
   * @param cursor `0` to start, then the cursor of the page before
   * @example
   * ```ts
   * let cursor = "0";
   * do {
   *   const page = await redis.scan(cursor, { match: "user:*", count: 100 });
   *   for (const key of page.keys) console.log(key);
   *   cursor = page.cursor;
   * } while (cursor !== "0");
   * ```
   * @see https://redis.io/docs/latest/commands/scan/
   */
  scan(cursor: string | number, options?: KeyScanOptions): Reply<M, KeyPage<Text<M>>> {
    const args: Arg[] = [cursor];
    if (options) pushKeyScan(args, options);
    return this.run<KeyPage<Text<M>>>("SCAN", args, keyPage);
  }

  /**
   * Mark keys as used just now, which counts when the server evicts.
   * @returns how many there are
   * @see https://redis.io/docs/latest/commands/touch/
   */
  touch(...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("TOUCH", listOf(keys), plain);
  }

  /**
   * Seconds until `key` expires; -1 without expiry, -2 without key.
   * @example
   * ```ts
   * await redis.set("key", 100, { ex: 10 });
   * await redis.ttl("key"); // 10
   * ```
   * @see https://redis.io/docs/latest/commands/ttl/
   */
  ttl(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("TTL", [key], plain);
  }

  /**
   * What `key` holds; `"none"` when there is no such key.
   * @see https://redis.io/docs/latest/commands/type/
   */
  type(key: Key): Reply<M, KeyType> {
    return this.run<KeyType>("TYPE", [key], status);
  }

  /**
   * Delete keys now and free their memory in the background: better than `del` for huge values.
   * @returns how many there were
   * @see https://redis.io/docs/latest/commands/unlink/
   */
  unlink(...keys: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("UNLINK", listOf(keys), plain);
  }
}
