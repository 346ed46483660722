/** Users, and what they may do. */
import type { RawReply } from "../protocol/parser.js";
import { textOf } from "../protocol/text.js";
import { CommandSet, listOf, type Many, type Value } from "./base.js";
import { type ClientInfo, clientInfo } from "./client-info.js";
import type { Integer, Mode, Reply, Text } from "./mode.js";
import { type Decode, double, plain, record, shaped, status, texts } from "./replies.js";

/** Rules that go together: all of a command's keys and channels must be covered by one such set. */
export interface AclPermissions {
  /** Such as `-@all +get`. */
  commands: string;
  /** Patterns of keys, such as `~cache:* %R~config:*`. */
  keys: string;
  /** Patterns of channels, such as `&news:*`. */
  channels: string;
}

/** Reply of {@link AclCommands.aclGetuser}. */
export interface AclUser extends AclPermissions {
  /** Such as `on`, `nopass`. */
  flags: string[];
  /** SHA-256 hashes of the passwords. */
  passwords: string[];
  /** Further sets of rules, each of which allows on its own what it covers. */
  selectors: AclPermissions[];
}

/** Something that a user was not allowed. */
export interface AclLogEntry<T = string> {
  /** How often it happened within a minute. */
  count: number;
  /** What was missing: the right to a `command`, `key` or `channel`; or `auth`: it could not log in. */
  reason: "command" | "key" | "channel" | "auth";
  /** Where: `toplevel`, `multi`, `lua`, `module`. */
  context: string;
  /** The command, key or channel. */
  object: T;
  /** The user, or who tried to log in as that. */
  username: T;
  /** Seconds since it happened first. */
  ageSeconds: number;
  /** The connection. */
  clientInfo: ClientInfo;
  /** From Redis 7.2 on. */
  entryId?: number;
  /** Unix time in milliseconds when it happened first. From Redis 7.2 on. */
  timestampCreated?: number;
  /** Unix time in milliseconds when it happened last. From Redis 7.2 on. */
  timestampLastUpdated?: number;
}

function permissions(reply: RawReply): AclPermissions {
  const raw = record(reply) as Record<string, RawReply>;
  return { commands: textOf(raw.commands), keys: textOf(raw.keys), channels: textOf(raw.channels) };
}

const userOrNull: Decode<AclUser | null> = (reply) => {
  if (reply === null) return null;
  const { flags, passwords, selectors } = record(reply) as Record<string, RawReply>;
  return {
    flags: texts(flags),
    passwords: texts(passwords),
    ...permissions(reply),
    selectors: (selectors as RawReply[]).map(permissions),
  };
};

const logEntries: Decode<never> = (reply) =>
  (reply as RawReply[]).map((entry) =>
    shaped(entry, { object: plain, username: plain, "age-seconds": double, "client-info": clientInfo }),
  ) as never;

/** Commands on users and their rights. */
export abstract class AclCommands<M extends Mode> extends CommandSet<M> {
  /**
   * The categories of commands, or the commands of one category.
   * @throws ReplyError `ERR` when there is no such category
   * @example
   * ```ts
   * await redis.aclCat("hyperloglog"); // ["pfadd", "pfcount", ...]
   * ```
   * @see https://redis.io/docs/latest/commands/acl-cat/
   */
  aclCat(category?: string): Reply<M, string[]> {
    return this.run("ACL CAT", category === undefined ? [] : [category], texts);
  }

  /**
   * Delete users, and close their connections.
   * @returns how many there were
   * @see https://redis.io/docs/latest/commands/acl-deluser/
   */
  aclDeluser(...users: Many<string>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("ACL DELUSER", listOf(users), plain);
  }

