/** Commands on the expiry of single fields of hashes. They need Redis 7.4 or Valkey 9.0, some a later version. */
import {
  type Arg,
  CommandSet,
  type Fields,
  type Key,
  type OneOrMore,
  pushCounted,
  pushFields,
  type Value,
} from "./base.js";
import { type ExpireOptions, expireArgs } from "./keys.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { boolean, plain } from "./replies.js";
import { type Expiry, type GetexOptions, pushExpiry } from "./strings.js";

/** Options of {@link HashExpiryCommands.hsetex}; without an expiry the fields lose theirs. */
export interface HsetexOptions extends Expiry {
  /** Keep the time to live that each field has now. */
  keepTtl?: boolean;
  /** Only if none of the fields exists. */
  fnx?: boolean;
  /** Only if all of the fields exist. */
  fxx?: boolean;
  /** Only if the key does not exist. Needs Valkey 9.0. */
  nx?: boolean;
  /** Only if the key exists. Needs Valkey 9.0. */
  xx?: boolean;
}

function fieldArgs(key: Key, fields: OneOrMore<Value>): Arg[] {
  const args: Arg[] = [key, "FIELDS"];
  pushCounted(args, fields);
  return args;
}

function expireFieldArgs(key: Key, when: number, fields: OneOrMore<Value>, options?: ExpireOptions): Arg[] {
  const args = expireArgs(key, when, options);
  args.push("FIELDS");
  pushCounted(args, fields);
  return args;
}

