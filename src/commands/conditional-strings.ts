/** Commands that change strings only if they hold what the caller expects. They need Redis 8.4 or Valkey 9. */
import { type Arg, CommandSet, type Fields, type Key, pushFields, type Value } from "./base.js";
import type { Mode, Reply } from "./mode.js";
import { boolean, statusOrNull } from "./replies.js";
import { pushCondition, type StringCondition } from "./string-condition.js";
import { type Expiry, pushExpiry } from "./strings.js";

/** Options of {@link ConditionalStringCommands.msetex}. */
export interface MsetexOptions extends Expiry {
  /** Keep the time to live that each key has now. */
  keepTtl?: boolean;
  /** Only if none of the keys exists. */
  nx?: boolean;
  /** Only if all of the keys exist. */
  xx?: boolean;
}

/** Commands on strings with conditions. */
export abstract class ConditionalStringCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Delete `key` if its string is what `condition` says; without a condition whatever it holds. Needs Redis 8.4.
   * @returns `true` when it was deleted
   * @throws ReplyError `WRONGTYPE` when there is a condition and the key holds something else than a string
   * @example
   * ```ts
   * await redis.delex("lock", { ifeq: token }); // gives back a lock, but only one's own
   * ```
   * @see https://redis.io/docs/latest/commands/delex/
   */
  delex(key: Key, condition?: StringCondition): Reply<M, boolean> {
    const args: Arg[] = [key];
    if (condition) pushCondition(args, condition);
    return this.run("DELEX", args, boolean);
  }

  /**
   * Delete `key` if its string is `value`. Needs Valkey 9.0; in Redis see {@link ConditionalStringCommands.delex}.
   * @returns `true` when it was deleted
   * @see https://valkey.io/commands/delifeq/
   */
  delifeq(key: Key, value: Value): Reply<M, boolean> {
    return this.run("DELIFEQ", [key, value], boolean);
  }

  /**
   * Digest (XXH3) of the string at `key` in 16 hexadecimal digits; `null` without one. Needs Redis 8.4.
   * @example
   * ```ts
   * await redis.set("key1", "Hello world");
   * await redis.digest("key1"); // "b6acb9d84a38ff74"
   * ```
   * @see https://redis.io/docs/latest/commands/digest/
   */
  digest(key: Key): Reply<M, string | null> {
    return this.run<string | null>("DIGEST", [key], statusOrNull);
  }

  /**
   * Set several keys at once with one expiry for all: all of them or none. Needs Redis 8.4.
   * @returns `false` when a condition was not met
   * @example
   * ```ts
   * await redis.msetex({ "token:1": "a", "token:2": "b" }, { ex: 60, nx: true }); // true
   * ```
   * @see https://redis.io/docs/latest/commands/msetex/
   */
  msetex(values: Fields, options?: MsetexOptions): Reply<M, boolean> {
    const args: Arg[] = [0];
    pushFields(args, values);
    args[0] = (args.length - 1) / 2;
    if (options) {
      if (options.nx) args.push("NX");
      if (options.xx) args.push("XX");
      pushExpiry(args, options);
      if (options.keepTtl) args.push("KEEPTTL");
    }
    return this.run("MSETEX", args, boolean);
  }
}
