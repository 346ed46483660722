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
