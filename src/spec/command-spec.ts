/**
 * What client and server must both know of a command besides its reply: arity, flags, keys.
 * The words are those of `COMMAND INFO` (https://redis.io/docs/latest/commands/command/).
 */

/** One bit for each flag that `COMMAND INFO` reports. */
export const Flag = {
  WRITE: 1 << 0,
  READONLY: 1 << 1,
  DENYOOM: 1 << 2,
  ADMIN: 1 << 3,
  PUBSUB: 1 << 4,
  NOSCRIPT: 1 << 5,
  BLOCKING: 1 << 6,
  LOADING: 1 << 7,
  STALE: 1 << 8,
  SKIP_MONITOR: 1 << 9,
  SKIP_SLOWLOG: 1 << 10,
  ASKING: 1 << 11,
  FAST: 1 << 12,
  NO_AUTH: 1 << 13,
  MAY_REPLICATE: 1 << 14,
  NO_ASYNC_LOADING: 1 << 15,
  NO_MULTI: 1 << 16,
  MOVABLEKEYS: 1 << 17,
  ALLOW_BUSY: 1 << 18,
  NO_MANDATORY_KEYS: 1 << 19,
} as const;

/** The families by which commands are grouped, in files and in the documentation. */
export type Group =
  | "bitmap"
  | "cluster"
  | "connection"
  | "generic"
  | "geo"
  | "hash"
  | "hyperloglog"
  | "list"
  | "module"
  | "pubsub"
  | "scripting"
  | "sentinel"
  | "server"
  | "set"
  | "sorted-set"
  | "stream"
  | "string"
  | "transactions";

/** The wire facts of one command, as they stand in the table of `commands.ts`. */
export interface CommandSpec {
  /** Number of words including the name; negative: at least that many. */
  readonly arity: number;
  /** Sum of {@link Flag} bits. */
  readonly flags: number;
  /** First key, last key and step, counted in words from the command's name (word 0); `[0, 0, 0]`: none here. */
  readonly keys: readonly [first: number, last: number, step: number];
  readonly group: Group;
  /** The version of Redis that brought the command; with a name in front that of Valkey or of a module (`json 1.0.0`). */
  readonly since: string;
}
