/** DEBUG: for people who test a server. It is refused unless `enable-debug-command` allows it. */
import { textOf } from "../protocol/text.js";
import { CommandSet, type Key, listOf, type Many, type Value } from "./base.js";
import type { Mode, Reply } from "./mode.js";
import { anything, camelCase, type Decode } from "./replies.js";

/** How a server stores a value. Lists have more figures, such as `qlNodes`; names are Redis's, in camel case. */
export interface ObjectDetails {
  /** Address in the server's memory. */
  at: string;
  refcount: number;
  encoding: string;
  /** Bytes that it would take in a snapshot. */
  serializedlength: number;
  /** Time of the last access, on the server's own clock. */
  lru: number;
  /** Seconds since the last access. */
  lruSecondsIdle: number;
  [name: string]: number | string;
}

/** `Value at:0x7f refcount:1 encoding:listpack ...` */
const objectDetails: Decode<ObjectDetails> = (reply) => {
  const details: Record<string, number | string> = {};
  for (const word of textOf(reply).split(" ").slice(1)) {
    const colon = word.indexOf(":");
    const value = word.slice(colon + 1);
    details[camelCase(word.slice(0, colon))] = /^-?[0-9.]+$/.test(value) ? Number(value) : value;
  }
  return details as unknown as ObjectDetails;
};

/** Commands for testing a server. */
export abstract class DebugCommands<M extends Mode> extends CommandSet<M> {
  /**
   * Any subcommand of DEBUG, and its arguments. RESP3 maps come as `Map`s.
   * @typeParam T what it replies; `unknown` unless you say so
   * @throws ReplyError `ERR` when `enable-debug-command` does not allow it
   * @example
   * ```ts
   * await redis.debug("set-active-expire", 0);
   * await redis.debug<string>("digest");
   * ```
   * @see https://redis.io/docs/latest/commands/debug/
   */
  debug<T = unknown>(subcommand: string, ...args: Many<Value>): Reply<M, T> {
    return this.run<T>("DEBUG", [subcommand, ...listOf(args)], anything);
  }

  /**
   * How the server stores the value at `key`.
   * @throws ReplyError `ERR` without key, or when `enable-debug-command` does not allow it
   * @see https://redis.io/docs/latest/commands/debug-object/
   */
  debugObject(key: Key): Reply<M, ObjectDetails> {
    return this.run("DEBUG", ["OBJECT", key], objectDetails);
  }
}
