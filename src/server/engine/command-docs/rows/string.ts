/** What COMMAND DOCS tells of the commands for strings. */

/** One record a command, as `../documentation.ts` reads them. */
export const stringDocs = `
APPEND: key value
  Add text to the end of a string, which begins empty where there is none.
  cost O(1) as a rule: room is kept in reserve, so that short texts seldom make the string move
DECR: key
  Take one off a number; a missing key counts as 0.
  cost O(1)
DECRBY: key decrement:integer
  Take an amount off a number; a missing key counts as 0.
  cost O(1)
GET: key
  Read a string, or nil where there is no key.
  cost O(1)
GETDEL: key
  Read a string and remove its key.
  cost O(1)
GETEX: key [expiration(EX=seconds:integer | PX=milliseconds:integer | EXAT=unix-time-seconds:unix-time |
    PXAT=unix-time-milliseconds:unix-time | PERSIST)]
  Read a string and change when its key expires.
  cost O(1)
GETRANGE: key start:integer end:integer
  Read part of a string, from one offset to another, both included.
  cost O(N) for a part of N bytes; as good as O(1) for a short one
GETSET: key value
  Put another string in the place of the old one, and return the old one.
  cost O(1)
  instead SET with the !GET argument
INCR: key
  Add one to a number; a missing key counts as 0.
  cost O(1)
INCRBY: key increment:integer
  Add a whole amount to a number; a missing key counts as 0.
  cost O(1)
INCRBYFLOAT: key increment:double
  Add an amount that may have a fraction to a number; a missing key counts as 0.
  cost O(1)
LCS: key1:key key2:key [LEN] [IDX] [MINMATCHLEN=len:integer] [WITHMATCHLEN]
  Tell what two strings have in common in the same order, its length, or where it stands.
  cost O(N*M) for strings of N and of M bytes
MGET: key+
  Read several strings at once, nil for each key that is missing or no string.
  cost O(N) for N keys
MSET: key_value{key value}+
  Store several strings at once.
  cost O(N) for N keys
MSETNX: key_value{key value}+
  Store several strings at once, or none of them when one of the keys is there already.
  cost O(N) for N keys
PSETEX: key milliseconds:integer value
  Store a string that expires after so many milliseconds.
  cost O(1)
SET: key value [condition(NX|XX)@2.6.12] [GET@6.2.0] [expiration(EX=seconds:integer@2.6.12 |
    PX=milliseconds:integer@2.6.12 | EXAT=unix-time-seconds:unix-time@6.2.0 |
    PXAT=unix-time-milliseconds:unix-time@6.2.0 | KEEPTTL@6.0.0)]
  Store a string, under a condition and with a time to live where one is given.
  cost O(1)
  2.6.12 EX, PX, NX and XX
  6.0.0 KEEPTTL
  6.2.0 GET, EXAT and PXAT
  7.0.0 NX and GET in the same call
SETEX: key seconds:integer value
  Store a string that expires after so many seconds.
  cost O(1)
SETNX: key value
  Store a string where there is no key yet.
  cost O(1)
SETRANGE: key offset:integer value
  Write over a string from an offset on, padding with zero bytes what lies before it.
  cost O(1) besides the copying of the new text, which is O(M) for M bytes
STRLEN: key
  Tell how many bytes a string has.
  cost O(1)
SUBSTR: key start:integer end:integer
  Read part of a string: the old name of GETRANGE.
  cost O(N) for a part of N bytes; as good as O(1) for a short one
  instead GETRANGE
`;
