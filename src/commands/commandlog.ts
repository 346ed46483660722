/** The logs of Valkey 8.1 of commands that took long, or had large requests or replies. */
import { CommandSet } from "./base.js";
import { type SlowlogEntry, slowlogEntries } from "./diagnostics.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { plain, status } from "./replies.js";

/** Which log: commands that were slow, or whose request or reply was large. */
export type CommandlogType = "slow" | "large-request" | "large-reply";

/** A command in a log. */
export interface CommandlogEntry<T = string> extends Omit<SlowlogEntry<T>, "duration"> {
  /** Microseconds in the log `slow`, bytes in the others. */
  amount: number;
}

const commandlogEntries = (reply: Parameters<typeof slowlogEntries>[0]): never =>
  (slowlogEntries(reply) as SlowlogEntry<unknown>[]).map(({ duration, ...entry }) => ({
    ...entry,
    amount: duration,
  })) as never;

/** Commands on the logs of commands. */
export abstract class CommandlogCommands<M extends Mode> extends CommandSet<M> {
  /**
   * The last commands of a log, the latest first. Needs Valkey 8.1.
   * @param count at most this many; -1: all
   * @example
   * ```ts
   * await redis.commandlogGet(10, "large-reply");
   * // [{ id: 3, time: 1700000000, amount: 1048590, args: ["GET", "huge"], client: "127.0.0.1:51234", clientName: "" }]
   * ```
   * @see https://valkey.io/commands/commandlog-get/
   */
  commandlogGet(count: number, type: CommandlogType): Reply<M, CommandlogEntry<Text<M>>[]> {
    return this.run<CommandlogEntry<Text<M>>[]>("COMMANDLOG GET", [count, type], commandlogEntries);
  }

  /**
   * How many commands a log holds. Needs Valkey 8.1.
   * @see https://valkey.io/commands/commandlog-len/
   */
  commandlogLen(type: CommandlogType): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("COMMANDLOG LEN", [type], plain);
  }

  /**
   * Empty a log. Needs Valkey 8.1.
   * @see https://valkey.io/commands/commandlog-reset/
   */
  commandlogReset(type: CommandlogType): Reply<M, "OK"> {
    return this.run<"OK">("COMMANDLOG RESET", [type], status);
  }
}
