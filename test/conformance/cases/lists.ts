/** Cases of the list commands that do not wait. */
import { type Family, range } from "../notation.js";

export const lists: Family = {
  name: "lists",
  cases: {
    "push and pop": String.raw`
      RPUSH mylist A
      RPUSH mylist B
      LPUSH mylist first
      LRANGE mylist 0 -1
      RPUSH mylist c d e
      LPUSH mylist x y z
      LRANGE mylist 0 -1
      LPOP mylist
      RPOP mylist
      LLEN mylist
      LPOP mylist 2
      RPOP mylist 2
      LPOP mylist 0
      LPOP mylist -1
      LPOP mylist abc
      LPOP mylist 1.5
      LPOP mylist 1 2
      RPOP mylist 0
      RPOP mylist -1
      RPOP mylist 9223372036854775808
      LPOP mylist 100
      EXISTS mylist
      LPOP mylist
      RPOP mylist
      LPOP mylist 2
      RPOP mylist 2
      LPOP missing 0
      LLEN mylist
      RPUSH mylist
      LPUSH
      LPOP
      LLEN
      RPUSH k "" "\x00\r\n" "\xff" 12 -1
      LRANGE k 0 -1
      LPUSHX missing a
      RPUSHX missing a
      EXISTS missing
      LPUSHX k a b
      RPUSHX k c d
      LRANGE k 0 -1
      LPUSHX k
      RPUSHX k
      SET s x
      RPUSH s a
      LPUSH s a
      LPUSHX s a
      RPUSHX s a
      LPOP s
      RPOP s
      LPOP s 2
      LPOP s 0
      LLEN s
      LRANGE s 0 -1
      LRANGE s a b
    `,
    "LRANGE, LINDEX, LTRIM": `
      RPUSH l a b c d e
      LRANGE l 0 -1
      LRANGE l 1 3
      LRANGE l -3 -2
      LRANGE l 3 1
      LRANGE l 5 10
      LRANGE l -100 100
      LRANGE l -100 -50
      LRANGE l 0 0
      LRANGE l 9223372036854775807 9223372036854775807
      LRANGE l -9223372036854775808 9223372036854775807
      LRANGE l a 1
      LRANGE l 0 b
      LRANGE l 0
      LRANGE missing 0 -1
      LINDEX l 0
      LINDEX l -1
      LINDEX l 4
      LINDEX l 5
      LINDEX l -5
      LINDEX l -6
      LINDEX l a
      LINDEX l
      LINDEX missing 0
      LINDEX missing a
      LTRIM l 1 3
      LRANGE l 0 -1
      LTRIM l 0 -1
      LRANGE l 0 -1
      LTRIM l -2 -1
      LRANGE l 0 -1
      LTRIM l 5 10
      EXISTS l
      LTRIM missing 0 1
      RPUSH l a b c
      LTRIM l 2 1
      EXISTS l
      RPUSH l a b c
      LTRIM l -100 0
      LRANGE l 0 -1
      LTRIM l a 1
      LTRIM l 0 b
      LTRIM l 0
      SET s x
      LINDEX s 0
      LINDEX s a
      LTRIM s 0 1
      LTRIM s a b
    `,
    "LSET, LINSERT, LREM": `
      RPUSH l a b c b a
      LSET l 0 x
      LSET l -1 y
      LSET l 5 z
      LSET l -6 z
      LSET l abc z
      LSET l 1
      LSET missing 0 x
      LSET missing abc x
      LRANGE l 0 -1
      LINSERT l BEFORE b new
      LINSERT l AFTER c new2
      LINSERT l before x head
      LINSERT l AFTER y tail
      LINSERT l AFTER nothere z
      LINSERT l MIDDLE b z
      LINSERT missing BEFORE a b
      LINSERT missing MIDDLE a b
      LINSERT l BEFORE b
      LRANGE l 0 -1
      DEL l
      RPUSH l a b a c a d a
      LREM l 2 a
      LRANGE l 0 -1
      LREM l -1 a
      LRANGE l 0 -1
      LREM l 0 a
      LREM l 0 a
      LRANGE l 0 -1
      LREM l abc b
      LREM l 0
      LREM missing 0 a
      LREM l -100 b
      LREM l 100 c
      LREM l 0 d
      EXISTS l
      RPUSH n 1 2 01 1
      LREM n 0 1
      LRANGE n 0 -1
      SET s x
      LSET s 0 x
      LSET s a x
      LINSERT s BEFORE a b
      LINSERT s BAD a b
      LREM s 0 a
      LREM s a a
    `,
    LPOS: `
      RPUSH l a b c 1 2 3 c c
      LPOS l c
      LPOS l d
      LPOS l c RANK 1
      LPOS l c RANK 2
      LPOS l c RANK 4
      LPOS l c RANK -1
      LPOS l c RANK -3
      LPOS l c COUNT 2
      LPOS l c COUNT 0
      LPOS l c COUNT 0 RANK -1
      LPOS l c RANK -2 COUNT 2
      LPOS l d COUNT 1
      LPOS l c COUNT 0 MAXLEN 3
      LPOS l c MAXLEN 2
      LPOS l c MAXLEN 3
      LPOS l c RANK -1 MAXLEN 1
      LPOS l a RANK -1 MAXLEN 7
      LPOS l a RANK -1 MAXLEN 8
      LPOS l c MAXLEN 0 COUNT 0
      LPOS l c RANK 0
      LPOS l c RANK abc
      LPOS l c COUNT -1
      LPOS l c COUNT abc
      LPOS l c MAXLEN -1
      LPOS l c MAXLEN abc
      LPOS l c BAD 1
      LPOS l c RANK
      LPOS l c COUNT 1 BAD
      LPOS l
      LPOS missing a
      LPOS missing a COUNT 1
      LPOS missing a RANK 0
      lpos l 2 rank 1 count 1 maxlen 10
      SET s x
      LPOS s a
      LPOS s a RANK 0
    `,
    "RPOPLPUSH and LMOVE": `
      RPUSH l a b c d
      RPOPLPUSH l other
      LRANGE l 0 -1
      LRANGE other 0 -1
      RPOPLPUSH l l
      LRANGE l 0 -1
      RPOPLPUSH missing other
      RPOPLPUSH l
      LMOVE l other LEFT RIGHT
      LMOVE l other RIGHT LEFT
      LMOVE l other left left
      LMOVE l other RIGHT RIGHT
      EXISTS l
      LRANGE other 0 -1
      LMOVE other other LEFT RIGHT
      LRANGE other 0 -1
      LMOVE other other RIGHT RIGHT
      LRANGE other 0 -1
      LMOVE other x UP LEFT
      LMOVE other x LEFT DOWN
      LMOVE other x LEFT
      LMOVE missing x LEFT LEFT
      LMOVE missing x UP LEFT
      EXISTS x
      SET s v
      LMOVE other s LEFT LEFT
      LMOVE s other LEFT LEFT
      LMOVE missing s LEFT LEFT
      RPOPLPUSH other s
      RPOPLPUSH s other
      RPOPLPUSH missing s
      LLEN other
      EXPIRE other 100
      LMOVE other new LEFT LEFT
      TTL new
      @round:10 TTL other
    `,
    LMPOP: `
      RPUSH a 1 2 3
      RPUSH b 4 5 6
      LMPOP 1 a LEFT
      LMPOP 2 missing a RIGHT
      LMPOP 2 a b LEFT COUNT 10
      EXISTS a
      LMPOP 2 a b RIGHT COUNT 2
      LMPOP 1 missing LEFT
      LMPOP 1 missing LEFT COUNT 1
      LMPOP 0 a LEFT
      LMPOP -1 a LEFT
      LMPOP abc a LEFT
      LMPOP 2 a LEFT
      LMPOP 1 a b LEFT
      LMPOP 1 b UP
      LMPOP 1 b LEFT COUNT 0
      LMPOP 1 b LEFT COUNT -1
      LMPOP 1 b LEFT COUNT abc
      LMPOP 1 b LEFT COUNT
      LMPOP 1 b LEFT BAD 1
      LMPOP 1 b LEFT COUNT 1 COUNT 1
      LMPOP 1 b
      LMPOP
      lmpop 1 b left count 1
      EXISTS b
      SET s x
      LMPOP 1 s LEFT
      RPUSH b z
      LMPOP 2 s b LEFT
      LMPOP 2 b s LEFT
    `,
    "encodings of lists": `
      RPUSH l a b c
      OBJECT ENCODING l
      RPUSH l ${"x".repeat(9000)}
      OBJECT ENCODING l
      RPUSH many ${range(1, 600)}
      OBJECT ENCODING many
      LLEN many
      LRANGE many 290 310
      LINDEX many 599
      LINDEX many -600
      LTRIM many 250 349
      LLEN many
      LREM many 0 300
      LPOS many 301
      LINSERT many BEFORE 301 300
      LRANGE many 45 55
    `,
  },
};
