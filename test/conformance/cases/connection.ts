/** Cases of the commands about the connection itself, and of the protocol below the commands. */
import type { Family } from "../notation.js";

export const connection: Family = {
  name: "connection",
  cases: {
    "PING, ECHO, QUIT": String.raw`
      PING
      PING hello
      PING "\x00\r\n\xff"
      PING a b
      ping
      ECHO hello
      ECHO ""
      ECHO
      ECHO a b
      b> PING
      b> QUIT
      b<
      c> QUIT now
      c<
    `,
    "unknown commands": String.raw`
      NOSUCH
      NOSUCH a b c
      nosuch "with \r\n newline" "\x00"
      NOSUCH ${"x".repeat(200)} second
      ${"N".repeat(200)} a
      ""
      "two words"
      CONFIG
      CONFIG NOSUCH
      CONFIG GET
      CLIENT
      CLIENT NOSUCH
      CLIENT NOSUCH a b
      GET
      SET a
      "GET\x00" a
      "G\r\nET" a
      NOSUCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40
    `,
    HELLO: `
      @hello HELLO
      @hello HELLO 2
      @hello HELLO 3
      HELLO 1
      HELLO 4
      HELLO abc
      HELLO ""
      HELLO 3 BAD
      HELLO 3 AUTH
      HELLO 3 AUTH user
      @hello HELLO 3 AUTH default wrong
      HELLO 3 AUTH nobody x
      HELLO 3 SETNAME
      HELLO 3 SETNAME "with space"
      @hello HELLO 3 SETNAME good
      CLIENT GETNAME
      @hello HELLO 2 AUTH default any SETNAME other
      CLIENT GETNAME
      GET missing
      @hello HELLO 3
      GET missing
    `,
    AUTH: `
      AUTH
      AUTH any
      AUTH default any
      AUTH nobody x
      AUTH a b c
      b> PING
      c> PING
      CONFIG SET requirepass secret
      GET k
      b> GET k
      d> PING
      d> GET k
      d> NOSUCH
      d> GET
      d> MULTI
      d> EXEC
      d> QUIT x
      d> HELLO 3
      d> AUTH wrong
      d> AUTH default wrong
      d> AUTH nobody secret
      d> GET k
      d> AUTH secret
      d> GET k
      d> AUTH wrong
      d> GET k
      e> AUTH default secret
      e> PING
      e> RESET
      e> PING
      e> AUTH secret
      f> RESET
      f> QUIT
      CONFIG GET requirepass
      CONFIG SET requirepass ""
      g> PING
    `,
    "CLIENT names and ids": String.raw`
      @kind CLIENT ID
      CLIENT GETNAME
      CLIENT SETNAME myname
      CLIENT GETNAME
      CLIENT SETNAME "with space"
      CLIENT SETNAME "new\nline"
      CLIENT SETNAME "\xff"
      CLIENT SETNAME ""
      CLIENT GETNAME
      CLIENT SETNAME
      CLIENT GETNAME x
      CLIENT ID x
      CLIENT GETREDIR
      CLIENT TRACKINGINFO
      CLIENT NO-EVICT ON
      CLIENT NO-EVICT OFF
      CLIENT NO-EVICT BAD
      CLIENT NO-EVICT
      @kind CLIENT HELP
    `,
    "CLIENT LIST and INFO": `
      CLIENT SETNAME first
      @fields CLIENT INFO
      @save:me @kind CLIENT ID
      @fields CLIENT LIST ID $me
      b> SELECT 3
      b> @save:b @kind CLIENT ID
      b> CLIENT SETNAME second
      @fields CLIENT LIST ID $b
      @fields CLIENT LIST ID $me $b
      @fields CLIENT LIST
      @fields CLIENT LIST TYPE normal
      @fields CLIENT LIST TYPE pubsub
      CLIENT LIST TYPE master
      CLIENT LIST TYPE replica
      CLIENT LIST TYPE bad
      CLIENT LIST TYPE
      CLIENT LIST ID
      CLIENT LIST ID abc
      CLIENT LIST ID 999999999
      CLIENT LIST BAD
      b> MULTI
      b> SET a 1
      @fields CLIENT LIST ID $b
      b> EXEC
      b> WATCH a
      @fields CLIENT LIST ID $b
      SET a 2
      @fields CLIENT LIST ID $b
      b> UNWATCH
      c> @save:c @kind CLIENT ID
      c> SUBSCRIBE x y
      c> PSUBSCRIBE p*
      @fields CLIENT LIST ID $c
      @fields CLIENT LIST TYPE pubsub
      b& BLPOP none 0
      @fields CLIENT LIST ID $b
      CLIENT UNBLOCK $b
      b<
      d> @save:d @kind CLIENT ID
      d> CONFIG GET nothing
      @fields CLIENT LIST ID $d
      d> HELLO 3 x
      @fields CLIENT LIST ID $d
    `,
    "CLIENT KILL": `
      @save:me @kind CLIENT ID
      b> @save:b @kind CLIENT ID
      CLIENT KILL ID $b
      b<
      CLIENT KILL ID $b
      CLIENT KILL ID abc
      CLIENT KILL ID
      CLIENT KILL ID 0
      CLIENT KILL 1.2.3.4:5
      CLIENT KILL ADDR 1.2.3.4:5
      CLIENT KILL LADDR 1.2.3.4:5
      CLIENT KILL TYPE bad
      CLIENT KILL TYPE pubsub
      CLIENT KILL USER nobody
      CLIENT KILL SKIPME maybe
      CLIENT KILL BAD x
      CLIENT KILL
      c> SUBSCRIBE x
      CLIENT KILL TYPE pubsub
      c<
      d> PING
      d> @save:d @kind CLIENT ID
      CLIENT KILL ID $d TYPE pubsub
      d> PING
      CLIENT KILL ID $d TYPE normal SKIPME yes
      d<
      CLIENT KILL ID $me SKIPME yes
      CLIENT KILL ID $me SKIPME no
    `,
    "CLIENT REPLY": `
      CLIENT REPLY ON
      CLIENT REPLY BAD
      CLIENT REPLY
      - CLIENT REPLY OFF
      - SET a 1
      - GET a
      CLIENT REPLY ON
      GET a
      - CLIENT REPLY SKIP
      - SET a 2
      GET a
      - CLIENT REPLY SKIP
      - NOSUCH
      PING
      - CLIENT REPLY OFF
      - CLIENT REPLY SKIP
      - PING
      CLIENT REPLY ON
      - CLIENT REPLY SKIP
      - MULTI
      SET a 3
      EXEC
    `,
    "CLIENT PAUSE": `
      CLIENT PAUSE
      CLIENT PAUSE abc
      CLIENT PAUSE -1
      CLIENT PAUSE 10 BAD
      CLIENT PAUSE 100000 WRITE
      GET k
      b& SET k v
      GET k
      CLIENT UNPAUSE
      b<
      GET k
      CLIENT PAUSE 20
      GET k
      CLIENT PAUSE 100000 WRITE
      b& PUBLISH a b
      c& EVAL "return redis.call('SET', 'k', 'w')" 0
      d> MULTI
      d> GET k
      d> EXEC
      d> MULTI
      d& SET k x
      d- EXEC
      CLIENT UNPAUSE
      b<
      c<
      d<
      CLIENT UNPAUSE x
    `,
    "CLIENT TRACKING": `
      CLIENT TRACKING BAD
      CLIENT TRACKING
      CLIENT TRACKING ON REDIRECT 99999
      CLIENT TRACKING ON PREFIX a
      CLIENT TRACKING ON OPTIN OPTOUT
      CLIENT TRACKING ON BAD
      CLIENT TRACKING OFF
      CLIENT CACHING YES
      CLIENT CACHING BAD
      CLIENT TRACKINGINFO
      CLIENT GETREDIR
    `,
    RESET: `
      CLIENT SETNAME x
      SELECT 3
      MULTI
      RESET
      CLIENT GETNAME
      @fields CLIENT INFO
      EXEC
      WATCH k
      RESET
      b> SET k v
      MULTI
      PING
      EXEC
      RESET x
      c> SUBSCRIBE a
      c> PSUBSCRIBE b*
      c> RESET
      c> GET k
      PUBSUB NUMPAT
    `,
    "protocol: inline commands": String.raw`
      ~ "PING\r\n"
      ~ "PING\n"
      ~ "SET k \"a b\"\r\nGET k\r\n"
      ~ "SET k 'a\\'b'\r\nGET k\r\n"
      ~ "SET k \"\\x41\\n\"\r\nGET k\r\n"
      ~ "\r\n"
      ~ "   \r\n"
      ~ "  GET   k  \r\n"
      ~ "ECHO \"\"\r\n"
      ~ "*0\r\n"
      ~ "*-1\r\n"
      ~ "*1\r\n$4\r\nPING\r\n"
      ~ "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n"
      b~ "SET k \"unbalanced\r\n"
      c~ "ECHO \"a\"b\r\n"
      d~ "\x01\xff\r\n"
    `,
    "protocol: errors": String.raw`
      a~ "*1\r\nPING\r\n"
      b~ "*abc\r\n"
      c~ "*1\r\n$abc\r\nPING\r\n"
      d~ "*1\r\n$-1\r\n"
      e~ "*1\r\n$536870913\r\n"
      f~ "*1048577\r\n"
      g~ "*1\r\n:4\r\nPING\r\n"
      h~ "*2147483648\r\n"
      i~ "*1\r\n$99999999999999999999\r\n"
      j~ "*01\r\n$4\r\nPING\r\n"
      k~ "*1\r\n$04\r\nPING\r\n"
      l~ "*1\r\n$4 \r\nPING\r\n"
      m~ "*1\r\n$+4\r\nPING\r\n"
      n~ "PING\r\n*bad\r\n"
    `,
    "pipelining mixes with everything": `
      SET a 1
      NOSUCH
      GET a
      MULTI
      GET a
      BAD
      EXEC
      GET a
    `,
  },
};
