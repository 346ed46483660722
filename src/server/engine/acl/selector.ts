/** One set of permissions of a user: commands, and the keys and channels that they may touch. */
import { ACL_CATEGORIES } from "../../../spec/categories.js";
import { lowerCase } from "../arguments.js";
import { globMatches } from "../glob.js";
import { ruledCommandNamed } from "./command-index.js";
import { CommandSet } from "./command-set.js";
import {
  BAD_RULE,
  FIRST_ARGUMENT_OF_SUBCOMMAND,
  hasSpaces,
  UNKNOWN_COMMAND,
  USELESS_CHANNEL_PATTERN,
  USELESS_KEY_PATTERN,
} from "./rule-problem.js";

/** Keys that may be touched, and in which way. */
interface KeyPattern {
  readonly pattern: string;
  read: boolean;
  write: boolean;
}

/** One set of permissions. What a user may do, one of its selectors must allow as a whole. */
export class Selector {
  commands = new CommandSet();
  allKeys = false;
  allChannels: boolean;
  /** Patterns of channels; with `allChannels` there are none. */
  channels: string[] = [];
  #keys: KeyPattern[] = [];

  /** @param allChannels what `acl-pubsub-default` says */
  constructor(allChannels: boolean) {
    this.allChannels = allChannels;
  }

  /** Does it allow everything? */
  get unrestricted(): boolean {
    return this.commands.everything && this.allKeys && this.allChannels;
  }

  /**
   * Change it by one rule.
   * @returns what is wrong with the rule; `undefined` when it has been applied
   */
  apply(rule: string): string | undefined {
    switch (lowerCase(rule)) {
      case "":
        return undefined;
      case "allkeys":
      case "~*":
        this.allKeys = true;
        this.#keys = [];
        return undefined;
      case "resetkeys":
        this.allKeys = false;
        this.#keys = [];
        return undefined;
      case "allchannels":
      case "&*":
        this.allChannels = true;
        this.channels = [];
        return undefined;
      case "resetchannels":
        this.allChannels = false;
        this.channels = [];
        return undefined;
      case "allcommands":
      case "+@all":
        this.commands.setAll(true);
        return undefined;
      case "nocommands":
      case "-@all":
        this.commands.setAll(false);
        return undefined;
    }
    switch (rule[0]) {
      case "~":
        return this.#addKeys(rule.slice(1), true, true);
      case "%":
        return this.#addKeysWithAccess(rule);
      case "&":
        return this.#addChannels(rule.slice(1));
      case "+":
        return rule[1] === "@" ? this.#setCategory(rule.slice(2), true) : this.#allowCommand(rule.slice(1));
      case "-":
        return rule[1] === "@" ? this.#setCategory(rule.slice(2), false) : this.#denyCommand(rule.slice(1));
      default:
        return BAD_RULE;
    }
  }