  /**
   * Might `user` make a call, given as its words? It is not made.
   * @returns `"OK"`, or a sentence that says what the user must not
   * @throws ReplyError `ERR` when there is no such user or command
   * @example
   * ```ts
   * await redis.aclDryrun("ada", "set", "config", 1); // "This user has no permissions to access the 'config' key"
   * ```
   * @see https://redis.io/docs/latest/commands/acl-dryrun/
   */
  aclDryrun(user: string, ...call: Many<Value>): Reply<M, string> {
    return this.run<string>("ACL DRYRUN", [user, ...listOf(call)], status);
  }

  /**
   * A random password in hexadecimal digits.
   * @param bits how many bits of randomness, 1 to 4096 (256 unless you say so)
   * @see https://redis.io/docs/latest/commands/acl-genpass/
   */
  aclGenpass(bits?: number): Reply<M, string> {
    return this.run<string>("ACL GENPASS", bits === undefined ? [] : [bits], status);
  }

  /**
   * The rules of a user; `null` when there is no such user.
   * @example
   * ```ts
   * const user = await redis.aclGetuser("default");
   * user?.keys; // "~*"
   * ```
   * @see https://redis.io/docs/latest/commands/acl-getuser/
   */
  aclGetuser(user: string): Reply<M, AclUser | null> {
    return this.run("ACL GETUSER", [user], userOrNull);
  }

  /**
   * All users with their rules, a line each, as they stand in an ACL file.
   * @see https://redis.io/docs/latest/commands/acl-list/
   */
  aclList(): Reply<M, string[]> {
    return this.run("ACL LIST", [], texts);
  }

  /**
   * Read the ACL file again: all of it or, when something in it is wrong, nothing.
   * @throws ReplyError `ERR` for an error in the file, or when the server has none
   * @see https://redis.io/docs/latest/commands/acl-load/
   */
  aclLoad(): Reply<M, "OK"> {
    return this.run<"OK">("ACL LOAD", [], status);
  }

  /**
   * What users were not allowed lately, the newest first.
   * @param count at most this many (10 unless you say so)
   * @example
   * ```ts
   * for (const { username, reason, object } of await redis.aclLog()) console.log(username, reason, object);
   * ```
   * @see https://redis.io/docs/latest/commands/acl-log/
   */
  aclLog(count?: number): Reply<M, AclLogEntry<Text<M>>[]> {
    return this.run<AclLogEntry<Text<M>>[]>("ACL LOG", count === undefined ? [] : [count], logEntries);
  }

  /**
   * Empty the log that {@link AclCommands.aclLog} shows.
   * @see https://redis.io/docs/latest/commands/acl-log/
   */
  aclLogReset(): Reply<M, "OK"> {
    return this.run<"OK">("ACL LOG", ["RESET"], status);
  }

  /**
   * Write all users to the ACL file.
   * @throws ReplyError `ERR` when the server has none
   * @see https://redis.io/docs/latest/commands/acl-save/
   */
  aclSave(): Reply<M, "OK"> {
    return this.run<"OK">("ACL SAVE", [], status);
  }

  /**
   * Change the rules of a user, who is created when missing: `on`, `>password`, `~keys:*`, `&channels:*`, `+get`, ...
   * @throws ReplyError `ERR` for a rule that is none; nothing is changed then
   * @example
   * ```ts
   * await redis.aclSetuser("ada", "on", ">secret", "~cache:*", "+@read", "+set");
   * ```
   * @see https://redis.io/docs/latest/commands/acl-setuser/
   */
  aclSetuser(user: string, ...rules: Many<string>): Reply<M, "OK"> {
    return this.run<"OK">("ACL SETUSER", [user, ...listOf(rules)], status);
  }

  /**
   * Names of the users.
   * @see https://redis.io/docs/latest/commands/acl-users/
   */
  aclUsers(): Reply<M, string[]> {
    return this.run("ACL USERS", [], texts);
  }

  /**
   * The user that the connection has authenticated as.
   * @see https://redis.io/docs/latest/commands/acl-whoami/
   */
  aclWhoami(): Reply<M, string> {
    return this.run<string>("ACL WHOAMI", [], status);
  }
}