/** Commands on the expiry of fields. */
export abstract class HashExpiryCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Let fields of the hash at `key` expire after `seconds`.
   * @returns for each field 1: done, 0: a condition was not met, 2: deleted at once, as 0 seconds were given,
   * -2: there is no such field
   * @example
   * ```ts
   * await redis.hexpire("user:1000", 300, ["token", "no-field"]); // [1, -2]
   * await redis.hexpire("user:1000", 600, "token", { gt: true }); // [1]
   * ```
   * @see https://redis.io/docs/latest/commands/hexpire/
   */
  hexpire(
    key: Key,
    seconds: number,
    fields: OneOrMore<Value>,
    options?: ExpireOptions,
  ): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HEXPIRE", expireFieldArgs(key, seconds, fields, options), plain);
  }

  /**
   * Let fields of the hash at `key` expire at the Unix time `seconds`.
   * @returns for each field what {@link HashExpiryCommands.hexpire} gives; 2 for a time that has passed
   * @see https://redis.io/docs/latest/commands/hexpireat/
   */
  hexpireat(
    key: Key,
    seconds: number,
    fields: OneOrMore<Value>,
    options?: ExpireOptions,
  ): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HEXPIREAT", expireFieldArgs(key, seconds, fields, options), plain);
  }

  /**
   * The Unix times in seconds at which fields of the hash at `key` expire.
   * @returns -1 for a field that does not expire, -2 for one that does not exist
   * @see https://redis.io/docs/latest/commands/hexpiretime/
   */
  hexpiretime(key: Key, fields: OneOrMore<Value>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HEXPIRETIME", fieldArgs(key, fields), plain);
  }

  /**
   * Get fields of the hash at `key` and delete them; without fields left the key is gone. Needs Redis 8.0.
   * @returns `null` for a field that does not exist
   * @example
   * ```ts
   * await redis.hgetdel("user:1000", ["token", "nonce"]); // ["s3cret", null]
   * ```
   * @see https://redis.io/docs/latest/commands/hgetdel/
   */
  hgetdel(key: Key, fields: OneOrMore<Value>): Reply<M, (Text<M> | null)[]> {
    return this.run<(Text<M> | null)[]>("HGETDEL", fieldArgs(key, fields), plain);
  }

  /**
   * Get fields of the hash at `key` and set or drop their time to live. Needs Redis 8.0 or Valkey 9.0.
   * @returns `null` for a field that does not exist
   * @example
   * ```ts
   * await redis.hgetex("session:1", ["user", "cart"], { ex: 3600 }); // touched: another hour from now
   * ```
   * @see https://redis.io/docs/latest/commands/hgetex/
   */
  hgetex(key: Key, fields: OneOrMore<Value>, options?: GetexOptions): Reply<M, (Text<M> | null)[]> {
    const args: Arg[] = [key];
    if (options) {
      pushExpiry(args, options);
      if (options.persist) args.push("PERSIST");
    }
    args.push("FIELDS");
    pushCounted(args, fields);
    return this.run<(Text<M> | null)[]>("HGETEX", args, plain);
  }

  /**
   * Drop the expiry of fields of the hash at `key`.
   * @returns for each field 1: done, -1: it does not expire, -2: there is no such field
   * @see https://redis.io/docs/latest/commands/hpersist/
   */
  hpersist(key: Key, fields: OneOrMore<Value>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HPERSIST", fieldArgs(key, fields), plain);
  }

  /**
   * Let fields of the hash at `key` expire after `milliseconds`.
   * @returns for each field what {@link HashExpiryCommands.hexpire} gives
   * @see https://redis.io/docs/latest/commands/hpexpire/
   */
  hpexpire(
    key: Key,
    milliseconds: number,
    fields: OneOrMore<Value>,
    options?: ExpireOptions,
  ): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HPEXPIRE", expireFieldArgs(key, milliseconds, fields, options), plain);
  }

  /**
   * Let fields of the hash at `key` expire at the Unix time `milliseconds`.
   * @returns for each field what {@link HashExpiryCommands.hexpire} gives; 2 for a time that has passed
   * @see https://redis.io/docs/latest/commands/hpexpireat/
   */
  hpexpireat(
    key: Key,
    milliseconds: number,
    fields: OneOrMore<Value>,
    options?: ExpireOptions,
  ): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HPEXPIREAT", expireFieldArgs(key, milliseconds, fields, options), plain);
  }

  /**
   * The Unix times in milliseconds at which fields of the hash at `key` expire.
   * @returns -1 for a field that does not expire, -2 for one that does not exist
   * @see https://redis.io/docs/latest/commands/hpexpiretime/
   */
  hpexpiretime(key: Key, fields: OneOrMore<Value>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HPEXPIRETIME", fieldArgs(key, fields), plain);
  }

  /**
   * How many milliseconds fields of the hash at `key` have to live.
   * @returns -1 for a field that does not expire, -2 for one that does not exist
   * @see https://redis.io/docs/latest/commands/hpttl/
   */
  hpttl(key: Key, fields: OneOrMore<Value>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HPTTL", fieldArgs(key, fields), plain);
  }

  /**
   * Set fields of the hash at `key` together with their expiry: all of them or none. Needs Redis 8.0 or Valkey 9.0.
   * @returns `false` when a condition was not met
   * @example
   * ```ts
   * await redis.hsetex("session:1", { token: "s3cret", nonce: 7 }, { ex: 60, fnx: true }); // true
   * ```
   * @see https://redis.io/docs/latest/commands/hsetex/
   */
  hsetex(key: Key, fields: Fields, options?: HsetexOptions): Reply<M, boolean> {
    const args: Arg[] = [key];
    if (options) {
      if (options.nx) args.push("NX");
      if (options.xx) args.push("XX");
      if (options.fnx) args.push("FNX");
      if (options.fxx) args.push("FXX");
      pushExpiry(args, options);
      if (options.keepTtl) args.push("KEEPTTL");
    }
    args.push("FIELDS", 0);
    const first = args.length;
    pushFields(args, fields);
    args[first - 1] = (args.length - first) / 2;
    return this.run("HSETEX", args, boolean);
  }

  /**
   * How many seconds fields of the hash at `key` have to live.
   * @returns -1 for a field that does not expire, -2 for one that does not exist
   * @example
   * ```ts
   * await redis.httl("user:1000", ["token", "name"]); // [299, -1]
   * ```
   * @see https://redis.io/docs/latest/commands/httl/
   */
  httl(key: Key, fields: OneOrMore<Value>): Reply<M, Integer<M>[]> {
    return this.run<Integer<M>[]>("HTTL", fieldArgs(key, fields), plain);
  }
}
