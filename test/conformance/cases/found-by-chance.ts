/** What random programs and random bytes have found to differ, so that it is looked at in every run. */
import type { Family } from "../notation.js";

export const foundByChance: Family = {
  name: "found by chance",
  cases: {
    "amounts of memory without digits": `
      CONFIG SET stream-node-max-bytes ""
      CONFIG GET stream-node-max-bytes
      CONFIG SET stream-node-max-bytes kb
      CONFIG SET stream-node-max-bytes -
      CONFIG SET stream-node-max-bytes 00012
      CONFIG GET stream-node-max-bytes
    `,
    "line ends at the end of an error": `
      FUNCTION LOAD REPLACE "#!js name=x\\n" x
      FUNCTION LIST "x\\x00y"
      FUNCTION LIST "x\\n"
      FUNCTION LOAD "bad\\r\\noption\\r\\n" x
    `,
    "OBJECT REFCOUNT of counters": `
      SET n 9998
      INCR n
      OBJECT REFCOUNT n
      INCR n
      OBJECT REFCOUNT n
      APPEND s 5
      OBJECT ENCODING s
      RPUSH l a
      OBJECT REFCOUNT l
    `,
    "RESET and NO-EVICT": `
      CLIENT NO-EVICT ON
      RESET
      @fields CLIENT INFO
      CLIENT NO-EVICT OFF
      @fields CLIENT INFO
    `,
    "tracking of what scripts read": `
      @hello HELLO 3
      MSET a 1 b 2 c 3
      CLIENT TRACKING ON
      EVAL "return redis.call('GET', 'a')" 2 b c
      b> SET a 2
      <
      b> SET b 3
      <
      b> SET c 3
      <
    `,
    "tracking that is turned off and on": `
      @hello HELLO 3
      CLIENT TRACKING ON
      GET a
      CLIENT TRACKING OFF
      CLIENT TRACKING ON
      b> SET a 1
      <
      GET a
      CLIENT TRACKING OFF
      b> SET a 2
      CLIENT TRACKING ON
      b> SET a 3
      <
    `,
    "tracking of what a read has changed itself": `
      @hello HELLO 3
      CLIENT TRACKING ON
      PFADD p a b c
      PFCOUNT p
      <
      b> PFADD p d
      <
    `,
    "a dump of a group that has read too much": `
      XGROUP CREATE r g 0 MKSTREAM ENTRIESREAD 9223372036854775807
      XADD r 0-1 f v
      XREADGROUP GROUP g a STREAMS r >
      EVAL "return redis.call('RESTORE', KEYS[2], 0, redis.call('DUMP', KEYS[1]))" 2 r s
      XINFO GROUPS r
      XINFO GROUPS s
    `,
    "blanks of inline requests": `
      ~ "PING\\x0b\\r\\n"
      ~ "\\x0b\\x0cPING \\x0b a\\r\\n"
      ~ "ECHO a\\x0cb\\r\\n"
      ~ "ECHO \\"a\\"\\x0b\\r\\n"
    `,
    "a number of words that has more than 64 bits": `
      ~ "*-9223372036854775809\\r\\n"
    `,
  },
};
