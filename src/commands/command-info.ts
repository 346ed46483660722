/** Commands about commands: what a server offers, and which keys a call touches. */
import type { RawReply } from "../protocol/parser.js";
import { CommandSet, listOf, type Many, type Value } from "./base.js";
import {
  type CommandDocs,
  type CommandInfo,
  commandDocs,
  commandInfos,
  commandInfosOrNulls,
} from "./command-docs.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, plain, texts } from "./replies.js";

/** Which commands {@link CommandInfoCommands.commandList} names; at most one of these. */
export interface CommandListFilter {
  /** Those of this module. */
  module?: string;
  /** Those of this ACL category. */
  aclcat?: string;
  /** Those that match this glob pattern. */
  pattern?: string;
}

/** A key of a call, and what happens to it. */
export interface KeyAndFlags<T = string> {
  key: T;
  /** Such as `RO`, `RW`, `access`, `update`. */
  flags: string[];
}

const keysAndFlags: Decode<never> = (reply) =>
  (reply as RawReply[][]).map(([key, flags]) => ({ key, flags: texts(flags) })) as never;

/** Commands about commands. */
export abstract class CommandInfoCommands<M extends Mode> extends CommandSet<M> {
  /**
   * What the server knows of each of its commands.
   * @see https://redis.io/docs/latest/commands/command/
   */
  command(): Reply<M, CommandInfo[]> {
    return this.run("COMMAND", [], commandInfos);
  }

  /**
   * How many commands the server has.
   * @see https://redis.io/docs/latest/commands/command-count/
   */
  commandCount(): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("COMMAND COUNT", [], plain);
  }

  /**
   * Documentation of commands, of all when there are no `names`; unknown ones are left out.
   * @example
   * ```ts
   * const { get } = await redis.commandDocs("get");
   * get.summary; // "Get the value of a key"
   * ```
   * @see https://redis.io/docs/latest/commands/command-docs/
   */
  commandDocs(...names: Many<string>): Reply<M, Record<string, CommandDocs>> {
    return this.run("COMMAND DOCS", listOf(names), commandDocs);
  }

  /**
   * The keys of a call, given as its words.
   * @throws ReplyError `ERR` when the call is wrong or has no keys
   * @example
   * ```ts
   * await redis.commandGetkeys("mset", "a", 1, "b", 2); // ["a", "b"]
   * ```
   * @see https://redis.io/docs/latest/commands/command-getkeys/
   */
  commandGetkeys(...call: Many<Value>): Reply<M, Text<M>[]> {
    return this.run<Text<M>[]>("COMMAND GETKEYS", listOf(call), plain);
  }

  /**
   * The keys of a call, given as its words, and what happens to them.
   * @throws ReplyError `ERR` when the call is wrong or has no keys
   * @see https://redis.io/docs/latest/commands/command-getkeysandflags/
   */
  commandGetkeysandflags(...call: Many<Value>): Reply<M, KeyAndFlags<Text<M>>[]> {
    return this.run<KeyAndFlags<Text<M>>[]>("COMMAND GETKEYSANDFLAGS", listOf(call), keysAndFlags);
  }

  /**
   * What the server knows of commands, of all when there are no `names`; `null` for unknown ones.
   * @see https://redis.io/docs/latest/commands/command-info/
   */
  commandInfo(...names: Many<string>): Reply<M, (CommandInfo | null)[]> {
    return this.run("COMMAND INFO", listOf(names), commandInfosOrNulls);
  }

  /**
   * Names of the commands, all or those that a filter lets through.
   * @example
   * ```ts
   * await redis.commandList({ aclcat: "geo" }); // ["geoadd", ...]
   * ```
   * @see https://redis.io/docs/latest/commands/command-list/
   */
  commandList(filter?: CommandListFilter): Reply<M, string[]> {
    const args: string[] = [];
    if (filter?.module !== undefined) args.push("FILTERBY", "MODULE", filter.module);
    if (filter?.aclcat !== undefined) args.push("FILTERBY", "ACLCAT", filter.aclcat);
    if (filter?.pattern !== undefined) args.push("FILTERBY", "PATTERN", filter.pattern);
    return this.run("COMMAND LIST", args, texts);
  }
}
