/**
 * Which arguments of a call are keys. Most commands have them at fixed places (`keys` of the table);
 * where the call itself says it (a count, an option), a row of {@link movable} knows how to read it.
 *
 * `args` are the words after the command's name, so `args[0]` of `OBJECT ENCODING k` is `k`. The answer
 * is the same as `COMMAND GETKEYS` of redis-server 7.0 (but for `PFMERGE d`, a good call that GETKEYS
 * refuses); for a call that the server would refuse it may be empty.
 */
import type { Command } from "./lookup.js";
import { isEmpty, isOption, leadingInteger } from "./words.js";

/** The words after a command's name: text, numbers or bytes. */
export type CallArgs = readonly unknown[];

/** Finds keys that have no fixed place: their indices in the arguments. */
type KeyFinder = (args: CallArgs) => number[];

const movable: ReadonlyMap<string, KeyFinder> = new Map<string, KeyFinder>([
  ["EVAL", counted(1)],
  ["EVALSHA", counted(1)],
  ["EVAL_RO", counted(1)],
  ["EVALSHA_RO", counted(1)],
  ["FCALL", counted(1)],
  ["FCALL_RO", counted(1)],
  ["LMPOP", counted(0)],
  ["BLMPOP", counted(1)],
  ["ZMPOP", counted(0)],
  ["BZMPOP", counted(1)],
  ["SINTERCARD", counted(0)],
  ["ZDIFF", counted(0)],
  ["ZINTER", counted(0)],
  ["ZINTERCARD", counted(0)],
  ["ZUNION", counted(0)],
  ["ZDIFFSTORE", storedAndCounted],
  ["ZINTERSTORE", storedAndCounted],
  ["ZUNIONSTORE", storedAndCounted],
  ["XREAD", streams(0)],
  ["XREADGROUP", streams(3)],
  ["GEORADIUS", storeOptions(5)],
  ["GEORADIUSBYMEMBER", storeOptions(4)],
  ["SORT", sortKeys],
  ["SORT_RO", () => [0]],
  ["MIGRATE", migrateKeys],
  ["MSETEX", countedPairs],
  ["CMS.MERGE", storedAndCounted],
  ["TDIGEST.MERGE", storedAndCounted],
]);

/**
 * The indices in `args` of all keys, in the order in which the command's rules name them.
 * @param command from `commandOf` or `knownCommandOf`
 * @param args the words after the command's name (both words of a subcommand's)
 * @returns empty when the call has no key, or is malformed
 * @example
 * keysOf(commandOf("MSET")!, ["a", 1, "b", 2]); // [0, 2]
 * keysOf(commandOf("EVAL")!, ["return 1", 2, "k1", "k2", "x"]); // [2, 3]
 * @see https://redis.io/docs/latest/commands/command-getkeys/
 */
export function keysOf(command: Command, args: CallArgs): number[] {
  return isShardChannelCommand(command) ? [] : slotKeysOf(command, args);
}

/**
 * The indices in `args` of the words that decide the cluster's slot: the keys, and for sharded
 * publish/subscribe the channels.
 */
export function slotKeysOf(command: Command, args: CallArgs): number[] {
  const finder = movable.get(command.name);
  if (finder !== undefined) return args.length === 0 ? [] : finder(args);
  const [first, last, step] = command.keys;
  if (first === 0) return [];
  const from = first - command.words;
  const to = last < 0 ? args.length + last : last - command.words;
  const found: number[] = [];
  if (to >= args.length) return found;
  for (let at = from; at <= to; at += step) found.push(at);
  return found;
}

/** The first of {@link slotKeysOf}, or -1; allocates nothing for commands with fixed places. */
export function firstSlotKeyOf(command: Command, args: CallArgs): number {
  if (movable.has(command.name)) return slotKeysOf(command, args)[0] ?? -1;
  const first = command.keys[0];
  return first === 0 || first - command.words >= args.length ? -1 : first - command.words;
}

/** May a call of this command have keys? Shard channels are none. */
export function takesKeys(command: Command): boolean {
  return (command.keys[0] !== 0 && !isShardChannelCommand(command)) || movable.has(command.name);
}

/** `COMMAND` reports the channels of SPUBLISH, SSUBSCRIBE and SUNSUBSCRIBE at the place of keys. */
function isShardChannelCommand(command: Command): boolean {
  return command.group === "pubsub" && command.keys[0] !== 0;
}

/** As many keys as the number at `at` says, right behind it. */
function counted(at: number): KeyFinder {
  return (args) => {
    const count = leadingInteger(args[at]);
    const found: number[] = [];
    if (!(count > 0) || at + count >= args.length) return found;
    for (let key = at + 1; key <= at + count; key++) found.push(key);
    return found;
  };
}

/** The number of pairs, then keys and values in turn. */
function countedPairs(args: CallArgs): number[] {
  const count = leadingInteger(args[0]);
  const found: number[] = [];
  if (!(count > 0) || 2 * count >= args.length) return found;
  for (let key = 1; key < 2 * count; key += 2) found.push(key);
  return found;
}

/** The destination, the number of sources, the sources. */
function storedAndCounted(args: CallArgs): number[] {
  const sources = counted(1)(args);
  return sources.length === 0 ? [] : [0, ...sources];
}

/** After the word STREAMS come the keys, then as many ids. It is looked for from `from` on. */
function streams(from: number): KeyFinder {
  return (args) => {
    const found: number[] = [];
    const at = indexOfOption(args, "STREAMS", from);
    if (at === -1) return found;
    const count = Math.floor((args.length - at - 1) / 2);
    for (let key = at + 1; key <= at + count; key++) found.push(key);
    return found;
  };
}

/** The first argument, and what STORE and STOREDIST name; the options begin at `from`. */
function storeOptions(from: number): KeyFinder {
  return (args) => {
    const found = [0];
    for (const option of ["STORE", "STOREDIST"]) {
      const at = indexOfOption(args, option, from);
      if (at !== -1 && at + 1 < args.length) found.push(at + 1);
    }
    return found;
  };
}

/** SORT: the first argument, and what the last STORE names. Keys made by BY and GET patterns are not in the call. */
function sortKeys(args: CallArgs): number[] {
  let destination = -1;
  for (let at = 1; at < args.length; at++) {
    const word = args[at];
    if (isOption(word, "LIMIT")) at += 2;
    else if (isOption(word, "BY") || isOption(word, "GET")) at++;
    else if (isOption(word, "STORE") && at + 1 < args.length) destination = ++at;
  }
  return destination === -1 ? [0] : [0, destination];
}

/** MIGRATE: host, port and one key; or an empty word there and, after KEYS, all that follows. */
function migrateKeys(args: CallArgs): number[] {
  if (args.length < 3) return [];
  for (let at = 5; at < args.length; at++) {
    const word = args[at];
    if (isOption(word, "AUTH")) at++;
    else if (isOption(word, "AUTH2")) at += 2;
    else if (isOption(word, "KEYS")) {
      return isEmpty(args[2]) ? Array.from({ length: args.length - at - 1 }, (_, i) => at + 1 + i) : [];
    }
  }
  return [2];
}

function indexOfOption(args: CallArgs, option: string, from: number): number {
  for (let at = from; at < args.length; at++) if (isOption(args[at], option)) return at;
  return -1;
}
