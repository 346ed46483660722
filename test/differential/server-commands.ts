/** Random commands about the server rather than its data: settings, functions, scripts, users, the connection. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import {
  anyKey,
  count,
  integer,
  KEYS,
  key,
  many,
  maybe,
  value,
  type Words,
  word,
  words,
} from "./arguments.js";

/** Settings that programs change, and what they are before each program. */
export const SETTINGS: Readonly<Record<string, string>> = {
  "hash-max-listpack-entries": "512",
  "hash-max-listpack-value": "64",
  "zset-max-listpack-entries": "128",
  "zset-max-listpack-value": "64",
  "set-max-intset-entries": "512",
  "hll-sparse-max-bytes": "3000",
  "stream-node-max-entries": "100",
  "stream-node-max-bytes": "4096",
  "slowlog-max-len": "128",
  "maxmemory-samples": "5",
};

const setting = fc.constantFrom(...Object.keys(SETTINGS));
const amount = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("3", "4", "10", "64", "128", "512") },
  { weight: 1, arbitrary: fc.constantFrom("-1", "abc", "", "1.5", "1kb", "99999999999999999999") },
);

const settings: Words[] = [
  words("CONFIG", "SET", setting, amount),
  words("CONFIG", "SET", many(words(setting, amount), 1, 3)),
  words("CONFIG", "GET", setting),
  words(
    "CONFIG",
    "GET",
    fc.constantFrom("hash-max-*", "*listpack*", "?et-max-intset-entries", "nothing", "HLL*"),
  ),
  words("CONFIG", word("RESETSTAT")),
];

const objects: Words[] = [
  words("OBJECT", word("ENCODING", "REFCOUNT", "FREQ", "IDLETIME"), anyKey),
  words("MEMORY", "USAGE", anyKey, maybe("SAMPLES", count)),
  words(word("EXISTS", "TYPE"), anyKey),
];

/** Collects all that SCAN or its like finds, in steps as small as ARGV says. */
const SCAN_LOOP = `
local cursor, seen, found = '0', {}, {}
local size = (ARGV[1] == 'HSCAN' or ARGV[1] == 'ZSCAN') and 2 or 1
repeat
  local call = {ARGV[1]}
  if KEYS[1] then call[2] = KEYS[1] end
  call[#call + 1] = cursor
  for i = 2, #ARGV do call[#call + 1] = ARGV[i] end
  local reply = redis.pcall(unpack(call))
  if reply.err then return reply end
  cursor = reply[1]
  for i = 1, #reply[2], size do
    local one = reply[2][i] .. (size == 2 and '=' .. reply[2][i + 1] or '')
    if not seen[one] then seen[one] = true; found[#found + 1] = one end
  end
until cursor == '0'
table.sort(found)
return found`;

const pattern = maybe("MATCH", fc.constantFrom("*", "s*", "[a-c]", "?", "*1", "nothing"));
const step = fc.constantFrom("1", "2", "5", "20");
const loops: Words[] = [
  words(
    "EVAL",
    SCAN_LOOP,
    "0",
    "SCAN",
    "COUNT",
    step,
    pattern,
    maybe("TYPE", word("string", "list", "hash", "set", "zset", "stream")),
  ),
  words("EVAL", SCAN_LOOP, "1", key("t"), "SSCAN", "COUNT", step, pattern),
  words("EVAL", SCAN_LOOP, "1", key("h"), "HSCAN", "COUNT", step, pattern),
  words("EVAL", SCAN_LOOP, "1", key("z"), "ZSCAN", "COUNT", step, pattern),
];

/** Libraries that differ in what their functions do and are allowed to. */
const library = (name: string, body: string) => `#!lua name=${name}\n${body}`;
const LIBRARIES = [
  library(
    "one",
    "redis.register_function('put', function(keys, args) return redis.call('SET', keys[1], args[1]) end)",
  ),
  library(
    "one",
    "redis.register_function{function_name='get', callback=function(keys) return redis.call('GET', keys[1]) end, flags={'no-writes'}}",
  ),
  library(
    "two",
    "redis.register_function{function_name='both', callback=function(keys, args) return {#keys, #args, keys, args} end, flags={'no-writes', 'allow-stale'}, description='d'}",
  ),
  library("two", "redis.register_function('get', function(keys) return redis.pcall('INCR', keys[1]) end)"),
  library("bad", "redis.register_function('put', 5)"),
  "return 1",
  "#!lua\nreturn 1",
  "#!js name=x\n",
];
const named = fc.constantFrom("one", "two", "none", "bad");
const called = fc.constantFrom("put", "get", "both", "nobody");

