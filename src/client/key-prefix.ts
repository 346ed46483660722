/**
 * The view that puts a prefix before every key, and takes it off the keys in replies.
 *
 * - Keys in calls: wherever `spec/keys` finds them (EVAL's and MIGRATE's among them), the patterns of KEYS,
 *   of SCAN, CLUSTERSCAN and of SORT's BY and GET, the keys of CLUSTER KEYSLOT and of DEBUG's subcommands.
 * - Keys in replies: KEYS, SCAN, CLUSTERSCAN, RANDOMKEY, BLPOP, BRPOP, BZPOPMIN, BZPOPMAX, LMPOP, BLMPOP, ZMPOP, BZMPOP,
 *   XREAD, XREADGROUP.
 * - Not keys, and left as they are: channels of publish/subscribe, fields and members, names of groups,
 *   functions and indexes. Commands without keys act on the whole database (DBSIZE, FLUSHDB).
 * - Refused, because keys cannot be known: commands that are not in the table, queries over many keys of
 *   modules (FT.*, TS.MGET and its kin), CLUSTER GETKEYSINSLOT.
 */
import type { Arg, Key } from "../commands/base.js";
import type { Decode } from "../commands/replies.js";
import { ArgumentError, DecodeError } from "../errors.js";
import { allocate, isUtf8, utf8Bytes, utf8Slice } from "../protocol/bytes.js";
import { type RawReply, RespMap } from "../protocol/parser.js";
import { keysOf, takesKeys } from "../spec/keys.js";
import { isOption } from "../spec/words.js";
import type { Command, Executor, View } from "./executor.js";
import { type KnownCommand, knownCommand } from "./known-command.js";

/** Changes the form of a reply before its decoder sees it. */
type Rewrite = (reply: RawReply, strip: (key: RawReply) => RawReply) => RawReply;

const inFront: Rewrite = (reply, strip) => {
  if (!Array.isArray(reply)) return reply;
  const [key, ...rest] = reply;
  return [strip(key), ...rest];
};

const inStreams: Rewrite = (reply, strip) => {
  if (reply instanceof RespMap) {
    return new RespMap(reply.flat.map((word, index) => (index % 2 === 0 ? strip(word) : word)));
  }
  return Array.isArray(reply) ? reply.map((stream) => inFront(stream, strip)) : reply;
};

const inPage: Rewrite = (reply, strip) => {
  const [cursor, keys] = reply as RawReply[];
  return [cursor, (keys as RawReply[]).map(strip)];
};

/** Commands whose replies hold keys. */
const KEYS_IN_REPLIES: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([
  ["KEYS", (reply, strip) => (reply as RawReply[]).map(strip)],
  ["RANDOMKEY", (reply, strip) => (reply === null ? null : strip(reply))],
  ["SCAN", inPage],
  ["CLUSTERSCAN", inPage],
  ...["BLPOP", "BRPOP", "BZPOPMIN", "BZPOPMAX", "LMPOP", "BLMPOP", "ZMPOP", "BZMPOP"].map(
    (name) => [name, inFront] as const,
  ),
  ["XREAD", inStreams],
  ["XREADGROUP", inStreams],
]);

/** Subcommands of DEBUG that take one key. */
const DEBUG_OF_A_KEY = ["OBJECT", "SDSLEN", "LISTPACK", "ZIPLIST", "QUICKLIST", "HTSTATS-KEY"];

/** A prefix of keys, in the forms that are needed. */
class Prefix {
  readonly bytes: Uint8Array;
  /** Undefined where the bytes are no text. */
  readonly text: string | undefined;

  constructor(given: Key) {
    this.bytes = typeof given === "string" ? utf8Bytes(given) : given.slice();
    if (typeof given === "string") this.text = given;
    else this.text = isUtf8(given) ? utf8Slice(given, 0, given.length) : undefined;
  }

  /** A key with the prefix. What is no {@link Arg} stays as it is: it will be refused. */
  before(key: Arg): Arg {
    if (key instanceof Uint8Array) return joined(this.bytes, key);
    const isWord = typeof key === "string" || typeof key === "bigint" || Number.isFinite(key);
    if (!isWord) return key;
    return this.text === undefined ? joined(this.bytes, utf8Bytes(String(key))) : `${this.text}${key}`;
  }

  /** A glob pattern of keys with the prefix, which is matched to the letter. */
  beforePattern(pattern: Arg): Arg {
    if (this.text !== undefined) return new Prefix(this.text.replace(/[*?[\]\\^]/g, "\\$&")).before(pattern);
    const special = new Set([...utf8Bytes("*?[]\\^")]);
    const escaped = [...this.bytes].flatMap((byte) => (special.has(byte) ? [0x5c, byte] : [byte]));
    return new Prefix(Uint8Array.from(escaped)).before(pattern);
  }

  /** A key without the prefix. @throws DecodeError when it has none */
  readonly strip = (key: RawReply): RawReply => {
    if (typeof key === "string") {
      if (this.text !== undefined && key.startsWith(this.text)) return key.slice(this.text.length);
    } else if (key instanceof Uint8Array) {
      if (this.bytes.every((byte, at) => byte === key[at])) return key.subarray(this.bytes.length);
    }
    throw new DecodeError("The server chose a key that does not have the prefix of this view", key);
  };
}

/** Carries commands over another executor, with a prefix before every key. */
export class KeyPrefixExecutor implements Executor {
  readonly #inner: Executor;
  readonly #prefix: Prefix;

