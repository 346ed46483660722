/** Commands on hashes: objects of fields and values. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import {
  type Arg,
  CommandSet,
  type Fields,
  type Key,
  listOf,
  type Many,
  pushFields,
  type Value,
} from "./base.js";
import { pushScan, type ScanOptions } from "./keys.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, type Decode, double, plain, record, status } from "./replies.js";

/** One page of a hash. */
export interface FieldPage<T = string> {
  /** Where the next page starts; `"0"` when this was the last one. */
  cursor: string;
  fields: Record<string, T>;
}

/** One page of a hash without values. */
export interface FieldNamePage<T = string> {
  /** Where the next page starts; `"0"` when this was the last one. */
  cursor: string;
  fields: T[];
}

/** Options of {@link HashCommands.hscan}; the type parameter records that `noValues` changes the reply. */
export interface HscanOptions<NoValues extends boolean = boolean> extends ScanOptions {
  /** Reply with the fields alone. Needs Redis 7.4. */
  noValues?: NoValues;
}

/** Reply of {@link HashCommands.hscan}: fields with values, or a list of fields where `noValues` is set. */
export type HscanReply<T, NoValues extends boolean> = NoValues extends true ? FieldNamePage<T> : FieldPage<T>;

/** A field of a hash with its value. */
export interface FieldValue<T = string> {
  field: T;
  value: T;
}

/** Options of {@link HashCommands.hrandfield}; the type parameter records that `withValues` changes the reply. */
export interface HrandfieldOptions<WithValues extends boolean = boolean> {
  /** Reply with `{ field, value }` instead of fields. */
  withValues?: WithValues;
}

/** Reply of {@link HashCommands.hrandfield} with a count: fields, or fields with values where `withValues` is set. */
export type HrandfieldReply<T, WithValues extends boolean> = WithValues extends true ? FieldValue<T>[] : T[];

const fieldPage: Decode<never> = (reply) => {
  const [cursor, fields] = reply as [RawReply, RawReply];
  return { cursor: textOf(cursor), fields: record(fields) } as never;
};

const fieldNamePage: Decode<never> = (reply) => {
  const [cursor, fields] = reply as [RawReply, RawReply[]];
  return { cursor: textOf(cursor), fields } as never;
};

/** Pairs, from RESP3's nested or RESP2's flat array. Not an object, since a field may come twice. */
const fieldValues: Decode<never> = (reply) => {
  const list = reply as RawReply[];
  const out: FieldValue<RawReply>[] = [];
  if (Array.isArray(list[0])) {
    for (const [field, value] of list as RawReply[][]) out.push({ field, value });
  } else {
    for (let i = 0; i < list.length; i += 2) out.push({ field: list[i], value: list[i + 1] });
  }
  return out as never;
};

function hashArgs(key: Key, fields: Fields): Arg[] {
  const args: Arg[] = [key];
  pushFields(args, fields);
  return args;
}