  /** May a key be touched? One that is neither read nor written must match a pattern all the same. */
  allowsKey(key: string, read: boolean, write: boolean): boolean {
    if (this.allKeys) return true;
    return this.#keys.some(
      (known) => (known.read || !read) && (known.write || !write) && globMatches(known.pattern, key),
    );
  }

  /** May all keys be read? */
  get readsAllKeys(): boolean {
    return this.allKeys || this.#keys.some(({ pattern, read }) => read && pattern === "*");
  }

  copy(): Selector {
    const twin = new Selector(this.allChannels);
    twin.commands = this.commands.copy();
    twin.allKeys = this.allKeys;
    twin.channels = [...this.channels];
    twin.#keys = this.#keys.map((key) => ({ ...key }));
    return twin;
  }

  /** The rules about keys as ACL GETUSER prints them. */
  describeKeys(): string {
    if (this.allKeys) return "~*";
    return this.#keys.map(({ pattern, read, write }) => `${accessSign(read, write)}${pattern}`).join(" ");
  }

  /** The rules about channels as ACL GETUSER prints them. */
  describeChannels(): string {
    return this.allChannels ? "&*" : this.channels.map((pattern) => `&${pattern}`).join(" ");
  }

  /** The rules about commands as ACL GETUSER prints them. @param asGiven as they were given, since Redis 7.2 */
  describeCommands(asGiven: boolean): string {
    return asGiven ? this.commands.describeAsGiven() : this.commands.describe();
  }

  /** All rules as ACL LIST prints them. @param asGiven as {@link Selector.describeCommands} */
  describe(asGiven: boolean): string {
    const channels = this.allChannels ? "&*" : `resetchannels ${this.describeChannels()}`;
    const parts = [this.describeKeys(), channels.trimEnd(), this.describeCommands(asGiven)];
    return parts.filter((part) => part !== "").join(" ");
  }

  #addKeysWithAccess(rule: string): string | undefined {
    if (this.allKeys) return USELESS_KEY_PATTERN;
    let read = false;
    let write = false;
    for (let i = 1; i < rule.length; i++) {
      const letter = rule[i].toUpperCase();
      if (letter === "R" && !read) read = true;
      else if (letter === "W" && !write) write = true;
      else if (letter === "~" && (read || write)) return this.#addKeys(rule.slice(i + 1), read, write);
      else return BAD_RULE;
    }
    // Without a tilde it is the empty pattern; without an access, redis-server would break down.
    return read || write ? this.#addKeys("", read, write) : BAD_RULE;
  }

  #addKeys(pattern: string, read: boolean, write: boolean): string | undefined {
    if (this.allKeys) return USELESS_KEY_PATTERN;
    if (hasSpaces(pattern)) return BAD_RULE;
    const known = this.#keys.find((key) => key.pattern === pattern);
    if (known === undefined) this.#keys.push({ pattern, read, write });
    else {
      known.read ||= read;
      known.write ||= write;
    }
    return undefined;
  }

  #addChannels(pattern: string): string | undefined {
    if (this.allChannels) return USELESS_CHANNEL_PATTERN;
    if (hasSpaces(pattern)) return BAD_RULE;
    if (!this.channels.includes(pattern)) this.channels.push(pattern);
    return undefined;
  }

  #setCategory(name: string, allow: boolean): string | undefined {
    const wanted = lowerCase(name);
    const category = ACL_CATEGORIES.find((known) => known === wanted);
    if (category === undefined) return UNKNOWN_COMMAND;
    this.commands.setCategory(category, allow);
    this.commands.remember(`@${name}`, allow);
    return undefined;
  }

  #allowCommand(name: string): string | undefined {
    const bar = name.lastIndexOf("|");
    const command = ruledCommandNamed(bar === -1 ? name : name.slice(0, bar));
    if (command === undefined) return UNKNOWN_COMMAND;
    if (bar === -1) {
      this.commands.set(command, true);
      this.commands.remember(name, true);
      return undefined;
    }
    if (command.container !== undefined) return FIRST_ARGUMENT_OF_SUBCOMMAND;
    const word = name.slice(bar + 1);
    if (word === "") return BAD_RULE;
    if (command.subcommands.length === 0) {
      this.commands.allowFirstArgument(command, word);
      this.commands.remember(name, true);
      return undefined;
    }
    const subcommand = ruledCommandNamed(name);
    if (subcommand === undefined) return UNKNOWN_COMMAND;
    this.commands.set(subcommand, true);
    this.commands.remember(name, true);
    return undefined;
  }

  #denyCommand(name: string): string | undefined {
    const command = ruledCommandNamed(name);
    if (command === undefined) return UNKNOWN_COMMAND;
    this.commands.set(command, false);
    this.commands.remember(name, false);
    return undefined;
  }
}

function accessSign(read: boolean, write: boolean): string {
  if (read && write) return "~";
  return read ? "%R~" : "%W~";
}

/**
 * May a channel be used by who may use these?
 * @param isPattern it is what PSUBSCRIBE was given, which must be one of the patterns itself
 */
export function channelIsAmong(patterns: readonly string[], channel: string, isPattern: boolean): boolean {
  return isPattern ? patterns.includes(channel) : patterns.some((pattern) => globMatches(pattern, channel));
}
