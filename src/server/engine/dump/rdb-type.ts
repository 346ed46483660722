/** The byte before a value in RDB: its type and its form. */

/** The forms of RDB; the values of modules are not among them. Up to 19 version 10 has them, 20 and 21 are of version 11. */
export const RdbType = {
  STRING: 0,
  LIST: 1,
  SET: 2,
  /** Scores as text. */
  ZSET: 3,
  HASH: 4,
  /** Scores in binary. */
  ZSET_2: 5,
  /** Of a module of Redis 4 before its release, which nothing reads any more. */
  MODULE_PRE_GA: 6,
  /** Of a module. */
  MODULE: 7,
  HASH_ZIPMAP: 9,
  LIST_ZIPLIST: 10,
  SET_INTSET: 11,
  ZSET_ZIPLIST: 12,
  HASH_ZIPLIST: 13,
  /** Nodes that are ziplists. */
  LIST_QUICKLIST: 14,
  /** Streams before 7.0. */
  STREAM: 15,
  HASH_LISTPACK: 16,
  ZSET_LISTPACK: 17,
  /** Nodes that are listpacks or one long element. */
  LIST_QUICKLIST_2: 18,
  /** Streams that know their first entry, and how many there ever were. */
  STREAM_2: 19,
  SET_LISTPACK: 20,
  /** Streams that know when their consumers last got something. */
  STREAM_3: 21,
  /** Hashes with fields that expire (version 12). */
  HASH_EXPIRING: 24,
  HASH_EXPIRING_LISTPACK: 25,
} as const;

/** What may stand in an RDB file where the type of a value does: what follows is something else. */
export const RdbOpcode = {
  /** A library of functions as its source. */
  FUNCTION: 245,
  /** The same as release candidates of Redis 7 wrote it. */
  FUNCTION_PRE_GA: 246,
  /** Data of a module that belongs to no key. */
  MODULE_AUX: 247,
  /** Seconds since the last use of the next key. */
  IDLE: 248,
  /** How often the next key is used, as the LFU policies count. */
  FREQUENCY: 249,
  /** Two strings that describe the file. */
  AUX: 250,
  /** How many keys the database has, and how many that expire. */
  RESIZE: 251,
  /** When the next key expires, ms since 1970. */
  EXPIRES_MS: 252,
  /** The same in seconds. */
  EXPIRES: 253,
  SELECT: 254,
  END: 255,
} as const;

/** What a node of a {@link RdbType.LIST_QUICKLIST_2} is. */
export const QuicklistNode = {
  /** One element as it is. */
  PLAIN: 1,
  /** A listpack. */
  PACKED: 2,
} as const;
