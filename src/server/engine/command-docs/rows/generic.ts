/** What COMMAND DOCS tells of the commands for keys of any type. */

/** One record a command, as `../documentation.ts` reads them. */
export const genericDocs = `
COPY: source:key destination:key#1 [DB=destination-db:integer] [REPLACE]
  Store a copy of a value under another key, in this or another database.
  cost O(N) for a collection of N elements, O(1) for a string
DEL: key+
  Remove keys with their values.
  cost O(N) for N keys; O(M) for each that holds a collection of M elements, O(1) for each string
DUMP: key
  Turn a value into bytes that RESTORE takes.
  cost O(1) to find it and O(N*M) to write N parts of M bytes; of a short string O(1)+O(1*M), as good as O(1)
EXISTS: key+
  Count which of some keys are there; one that is named twice counts twice.
  cost O(N) for N keys
  3.0.3 several keys
EXPIRE: key seconds:integer [condition(NX|XX|GT|LT)@7.0.0]
  Let a key expire after so many seconds.
  cost O(1)
  7.0.0 NX, XX, GT and LT
EXPIREAT: key unix-time-seconds:unix-time [condition(NX|XX|GT|LT)@7.0.0]
  Let a key expire at a time, in seconds since 1970.
  cost O(1)
  7.0.0 NX, XX, GT and LT
EXPIRETIME: key
  Tell when a key expires, in seconds since 1970.
  cost O(1)
KEYS: pattern:pattern
  List the keys that match a pattern, all at once.
  cost O(N) for N keys in the database, as long as names and pattern are short
MIGRATE: host port:integer key_or_empty_string(key | empty_string'') destination-db:integer timeout:integer
    [COPY@3.0.0] [REPLACE@3.0.0]
    [authentication([AUTH=password@4.0.7] | [AUTH2=username_password{username password}@6.0.0])] [KEYS=key#1+@3.0.6]
  Move keys to another server, or copy them there.
  cost that of DUMP and DEL here and of RESTORE there, and O(N) for N bytes on their way
  3.0.0 COPY and REPLACE
  3.0.6 KEYS
  4.0.7 AUTH
  6.0.0 AUTH2
MOVE: key db:integer
  Put a key into another database, unless one of that name is there.
  cost O(1)
OBJECT
  Commands that look at how values are kept.
  cost that of the subcommand
OBJECT ENCODING: key
  Tell in which form a value lies in memory.
  cost O(1)
OBJECT FREQ: key
  Tell how often a key is used, on the logarithmic scale of the LFU policies.
  cost O(1)
OBJECT HELP
  List the subcommands of OBJECT.
  cost O(1)
OBJECT IDLETIME: key
  Tell for how many seconds nobody has used a key.
  cost O(1)
OBJECT REFCOUNT: key
  Tell how many references to a value there are.
  cost O(1)
PERSIST: key
  Let a key stay for good that was to expire.
  cost O(1)
PEXPIRE: key milliseconds:integer [condition(NX|XX|GT|LT)@7.0.0]
  Let a key expire after so many milliseconds.
  cost O(1)
  7.0.0 NX, XX, GT and LT
PEXPIREAT: key unix-time-milliseconds:unix-time [condition(NX|XX|GT|LT)@7.0.0]
  Let a key expire at a time, in milliseconds since 1970.
  cost O(1)
  7.0.0 NX, XX, GT and LT
PEXPIRETIME: key
  Tell when a key expires, in milliseconds since 1970.
  cost O(1)
PTTL: key
  Tell how many milliseconds a key has left.
  cost O(1)
  2.8.0 -2 for a key that is not there
RANDOMKEY
  Draw one key by lot.
  cost O(1)
RENAME: key newkey:key#1
  Give a key another name, in the place of a key that bears it.
  cost O(1)
RENAMENX: key newkey:key#1
  Give a key another name, unless a key bears it already.
  cost O(1)
  3.2.0 the old name again is no error
RESTORE: key ttl:integer serialized-value [REPLACE@3.0.0] [ABSTTL@5.0.0] [IDLETIME=seconds:integer@5.0.0]
    [FREQ=frequency:integer@5.0.0]
  Make a key of the bytes that DUMP gave.
  cost O(1) to make the key and O(N*M) to read N parts of M bytes; of a short string O(1)+O(1*M), as good as O(1);
    of a sorted set O(N*M*log(N)), for each member takes O(log(N))
  3.0.0 REPLACE
  5.0.0 ABSTTL
  5.0.0 IDLETIME and FREQ
SCAN: cursor:integer [MATCH=pattern:pattern] [COUNT=count:integer] [TYPE=type@6.0.0]
  Walk through the keys of the database, some at each call.
  cost O(1) a call, O(N) for a whole walk through N keys
  6.0.0 TYPE
SORT: key [BY=pattern:pattern#1] [LIMIT=offset_count{offset:integer count:integer}] [GET=pattern:pattern#1++]
    [order(ASC|DESC)] [sorting'ALPHA'] [STORE=destination:key#2]
  List the elements of a list, a set or a sorted set in order, by themselves or by other keys.
  cost O(N+M*log(M)) for N elements of which M are returned, O(N) when they are not to be sorted
SORT_RO: key [BY=pattern:pattern#1] [LIMIT=offset_count{offset:integer count:integer}] [GET=pattern:pattern#1++]
    [order(ASC|DESC)] [sorting'ALPHA']
  List elements in order as SORT does, without storing them.
  cost O(N+M*log(M)) for N elements of which M are returned, O(N) when they are not to be sorted
TOUCH: key+
  Count keys as used just now, and tell how many of them there are.
  cost O(N) for N keys
TTL: key
  Tell how many seconds a key has left.
  cost O(1)
  2.8.0 -2 for a key that is not there
TYPE: key
  Name the type of a value.
  cost O(1)
UNLINK: key+
  Remove keys at once and give back their memory in the background.
  cost O(1) a key, however large; the background gives back N pieces of memory in O(N)
WAIT: numreplicas:integer timeout:integer
  Wait until replicas have what this connection has written.
  cost O(1)
`;