  constructor(inner: Executor, prefix: Key) {
    this.#inner = inner;
    this.#prefix = new Prefix(prefix);
  }

  send<T>(name: string, args: readonly Arg[], decode: Decode<T>, view: View): Promise<T> {
    const known = knownCommand(name);
    let prefixed: readonly Arg[];
    try {
      prefixed = prefixedArgs(this.#prefix, known, args);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#inner.send(name, prefixed, this.#decoder(name, decode), view);
  }

  sendAll(batch: readonly Command[], atomic: boolean, view: View): Promise<unknown[] | null> {
    let prefixed: Command[];
    try {
      prefixed = batch.map(({ known, args, decode, wants }) => ({
        known,
        args: prefixedArgs(this.#prefix, known, args),
        decode: this.#decoder(known.name, decode),
        wants,
      }));
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#inner.sendAll(prefixed, atomic, view);
  }

  #decoder<T>(name: string, decode: Decode<T>): Decode<T> {
    const rewrite = KEYS_IN_REPLIES.get(name);
    if (rewrite === undefined) return decode;
    const { strip } = this.#prefix;
    return (reply) => decode(rewrite(reply, strip));
  }
}

/** The key that `view` means by `key`: with its prefix, where it has one. */
export function keyIn(view: View, key: Key): Key {
  return view.keyPrefix === undefined ? key : (new Prefix(view.keyPrefix).before(key) as Key);
}

/** `inner` behind `outer`: the prefix of a view of a view. */
export function joinedPrefix(outer: Key | undefined, inner: Key): Key {
  if (outer === undefined) return inner;
  return new Prefix(outer).before(inner) as Key;
}

/** @throws ArgumentError where it cannot be known which arguments are keys */
function prefixedArgs(prefix: Prefix, { row, name }: KnownCommand, args: readonly Arg[]): readonly Arg[] {
  if (row === undefined) throw unknownKeys(name, "it is not in the table of commands");
  switch (name) {
    case "KEYS":
      return args.map((pattern) => prefix.beforePattern(pattern));
    case "SCAN":
    case "CLUSTERSCAN":
      return scanArgs(prefix, args);
    case "SORT":
    case "SORT_RO":
      return sortArgs(prefix, name, args);
    case "CLUSTER KEYSLOT":
      return args.map((key) => prefix.before(key));
    case "CLUSTER GETKEYSINSLOT":
      throw unknownKeys(name, "it gives keys of everybody");
    case "DEBUG":
      return debugArgs(prefix, args);
  }
  const places = keysOf(row, args);
  if (places.length > 0) return withPrefixAt(prefix, args, places);
  // A subcommand that is no text, or not in the table.
  if (row.container && args.length > 0)
    throw unknownKeys(name, "its subcommand is not in the table of commands");
  if (row.group === "module" && !takesKeys(row))
    throw unknownKeys(name, "it works on keys that it finds itself");
  return args;
}

function withPrefixAt(prefix: Prefix, args: readonly Arg[], places: readonly number[]): Arg[] {
  const prefixed = [...args];
  for (const place of places) prefixed[place] = prefix.before(args[place]);
  return prefixed;
}

function scanArgs(prefix: Prefix, args: readonly Arg[]): Arg[] {
  const prefixed = [...args];
  let matched = false;
  for (let at = 1; at + 1 < args.length; at += 2) {
    if (!isOption(args[at], "MATCH")) continue;
    matched = true;
    prefixed[at + 1] = prefix.beforePattern(args[at + 1]);
  }
  if (!matched && args.length > 0) prefixed.push("MATCH", prefix.beforePattern("*"));
  return prefixed;
}

/** In patterns of SORT the first `*` stands for the element, and nothing can escape one that is in the prefix. */
function sortArgs(prefix: Prefix, name: string, args: readonly Arg[]): Arg[] {
  const places = keysOf(knownCommand("SORT").row as never, args);
  const prefixed = withPrefixAt(prefix, args, places);
  for (let at = 1; at < args.length; at++) {
    if (isOption(args[at], "LIMIT")) at += 2;
    else if (isOption(args[at], "STORE")) at++;
    else if (isOption(args[at], "BY") || isOption(args[at], "GET")) {
      const pattern = args[++at];
      if (at >= args.length || !hasStar(pattern)) continue;
      if (hasStar(prefix.bytes))
        throw unknownKeys(name, "a * in the prefix would be taken for its pattern's");
      prefixed[at] = prefix.before(pattern);
    }
  }
  return prefixed;
}

function debugArgs(prefix: Prefix, args: readonly Arg[]): readonly Arg[] {
  const [subcommand] = args;
  if (isOption(subcommand, "DIGEST-VALUE")) {
    return args.map((word, index) => (index === 0 ? word : prefix.before(word)));
  }
  const takesKey = args.length > 1 && DEBUG_OF_A_KEY.some((name) => isOption(subcommand, name));
  return takesKey ? withPrefixAt(prefix, args, [1]) : args;
}

function hasStar(word: Arg): boolean {
  return word instanceof Uint8Array ? word.includes(0x2a) : String(word).includes("*");
}

function unknownKeys(command: string, why: string): ArgumentError {
  return new ArgumentError(
    `${command} cannot be called with keyPrefix, because its keys cannot be known: ${why}. Call it on a client without keyPrefix, with whole keys`,
    { command },
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = allocate(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
