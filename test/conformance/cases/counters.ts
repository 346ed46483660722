/** Cases of strings that hold numbers. */
import type { Family } from "../notation.js";

export const counters: Family = {
  name: "counters",
  cases: {
    "INCR, DECR, INCRBY, DECRBY": `
      SET counter 101
      INCR counter
      INCRBY counter 50
      DECR counter
      DECRBY counter 10
      INCR fresh
      DECR fresher
      INCRBY other -5
      DECRBY another -5
      GET another
      SET k 9223372036854775806
      INCR k
      INCR k
      INCRBY k 1
      GET k
      DECRBY k -1
      SET k -9223372036854775807
      DECR k
      DECR k
      DECRBY k 1
      INCRBY k -1
      INCRBY k 9223372036854775807
      INCRBY k 9223372036854775807
      INCRBY k 9223372036854775808
      DECRBY k -9223372036854775808
      DECRBY k 9223372036854775807
      GET k
      SET k 9007199254740993
      INCR k
      INCRBY k 9007199254740993
      DECRBY k 1
      GET k
      SET k 0
      INCRBY k 9223372036854775807
      SET k abc
      INCR k
      SET k ""
      INCR k
      SET k " 1"
      INCR k
      SET k "1 "
      DECR k
      SET k 01
      INCR k
      SET k +1
      INCR k
      SET k -0
      INCR k
      SET k 1.0
      INCR k
      SET k 0x10
      INCR k
      SET k 9223372036854775808
      INCR k
      SET k 5
      INCRBY k abc
      INCRBY k 1.5
      INCRBY k ""
      INCRBY k +1
      INCRBY k 01
      INCRBY k " 1"
      INCRBY k -0
      DECRBY k abc
      INCRBY k
      DECRBY k
      INCR
      DECR k 1
      GET k
      SET k 1 EX 100
      INCR k
      @round:10 TTL k
      LPUSH l x
      INCR l
      DECR l
      INCRBY l 1
      DECRBY l 1
      INCRBY l abc
      OBJECT ENCODING k
    `,
    INCRBYFLOAT: `
      INCRBYFLOAT f 10.5
      INCRBYFLOAT f 0.1
      INCRBYFLOAT f -5
      INCRBYFLOAT f 5.0e3
      INCRBYFLOAT f 1e-5
      GET f
      SET f 3.0
      INCRBYFLOAT f 1
      SET f 10.50
      INCRBYFLOAT f 0.1
      SET f 5.0e3
      INCRBYFLOAT f 2.0e2
      SET f 0
      INCRBYFLOAT f 0.1
      INCRBYFLOAT f 0.2
      SET f 1
      INCRBYFLOAT f -1
      INCRBYFLOAT f -0.0
      SET f -0
      INCRBYFLOAT f 0
      SET f 1e15
      INCRBYFLOAT f 1
      SET f 123456789012
      INCRBYFLOAT f 0.25
      SET f 1e17
      INCRBYFLOAT f 1e17
      INCRBYFLOAT f 0.00000000000000001
      SET f 0x10
      INCRBYFLOAT f 1
      SET f 0.000001
      INCRBYFLOAT f 0.000001
      SET f 3
      INCRBYFLOAT f inf
      INCRBYFLOAT f -inf
      INCRBYFLOAT f nan
      INCRBYFLOAT f abc
      INCRBYFLOAT f ""
      INCRBYFLOAT f " 1"
      INCRBYFLOAT f "1 "
      INCRBYFLOAT f 1,5
      INCRBYFLOAT f +1
      INCRBYFLOAT f .5
      INCRBYFLOAT f 5.
      INCRBYFLOAT f
      SET f abc
      INCRBYFLOAT f 1
      SET f ""
      INCRBYFLOAT f 1
      SET f inf
      INCRBYFLOAT f 1
      LPUSH l x
      INCRBYFLOAT l 1
      SET f 1 EX 100
      INCRBYFLOAT f 1.5
      @round:10 TTL f
      OBJECT ENCODING f
      SET f 1.5
      INCRBYFLOAT f 1.5
      OBJECT ENCODING f
      INCRBYFLOAT g 1
      OBJECT ENCODING g
      COPY g copied
      OBJECT ENCODING copied
      SETBIT g 0 0
      OBJECT ENCODING g
    `,
  },
};