const functions: Words[] = [
  words("FUNCTION", "LOAD", maybe("REPLACE"), fc.constantFrom(...LIBRARIES)),
  words("FUNCTION", "LOAD", "REPLACE", fc.constantFrom(...LIBRARIES)),
  words("FUNCTION", "DELETE", named),
  words("FUNCTION", "LIST", maybe("LIBRARYNAME", named), maybe("WITHCODE")),
  words("FUNCTION", "FLUSH", maybe(word("SYNC", "ASYNC", "BAD"))),
  words(word("FCALL", "FCALL_RO"), called, "1", key("s"), maybe(value)),
  words(
    word("FCALL", "FCALL_RO"),
    called,
    fc.oneof(count, fc.constantFrom("1", "2")),
    many(key("s"), 1, 2),
    maybe(value),
  ),
];

const SCRIPTS = [
  "return ARGV",
  "return redis.call('TYPE', KEYS[1])",
  "return redis.call('INCR', KEYS[1])",
  "return 3.7",
];
/** Their SHA-1 sums, and none. */
const SHAS = [
  ...SCRIPTS.map((text) => createHash("sha1").update(text).digest("hex")),
  "0000000000000000000000000000000000000000",
  "abc",
  "",
];

const scripts: Words[] = [
  words("SCRIPT", "LOAD", fc.constantFrom(...SCRIPTS, "return (", "")),
  words("SCRIPT", "EXISTS", many(fc.constantFrom(...SHAS), 1, 3)),
  words("SCRIPT", "FLUSH", maybe(word("SYNC", "ASYNC", "BAD"))),
  words(word("EVALSHA", "EVALSHA_RO"), fc.constantFrom(...SHAS), "1", key("s"), maybe(value)),
  words(
    word("EVAL", "EVAL_RO"),
    fc.constantFrom(...SCRIPTS),
    fc.oneof(count, fc.constantFrom("1")),
    key("s"),
    maybe(value),
  ),
];

const connection: Words[] = [
  words("CLIENT", "SETNAME", fc.constantFrom("me", "", "with space", "x\n")),
  words("CLIENT", word("GETNAME", "TRACKINGINFO", "GETREDIR", "UNPAUSE")),
  words("CLIENT", word("NO-EVICT"), word("ON", "OFF", "MAYBE")),
  words("CLIENT", "INFO"),
  words("PING", maybe(value)),
  words(
    "COMMAND",
    "GETKEYS",
    fc.constantFrom("GET", "MSET", "ZUNION", "NOPE"),
    many(fc.oneof(value, integer), 0, 4),
  ),
  words("PUBSUB", word("NUMSUB", "SHARDNUMSUB"), many(value, 0, 2)),
  words("PUBSUB", "NUMPAT"),
  words("SLOWLOG", "RESET"),
];

/** Commands of a single client, by how often they come. */
export const serverCommands: readonly (readonly [number, Words[]])[] = [
  [1, settings],
  [1, objects],
  [1, loops],
  [1, functions],
  [1, scripts],
  [1, connection],
];

/** Users that programs make; the default user stays as it is. */
export const USERS = ["ann", "bob"];
const user = fc.constantFrom(...USERS);
const keyRule = fc
  .tuple(fc.constantFrom("~", "%R~", "%W~", "%RW~"), fc.constantFrom("*", "s*", "?1", ...KEYS.slice(0, 4)))
  .map(([sign, glob]) => sign + glob);
const rule = fc.oneof(
  fc.constantFrom(
    "on",
    "on",
    "on",
    "off",
    "nopass",
    "resetpass",
    "allkeys",
    "resetkeys",
    "allchannels",
    "resetchannels",
  ),
  fc.constantFrom(
    "+@all",
    "+@all",
    "-@all",
    "+@read",
    "+@write",
    "-@dangerous",
    "-@write",
    "+@list",
    "allcommands",
  ),
  fc.constantFrom(
    "+get",
    "-get",
    "+config|get",
    "-config|set",
    "-client|info",
    "+select",
    "reset",
    "+nope",
    "bad",
  ),
  fc.constantFrom(">p", ">q", "<p", "&news", "&a*", "clearselectors", "(+get ~*)", "(+@write %W~s*)"),
  keyRule,
);

/** Commands that make users, change into them and ask about them. */
export const userCommands: Words[] = [
  words("ACL", "SETUSER", user, "on", "nopass", "+@all", "~*", "&*"),
  words("ACL", "SETUSER", user, many(rule, 1, 4)),
  words("ACL", "SETUSER", user, many(rule, 1, 4)),
  words("ACL", "GETUSER", user),
  words("ACL", word("LIST", "USERS", "WHOAMI")),
  words("ACL", "DRYRUN", user, fc.constantFrom("GET", "SET", "LPUSH", "CONFIG"), many(anyKey, 0, 2)),
  words("ACL", "CAT", maybe(fc.constantFrom("hyperloglog", "nothing"))),
  words("AUTH", user, fc.constantFrom("p", "q", "x")),
  words("AUTH", user, "p"),
  words("AUTH", "default", "any"),
  words("RESET"),
];