/** Commands on hashes. */
export abstract class HashCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Delete fields of the hash at `key`; without fields left the key is gone.
   * @returns how many there were
   * @see https://redis.io/docs/latest/commands/hdel/
   */
  hdel(key: Key, ...fields: Many<Value>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("HDEL", [key, ...listOf(fields)], plain);
  }

  /**
   * Has the hash at `key` this field?
   * @see https://redis.io/docs/latest/commands/hexists/
   */
  hexists(key: Key, field: Value): Reply<M, boolean> {
    return this.run("HEXISTS", [key, field], boolean);
  }

  /**
   * Get one field of the hash at `key`, or `null` when there is none.
   * @example
   * ```ts
   * await redis.hget("user:1000", "username"); // "antirez"
   * ```
   * @see https://redis.io/docs/latest/commands/hget/
   */
  hget(key: Key, field: Value): Reply<M, Text<M> | null> {
    return this.run<Text<M> | null>("HGET", [key, field], plain);
  }

  /**
   * Get all fields of the hash at `key`; `{}` when there is none. Field names are text also where values are
   * bytes; where names are no text, use {@link HashCommands.hkeys} and {@link HashCommands.hmget}.
   * @example
   * ```ts
   * await redis.hset("user:1000", { username: "antirez", birthyear: 1977 });
   * await redis.hgetall("user:1000"); // { username: "antirez", birthyear: "1977" }
   * ```
   * @see https://redis.io/docs/latest/commands/hgetall/
   */
  hgetall(key: Key): Reply<M, Record<string, Text<M>>> {
    return this.run<Record<string, Text<M>>>("HGETALL", [key], record);
  }

  /**
   * Add `by` to the integer in a field of the hash at `key`; a missing field counts as 0.
   * @returns the sum
   * @throws ReplyError `ERR` when the value is no integer or the result would leave 64 bits
   * @example
   * ```ts
   * await redis.hincrby("user:1000", "birthyear", 10); // 1987
   * ```
   * @see https://redis.io/docs/latest/commands/hincrby/
   */
  hincrby(key: Key, field: Value, by: number | bigint): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("HINCRBY", [key, field, by], plain);
  }

  /**
   * Add `by` to the number in a field of the hash at `key`, integer or not; a missing field counts as 0.
   * @returns the sum
   * @throws ReplyError `ERR` when the value is no number
   * @see https://redis.io/docs/latest/commands/hincrbyfloat/
   */
  hincrbyfloat(key: Key, field: Value, by: number | string): Reply<M, number> {
    return this.run("HINCRBYFLOAT", [key, field, by], double);
  }

  /**
   * Names of the fields of the hash at `key`.
   * @see https://redis.io/docs/latest/commands/hkeys/
   */
  hkeys(key: Key): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("HKEYS", [key], plain);
  }

  /**
   * How many fields the hash at `key` has; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/hlen/
   */
  hlen(key: Key): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("HLEN", [key], plain);
  }

  /**
   * Get several fields of the hash at `key`; `null` where there is none.
   * @example
   * ```ts
   * await redis.hmget("user:1000", "username", "email"); // ["antirez", null]
   * ```
   * @see https://redis.io/docs/latest/commands/hmget/
   */
  hmget(key: Key, ...fields: Many<Value>): Reply<M, (Text<M> | null)[]> {
    return this.run<(Text<M> | null)[]>("HMGET", [key, ...listOf(fields)], plain);
  }

  /**
   * Set fields of the hash at `key`. The newer form is {@link HashCommands.hset}, which counts what is new.
   * @see https://redis.io/docs/latest/commands/hmset/
   */
  hmset(key: Key, fields: Fields): Reply<M, "OK"> {
    return this.run<"OK">("HMSET", hashArgs(key, fields), status);
  }

  /**
   * Any field of the hash at `key`; `null` when there is none.
   * @see https://redis.io/docs/latest/commands/hrandfield/
   */
  hrandfield(key: Key): Reply<M, Text<M> | null>;
  /**
   * Several fields of the hash at `key`, chosen at random.
   * @param count this many different ones at most; negative: exactly so many, some perhaps twice
   * @example
   * ```ts
   * await redis.hrandfield("coin", 2);                       // ["heads", "tails"]
   * await redis.hrandfield("coin", 1, { withValues: true }); // [{ field: "heads", value: "obverse" }]
   * ```
   * @see https://redis.io/docs/latest/commands/hrandfield/
   */
  hrandfield<WithValues extends boolean = false>(
    key: Key,
    count: number,
    options?: HrandfieldOptions<WithValues>,
  ): Reply<M, HrandfieldReply<Text<M>, WithValues>>;
  hrandfield(key: Key, count?: number, options?: HrandfieldOptions): unknown {
    if (count === undefined) return this.run<Text<M> | null>("HRANDFIELD", [key], plain);
    if (!options?.withValues) return this.run<Text<M>[]>("HRANDFIELD", [key, count], plain);
    return this.run<FieldValue<Text<M>>[]>("HRANDFIELD", [key, count, "WITHVALUES"], fieldValues);
  }

  /**
   * One page of the hash at `key`; small hashes come in one.
   * @param cursor `0` to start, then the cursor of the page before
   * @example
   * ```ts
   * const { cursor, fields } = await redis.hscan("user:1000", 0, { match: "addr:*" });
   * ```
   * @see https://redis.io/docs/latest/commands/hscan/
   */
  hscan<NoValues extends boolean = false>(
    key: Key,
    cursor: string | number,
    options?: HscanOptions<NoValues>,
  ): Reply<M, HscanReply<Text<M>, NoValues>> {
    const args: Arg[] = [key, cursor];
    if (options) pushScan(args, options);
    if (!options?.noValues) return this.run<HscanReply<Text<M>, NoValues>>("HSCAN", args, fieldPage);
    args.push("NOVALUES");
    return this.run<HscanReply<Text<M>, NoValues>>("HSCAN", args, fieldNamePage);
  }

  /**
   * Set fields of the hash at `key`, which is created when missing.
   * @returns how many are new
   * @example
   * ```ts
   * await redis.hset("user:1", { name: "Ada", born: 1815 }); // 2
   * ```
   * @see https://redis.io/docs/latest/commands/hset/
   */
  hset(key: Key, fields: Fields): Reply<M, Integer<M>>;
  /**
   * Set one field of the hash at `key`, which is created when missing.
   * @returns 1 when it is new, else 0
   * @see https://redis.io/docs/latest/commands/hset/
   */
  hset(key: Key, field: Value, value: Value): Reply<M, Integer<M>>;
  hset(key: Key, fields: Fields | Value, value?: Value): Reply<M, Integer<M>> {
    const args =
      typeof fields === "object" && !(fields instanceof Uint8Array)
        ? hashArgs(key, fields)
        : [key, fields, value as Value];
    return this.run<Integer<M>>("HSET", args, plain);
  }

  /**
   * Set a field of the hash at `key` unless it has one of that name.
   * @returns `true` when it was set
   * @see https://redis.io/docs/latest/commands/hsetnx/
   */
  hsetnx(key: Key, field: Value, value: Value): Reply<M, boolean> {
    return this.run("HSETNX", [key, field, value], boolean);
  }

  /**
   * Length in bytes of the value in a field of the hash at `key`; 0 when there is none.
   * @see https://redis.io/docs/latest/commands/hstrlen/
   */
  hstrlen(key: Key, field: Value): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("HSTRLEN", [key, field], plain);
  }

  /**
   * Values of the hash at `key`.
   * @see https://redis.io/docs/latest/commands/hvals/
   */
  hvals(key: Key): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("HVALS", [key], plain);
  }
}
