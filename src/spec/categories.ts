/** The ACL categories of each command. Most follow from its flags and group; what does not stands in a table. */
import { type CommandSpec, Flag, type Group } from "./command-spec.js";
import type { Command } from "./lookup.js";

/** The categories that ACL rules name (`+@read`), in the order of `ACL CAT`. */
export const ACL_CATEGORIES = [
  "keyspace",
  "read",
  "write",
  "set",
  "sortedset",
  "list",
  "hash",
  "string",
  "bitmap",
  "hyperloglog",
  "geo",
  "stream",
  "pubsub",
  "admin",
  "fast",
  "slow",
  "blocking",
  "dangerous",
  "connection",
  "transaction",
  "scripting",
] as const;

/** The name of a category, without the `@`. */
export type AclCategory = (typeof ACL_CATEGORIES)[number];

const ofGroup: Readonly<Record<Group, readonly AclCategory[]>> = {
  bitmap: ["bitmap"],
  cluster: [],
  connection: ["connection"],
  generic: ["keyspace"],
  geo: ["geo"],
  hash: ["hash"],
  hyperloglog: ["hyperloglog"],
  list: ["list"],
  module: [],
  pubsub: ["pubsub"],
  scripting: ["scripting"],
  sentinel: [],
  server: [],
  set: ["set"],
  "sorted-set": ["sortedset"],
  stream: ["stream"],
  string: ["string"],
  transactions: ["transaction"],
};

/** Commands that have other categories than their group's. */
const instead: ReadonlyMap<string, readonly AclCategory[]> = new Map<string, readonly AclCategory[]>([
  ["ASKING", ["connection"]],
  ["COMMAND", ["connection"]],
  ["COMMAND COUNT", ["connection"]],
  ["COMMAND DOCS", ["connection"]],
  ["COMMAND GETKEYS", ["connection"]],
  ["COMMAND GETKEYSANDFLAGS", ["connection"]],
  ["COMMAND HELP", ["connection"]],
  ["COMMAND INFO", ["connection"]],
  ["COMMAND LIST", ["connection"]],
  ["DBSIZE", ["keyspace"]],
  ["FLUSHALL", ["keyspace", "dangerous"]],
  ["FLUSHDB", ["keyspace", "dangerous"]],
  ["INFO", ["dangerous"]],
  ["KEYS", ["keyspace", "dangerous"]],
  ["LASTSAVE", ["admin", "dangerous"]],
  ["MIGRATE", ["keyspace", "dangerous"]],
  ["PUBSUB HELP", []],
  ["READONLY", ["connection"]],
  ["READWRITE", ["connection"]],
  ["RESTORE", ["keyspace", "dangerous"]],
  ["RESTORE-ASKING", ["keyspace", "dangerous"]],
  ["ROLE", ["admin", "dangerous"]],
  ["SORT", ["set", "sortedset", "list", "dangerous"]],
  ["SORT_RO", ["set", "sortedset", "list", "dangerous"]],
  ["SWAPDB", ["keyspace", "dangerous"]],
  ["WAIT", ["connection"]],
  ["WAITAOF", ["connection"]],
]);

/**
 * The ACL categories of a command, without the `@`, in the order in which `COMMAND INFO` and `ACL CAT` print them.
 * @see https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
 */
export function categoriesOf(command: Command): readonly AclCategory[] {
  const found = new Set<AclCategory>(
    instead.get(command.name) ?? (command.container ? [] : ofGroup[command.group]),
  );
  addThoseOfFlags(found, command);
  return ACL_CATEGORIES.filter((category) => found.has(category));
}

function addThoseOfFlags(found: Set<AclCategory>, { flags, group }: CommandSpec): void {
  if (flags & Flag.WRITE) found.add("write");
  // EVAL_RO and its kind may run anything that reads, so a right to read does not include them.
  if (flags & Flag.READONLY && group !== "scripting") found.add("read");
  if (flags & Flag.ADMIN) found.add("admin").add("dangerous");
  if (flags & Flag.PUBSUB) found.add("pubsub");
  if (flags & Flag.BLOCKING) found.add("blocking");
  found.add(flags & Flag.FAST ? "fast" : "slow");
}
