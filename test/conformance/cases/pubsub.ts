/** Cases of publish and subscribe. */
import type { Family } from "../notation.js";

export const pubsub: Family = {
  name: "pubsub",
  cases: {
    "confirmations and messages": String.raw`
      b> SUBSCRIBE my-first-channel my-second-channel
      b> PSUBSCRIBE my-*
      PUBLISH my-channel Hello
      PUBLISH my-first-channel both
      PUBLISH nobody x
      b<
      b> SUBSCRIBE my-first-channel
      b> UNSUBSCRIBE my-first-channel
      b> UNSUBSCRIBE not-there
      PUBLISH my-first-channel one
      b<
      b> UNSUBSCRIBE
      b> PUNSUBSCRIBE
      b> UNSUBSCRIBE
      b> PUNSUBSCRIBE
      b> PUNSUBSCRIBE a* b*
      b> GET k
      PUBLISH my-channel nobody
      b> SUBSCRIBE "" "\x00\r\n" "\xff" a a
      PUBLISH "" ""
      PUBLISH "\x00\r\n" "\x00\xff\r\n"
      PUBLISH "\xff" "😀"
      b<
      SUBSCRIBE
      PSUBSCRIBE
      PUBLISH a
      PUBLISH
    `,
    patterns: String.raw`
      b> PSUBSCRIBE h?llo h[ae]* news.* "a\\*" * news.*
      PUBLISH hello 1
      PUBLISH hallo 2
      PUBLISH news.tech 3
      PUBLISH a* 4
      PUBLISH ab 5
      PUBLISH "" 6
      b< @sorted
      PUBSUB NUMPAT
      b> PUNSUBSCRIBE h?llo nothing*
      c> PSUBSCRIBE news.*
      PUBSUB NUMPAT
      PUBLISH news.x y
      b< @sorted
      c< @sorted
    `,
    "what a subscriber may send": `
      b> SUBSCRIBE ch
      b> GET k
      b> PING
      b> PING hello
      b> SET k v
      b> EXEC
      b> NOSUCH
      b> SUBSCRIBE
      b> RESET
      b> GET k
      b> PSUBSCRIBE p*
      b> PUBLISH ch x
      b> @hello HELLO 3
      b> QUIT
    `,
    "a subscriber of RESP3 may send everything": `
      b> @hello HELLO 3
      b> SUBSCRIBE ch
      b> SET k v
      b> GET k
      b> PING
      b> PING hello
      b> PUBLISH ch self
      b> INCR n
      PUBLISH ch other
      b<
      b> PUBLISH ch again
      b> PSUBSCRIBE c*
      b> PUBLISH ch twice
      b> UNSUBSCRIBE ch
      b> UNSUBSCRIBE
      b> PUNSUBSCRIBE
    `,
    PUBSUB: `
      PUBSUB CHANNELS
      PUBSUB NUMPAT
      PUBSUB NUMSUB
      PUBSUB NUMSUB none
      b> SUBSCRIBE a b ab
      c> SUBSCRIBE a
      c> PSUBSCRIBE x*
      @sorted PUBSUB CHANNELS
      @sorted PUBSUB CHANNELS a*
      PUBSUB CHANNELS z*
      PUBSUB NUMSUB a b none a
      PUBSUB NUMPAT
      PUBSUB SHARDCHANNELS
      PUBSUB SHARDNUMSUB a
      PUBSUB SHARDNUMSUB
      d> SSUBSCRIBE s1 s2
      @sorted PUBSUB SHARDCHANNELS
      PUBSUB SHARDCHANNELS s1*
      PUBSUB SHARDNUMSUB s1 none
      @sorted PUBSUB CHANNELS
      PUBSUB
      PUBSUB BAD
      PUBSUB NUMPAT x
      PUBSUB CHANNELS a b
      @kind PUBSUB HELP
      c!
      PUBSUB NUMSUB a
      PUBSUB NUMPAT
    `,
    "sharded channels": `
      b> SSUBSCRIBE ch other
      SPUBLISH ch hello
      PUBLISH ch not-here
      SPUBLISH nobody x
      b<
      b> SUBSCRIBE ch
      PUBLISH ch plain
      SPUBLISH ch sharded
      b<
      b> SUNSUBSCRIBE ch
      b> SUNSUBSCRIBE
      b> SUNSUBSCRIBE
      b> UNSUBSCRIBE
      b> SSUBSCRIBE
      SPUBLISH ch
      SPUBLISH
    `,
    "order of messages from one publisher": `
      b> SUBSCRIBE a b
      PUBLISH a 1
      PUBLISH b 2
      PUBLISH a 3
      MULTI
      PUBLISH a 4
      PUBLISH b 5
      EXEC
      EVAL "redis.call('PUBLISH', 'a', '6'); return redis.call('PUBLISH', 'none', 'x')" 0
      b<
      EVAL "return redis.call('SUBSCRIBE', 'a')" 0
      b!
      PUBLISH a 7
    `,
  },
};
