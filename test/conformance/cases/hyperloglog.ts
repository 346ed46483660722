/** Cases of the HyperLogLog commands; what GET returns is compared byte by byte. */
import { type Family, range } from "../notation.js";

/** Bytes as they stand in double quotes. */
function quoted(...bytes: number[]): string {
  return `"${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("")}"`;
}

/** A sparse HyperLogLog with these registers, whose estimate is not known. */
function sparse(...registers: number[]): string {
  const header = [0x48, 0x59, 0x4c, 0x4c, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80];
  return quoted(...header, ...registers);
}

export const hyperLogLog: Family = {
  name: "hyperloglog",
  cases: {
    PFADD: `
      PFADD h a b c d e f g
      GET h
      PFADD h a
      GET h
      PFADD h x
      GET h
      PFADD empty
      GET empty
      PFADD empty
      PFCOUNT empty
      GET empty
      PFADD "" ""
      GET ""
      PFADD lengths a ab abc abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghijklmnop abcdefghijklmnopqrstuvw
      GET lengths
      PFADD bytes "\\x00" "\\xff" "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff" "\\x80\\x00\\x80\\x00\\x80\\x00\\x80\\x00\\x80"
      GET bytes
      OBJECT ENCODING h
      STRLEN h
      TYPE h
      APPEND h x
      PFADD h new
      PFCOUNT h
      SET s x
      PFADD s a
      SET n 1234567890123456
      PFADD n a
      LPUSH l x
      PFADD l a
      PFADD
    `,
    "PFADD of many": `
      PFADD h ${range(1, 300, "e")}
      PFDEBUG ENCODING h
      GET h
      PFCOUNT h
      GET h
      PFADD h ${range(200, 700, "e")}
      GET h
      PFCOUNT h
      PFADD h ${range(700, 1500, "e")}
      GET h
      PFDEBUG ENCODING h
      PFCOUNT h
      PFADD h ${range(1500, 3000, "e")}
      PFDEBUG ENCODING h
      GET h
      PFCOUNT h
      GET h
      PFADD h e1
      PFADD h ${range(3000, 6000)}
      GET h
      PFCOUNT h
      STRLEN h
      PFCOUNT h
    `,
    "hll-sparse-max-bytes": `
      CONFIG SET hll-sparse-max-bytes 30
      PFADD h a
      PFDEBUG ENCODING h
      PFADD h b c d
      PFDEBUG ENCODING h
      PFADD h e f g h
      PFDEBUG ENCODING h
      GET h
      PFCOUNT h
      CONFIG SET hll-sparse-max-bytes 0
      PFADD none
      PFDEBUG ENCODING none
      PFADD none a
      PFDEBUG ENCODING none
      CONFIG SET hll-sparse-max-bytes 16000
      PFADD large ${range(1, 5000)}
      PFDEBUG ENCODING large
      STRLEN large
      GET large
      PFCOUNT large
    `,
    PFCOUNT: `
      PFCOUNT missing
      PFCOUNT missing other
      PFADD a foo bar zap
      PFADD b 1 2 3 foo
      PFCOUNT a
      PFCOUNT b
      PFCOUNT a b
      PFCOUNT a a missing
      GET a
      PFADD a foo
      GET a
      PFADD a new
      GET a
      PFCOUNT a
      SETRANGE a 8 "\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x00"
      PFCOUNT a
      SETRANGE a 8 "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x7f"
      PFCOUNT a
      SETRANGE a 8 "\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff"
      PFCOUNT a
      GET a
      PFADD d ${range(1, 4000)}
      PFCOUNT d
      PFCOUNT a d
      PFCOUNT b d missing
      SET s x
      PFCOUNT s
      PFCOUNT a s
      PFCOUNT s a
      LPUSH l x
      PFCOUNT l
      PFCOUNT a l
      PFCOUNT
    `,
    PFMERGE: `
      PFADD a 1 2 3
      PFADD b 3 4 5
      PFMERGE d a b
      GET d
      PFCOUNT d
      PFMERGE d
      GET d
      PFMERGE new
      GET new
      PFCOUNT new
      PFMERGE other missing nothing
      GET other
      PFMERGE a b
      GET a
      PFADD dense ${range(1, 4000)}
      PFMERGE d dense
      PFDEBUG ENCODING d
      GET d
      PFCOUNT d
      PFMERGE into a dense b
      GET into
      PFADD p ${range(1, 900, "p")}
      PFADD q ${range(1, 900, "q")}
      PFMERGE pq p q
      GET pq
      PFCOUNT pq p q
      CONFIG SET hll-sparse-max-bytes 100
      PFMERGE small p q
      PFDEBUG ENCODING small
      GET small
      EXPIRE a 1000
      PFMERGE a b
      @round:10 TTL a
      SET s x
      PFMERGE s a
      PFMERGE a s
      PFMERGE fresh a s
      EXISTS fresh
      LPUSH l x
      PFMERGE l a
      PFMERGE a l
      PFMERGE
    `,
    PFDEBUG: `
      PFADD h a b c
      PFDEBUG DECODE h
      PFDEBUG ENCODING h
      PFDEBUG encoding h
      PFDEBUG GETREG h
      PFDEBUG ENCODING h
      PFDEBUG DECODE h
      GET h
      PFDEBUG TODENSE h
      PFADD t a b c
      PFDEBUG TODENSE t
      PFDEBUG TODENSE t
      GET t
      PFADD t a
      PFADD t new
      GET t
      PFCOUNT t
      PFADD many ${range(1, 400)}
      PFDEBUG DECODE many
      PFDEBUG BAD h
      PFDEBUG BAD missing
      PFDEBUG GETREG missing
      PFDEBUG GETREG h x
      PFDEBUG GETREG
      SET s x
      PFDEBUG GETREG s
      LPUSH l x
      PFDEBUG GETREG l
      @kind PFSELFTEST
      PFSELFTEST x
    `,
    "strings that are HyperLogLogs": `
      SET h ${sparse(0x7f, 0xff)}
      OBJECT ENCODING h
      PFCOUNT h
      OBJECT ENCODING h
      GET h
      SET h ${sparse(0x7f, 0xff)}
      PFADD h
      OBJECT ENCODING h
      GET h
      PFADD h a
      GET h
      # runs of one register, of several, of the greatest value
      SET h ${sparse(0x80, 0x83, 0xff, 0x00, 0x3f, 0x40, 0x00, 0x7f, 0xb4)}
      PFDEBUG DECODE h
      PFCOUNT h
      GET h
      PFADD h ${range(1, 50)}
      GET h
      PFDEBUG DECODE h
      PFMERGE d h
      GET d
      PFDEBUG GETREG h
      # too short, other magic, other encoding
      SET h HYLL
      PFADD h a
      SET h "HYLL\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
      PFCOUNT h
      SET h ${sparse()}
      PFADD h
      PFADD h a
      PFCOUNT h
      SET h "HYLM\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x7f\\xff"
      PFADD h a
      SET h "HYLL\\x02\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x7f\\xff"
      PFADD h a
      PFCOUNT h
      SET h "HYLL\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x7f\\xff"
      PFADD h a
      # a dense one with registers that no hash fills
      SET h "HYLL\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x80"
      SETRANGE h 12303 "\\x00"
      PFCOUNT h
      PFADD h a
      PFCOUNT h
      SETRANGE h 16 "\\xff\\xff\\xff\\xff\\xff\\xff"
      PFADD h b
      PFCOUNT h
      GET h
      SETRANGE h 12304 x
      PFCOUNT h
    `,
    "corrupted HyperLogLogs": `
      # too few registers
      SET h ${sparse(0x7f, 0xfe)}
      PFCOUNT h
      PFCOUNT h missing
      PFMERGE d h
      EXISTS d
      PFADD h a b c d e f
      PFDEBUG GETREG h
      PFDEBUG TODENSE h
      PFDEBUG DECODE h
      # too many
      SET h ${sparse(0x7f, 0xff, 0x00)}
      PFCOUNT h
      PFCOUNT h missing
      PFMERGE d h
      PFADD h a b c d e f
      GET h
      # too many, the last ones with values
      SET h ${sparse(0x7f, 0xff, 0x84)}
      PFCOUNT h
      PFCOUNT h missing
      PFMERGE d h
      GET d
      PFDEBUG TODENSE h
      # values over the end
      SET h ${sparse(0x7f, 0xfd, 0x83)}
      PFCOUNT h missing
      PFDEBUG TODENSE h
      # ends in the middle of a run
      SET h ${sparse(0x7f)}
      PFCOUNT h
      PFDEBUG DECODE h
      PFMERGE d h
      # what was added before the damage was found stays
      SET h ${sparse(0x5f, 0xff)}
      PFADD h ${range(1, 20)}
      GET h
    `,
    "HyperLogLogs as strings": `
      PFADD h a b c
      COPY h copy
      GET copy
      OBJECT ENCODING copy
      PFADD copy d
      GET copy
      GET h
      @save:x DUMP h
      RESTORE r 0 $x
      GET r
      PFADD r d
      PFCOUNT r
      SETBIT h 127 0
      PFCOUNT h
      BITCOUNT h
      RENAME h n
      PFCOUNT n
      EVAL "return redis.call('PFADD', KEYS[1], 'z', 'y')" 1 n
      EVAL "return redis.call('PFCOUNT', KEYS[1])" 1 n
      GETRANGE n 0 3
    `,
    "events and watched keys of HyperLogLogs": `
      CONFIG SET notify-keyspace-events KEAn
      m> PSUBSCRIBE __key*
      PFADD h a
      PFADD h a
      PFADD h b
      PFCOUNT h
      PFMERGE d h
      PFMERGE d h
      PFDEBUG TODENSE d
      m<
      CONFIG SET notify-keyspace-events KEAm
      PFCOUNT missing h other
      PFMERGE d missing
      PFADD fresh a
      m<
      WATCH h
      PFADD h c
      MULTI
      PING
      EXEC
      PFADD h d
      WATCH h
      PFCOUNT h
      MULTI
      PING
      EXEC
      WATCH h
      PFCOUNT h
      MULTI
      PING
      EXEC
      MULTI
      PFADD h e
      PFCOUNT h
      PFMERGE d h
      PFCOUNT s
      EXEC
      COMMAND GETKEYS PFMERGE d a b
      COMMAND GETKEYS PFCOUNT a b
      COMMAND GETKEYS PFDEBUG GETREG k
    `,
  },
};
