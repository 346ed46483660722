/** Where the mini server that follows Redis 8.0 answers otherwise than Redis 8.0, and why that is meant to be so. */

const MEMORY_ONLY = "the mini server keeps its data in memory alone";
const FIRST_RELEASE = "the mini server reports the first release of a version";
const POEM = "LOLWUT of 8.0 prints a random poem; that of 7.0 is kept";
const NO_NODES = "DEBUG tells of redis-server's own structures, which are not here";
const ONE_INDEX = "the commands that rules speak of are the same for all servers of a process";

/** By the line as it stands in the cases. A line that no longer deviates fails the suite. */
export const laterDeviations: ReadonlyMap<string, string> = new Map([
  ["SAVE", MEMORY_ONLY],
  ["@kind BGSAVE", MEMORY_ONLY],
  ["@kind BGREWRITEAOF", MEMORY_ONLY],
  ["@sections INFO", "the sections Threads and Keysizes tell of parts that the mini server does not have"],
  ["ROLE", "the offset of a master without replicas does not move here"],
  ["MODULE LIST", "vector sets, a module that is built into 8.0, are not here"],
  ["@count MEMORY STATS", "8.0 tells more of its allocator"],
  ["@sorted ACL CAT blocking", ONE_INDEX],
  ["DEBUG QUICKLIST l", NO_NODES],
  ["DEBUG QUICKLIST l 1", NO_NODES],
  ['EVAL "return redis.REDIS_VERSION" 0', FIRST_RELEASE],
  ['EVAL "return redis.REDIS_VERSION_NUM" 0', FIRST_RELEASE],
  ["LOLWUT VERSION", POEM],
]);

const LOST_REPLY = "Redis 8.0 does not answer a failed AUTH at all when it comes in a pipeline";
const WAITS_ON = "Redis 8.0 lets a client wait on when the entries that woke it have gone again";

/** Cases that cannot be run on, or compared with, Redis 8.0, by family and name. */
export const notForLater: ReadonlyMap<string, string> = new Map([
  ["connection: HELLO", LOST_REPLY],
  ["connection: AUTH", LOST_REPLY],
  ["acl rules: ACL passwords", LOST_REPLY],
  ["acl: ACL and the default user", LOST_REPLY],
  ["acl: ACL LOG", LOST_REPLY],
  ["stream-reads: XREAD waits", WAITS_ON],
  ["stream-groups: XREADGROUP waits", WAITS_ON],
  ["diagnosis: LOLWUT", POEM],
]);
