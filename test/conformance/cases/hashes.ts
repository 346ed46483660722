/** Cases of the hash commands. */
import { type Family, range } from "../notation.js";

export const hashes: Family = {
  name: "hashes",
  cases: {
    "HSET, HGET and the rest": String.raw`
      HMSET user:1000 username antirez birthyear 1977 verified 1
      HGET user:1000 username
      HINCRBY user:1000 birthyear 10
      HGETALL user:1000
      HSET user:1000 username bob fresh 1
      HSET user:1000 a 1 b 2 a 3
      HGETALL user:1000
      HSETNX user:1000 username eve
      HSETNX user:1000 new x
      HSETNX fresh f v
      HMGET user:1000 username missing new username
      HMGET missing a b
      HGET missing a
      HGET user:1000 missing
      HEXISTS user:1000 username
      HEXISTS user:1000 missing
      HEXISTS missing f
      HLEN user:1000
      HLEN missing
      HSTRLEN user:1000 username
      HSTRLEN user:1000 missing
      HSTRLEN missing f
      HKEYS user:1000
      HVALS user:1000
      HKEYS missing
      HVALS missing
      HGETALL missing
      HDEL user:1000 username missing
      HDEL user:1000 a a
      HDEL missing f
      HDEL fresh f
      EXISTS fresh
      HSET bin "\x00" "\r\n" "" "" "\xff" "\x80 😀"
      HGETALL bin
      HGET bin ""
      HSTRLEN bin "\xff"
      HSET h f
      HSET h f v g
      HSET h
      HMSET h f
      HMSET h f v g
      HMSET h
      HGET h
      HGET h a b
      HSETNX h f
      HMGET h
      HDEL h
      HLEN
      HEXISTS h
      HSTRLEN h
      HKEYS
      HVALS
      HGETALL
      EXISTS h
    `,
    "wrong type": `
      SET s x
      HSET s f v
      HMSET s f v
      HSETNX s f v
      HGET s f
      HMGET s f
      HGETALL s
      HKEYS s
      HVALS s
      HLEN s
      HEXISTS s f
      HSTRLEN s f
      HDEL s f
      HINCRBY s f 1
      HINCRBY s f x
      HINCRBYFLOAT s f 1
      HINCRBYFLOAT s f x
      HRANDFIELD s
      HRANDFIELD s 2
      HRANDFIELD s x
      HSCAN s 0
      HSCAN s x
      GET s
    `,
    "HINCRBY and HINCRBYFLOAT": `
      HINCRBY h n 5
      HINCRBY h n -7
      HINCRBY h n abc
      HINCRBY h n 1.5
      HINCRBY h n 9223372036854775807
      HINCRBY h n 9223372036854775807
      HGET h n
      HINCRBY h n -9223372036854775808
      HINCRBY h n -9223372036854775808
      HINCRBY h n 9223372036854775808
      HSET h text abc spaced " 1" zero 01 big 9223372036854775808 empty ""
      HINCRBY h text 1
      HINCRBY h spaced 1
      HINCRBY h zero 1
      HINCRBY h big 1
      HINCRBY h empty 1
      HINCRBY h n
      HINCRBYFLOAT f x 10.5
      HINCRBYFLOAT f x 0.1
      HINCRBYFLOAT f x -5
      HINCRBYFLOAT f x 5.0e3
      HINCRBYFLOAT f y 0
      HINCRBYFLOAT f y -0.0
      HINCRBYFLOAT f x abc
      HINCRBYFLOAT f x inf
      HINCRBYFLOAT f x -inf
      HINCRBYFLOAT f x nan
      HINCRBYFLOAT f x ""
      HINCRBYFLOAT f x " 1"
      HINCRBYFLOAT f x
      HSET f text abc inf inf spaced "1 " exp 1e3 hex 0x10
      HINCRBYFLOAT f text 1
      HINCRBYFLOAT f inf 1
      HINCRBYFLOAT f spaced 1
      HINCRBYFLOAT f exp 1
      HINCRBYFLOAT f hex 1
      HSET f a 0.1
      HINCRBYFLOAT f a 0.2
      HINCRBYFLOAT f b 1e17
      HINCRBYFLOAT f c 1.23456789012345678
      HGETALL f
    `,
    HRANDFIELD: `
      HRANDFIELD missing
      HRANDFIELD missing 5
      HRANDFIELD missing -5
      HRANDFIELD missing 5 WITHVALUES
      HSET h a 1 b 2 c 3
      @of:a,b,c HRANDFIELD h
      @sorted HRANDFIELD h 3
      @sorted HRANDFIELD h 10
      @pairs HRANDFIELD h 10 WITHVALUES
      @of:a,b,c HRANDFIELD h 2
      @of:a,b,c HRANDFIELD h -5
      @of:a,b,c,1,2,3 HRANDFIELD h -3 WITHVALUES
      @of:a,b,c,1,2,3 HRANDFIELD h 2 WITHVALUES
      HRANDFIELD h 0
      HRANDFIELD h 0 WITHVALUES
      HRANDFIELD h -0
      HRANDFIELD h abc
      HRANDFIELD h 1.5
      HRANDFIELD h 9223372036854775808
      HRANDFIELD h -9223372036854775808
      HRANDFIELD h -4611686018427387905 WITHVALUES
      HRANDFIELD h 2 BAD
      HRANDFIELD h WITHVALUES
      HRANDFIELD h 2 WITHVALUES x
      HRANDFIELD
      DEL h
      HSET h a 1
      HRANDFIELD h
      HRANDFIELD h -3
      HRANDFIELD h -2 WITHVALUES
      HRANDFIELD h 1 withvalues
      HSET big ${range(1, 300, "f").replaceAll(/(f\d+)/g, "$1 v")}
      @count HRANDFIELD big 10
      @count HRANDFIELD big 200
      @sorted HRANDFIELD big 300
      @count HRANDFIELD big -500
      @count HRANDFIELD big 120 WITHVALUES
    `,
    HSCAN: `
      HSET h a 1 b 2 c 3 aa 4
      HSCAN h 0
      HSCAN h 0 MATCH a*
      HSCAN h 0 COUNT 1
      HSCAN h 5
      HSCAN h 0 NOVALUES
      HSCAN h 0 TYPE hash
      HSCAN h 0 COUNT 0
      HSCAN h 0 COUNT x
      HSCAN h x
      HSCAN h
      HSCAN missing 0
      HSCAN missing x
      HSCAN missing 0 BAD
      HSET big ${range(1, 300, "f").replaceAll(/(f\d+)/g, "$1 v")}
      scan HSCAN big
      scan HSCAN big COUNT 7 MATCH f?1
      scan HSCAN big COUNT 1000
    `,
    "encodings of hashes": `
      HSET h f ${"x".repeat(64)}
      OBJECT ENCODING h
      HSET h f ${"x".repeat(65)}
      OBJECT ENCODING h
      HSET h f short
      OBJECT ENCODING h
      HSET longname ${"n".repeat(65)} v
      OBJECT ENCODING longname
      HSET many ${range(1, 512, "f").replaceAll(/(f\d+)/g, "$1 v")}
      OBJECT ENCODING many
      HSET many f513 v
      OBJECT ENCODING many
      HDEL many ${range(2, 513, "f")}
      OBJECT ENCODING many
      HGETALL many
      CONFIG SET hash-max-listpack-entries 2 hash-max-listpack-value 5
      HSET small a 1 b 2
      OBJECT ENCODING small
      HINCRBY small c 1
      OBJECT ENCODING small
      HSETNX small2 f 123456
      OBJECT ENCODING small2
      HINCRBYFLOAT small3 f 1.23456
      OBJECT ENCODING small3
      HINCRBY small4 f 1234567
      OBJECT ENCODING small4
    `,
  },
};
