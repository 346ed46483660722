/** Cases of the sorted set commands: members, scores, ranks, pops. */
import { type Family, range } from "../notation.js";

export const sortedSets: Family = {
  name: "sorted sets",
  cases: {
    "ZADD and ZSCORE": String.raw`
      ZADD hackers 1940 "Alan Kay" 1957 "Sophie Wilson" 1953 "Richard Stallman" 1949 "Anita Borg"
      ZADD hackers 1965 "Yukihiro Matsumoto" 1914 "Hedy Lamarr" 1916 "Claude Shannon" 1969 "Linus Torvalds" 1912 "Alan Turing"
      ZRANGE hackers 0 -1
      ZREVRANGE hackers 0 -1
      ZRANGE hackers 0 -1 WITHSCORES
      ZRANGEBYSCORE hackers -inf 1950
      ZADD z 1 a
      ZADD z 1 a
      ZADD z 2 a 3 b 4 b
      ZSCORE z a
      ZSCORE z b
      ZSCORE z missing
      ZSCORE missing a
      ZMSCORE z a missing b
      ZMSCORE missing a b
      ZMSCORE z
      ZCARD z
      ZCARD missing
      ZADD z inf inf -inf minf +inf pinf 1e308 big -1e308 small 0 zero -0 minuszero 1.5 frac 3.0e2 exp 0x1F hex
      ZRANGE z 0 -1 WITHSCORES
      ZADD z INFINITY i
      ZADD z -Infinity j
      ZADD z infi k
      ZADD z nan a
      ZADD z abc a
      ZADD z "" a
      ZADD z " 1" a
      ZADD z "1 " a
      ZADD z 1,5 a
      ZADD z 1e400 over
      ZADD z 1e-400 under
      ZSCORE z over
      ZSCORE z under
      ZADD z 0.1 tenth 0.30000000000000004 sum 1e21 e21 1e20 e20 123456789012345680 large 3.141592653589793 pi 1e-7 tiny 5e-324 denormal
      ZSCORE z tenth
      ZSCORE z sum
      ZSCORE z e21
      ZSCORE z e20
      ZSCORE z large
      ZSCORE z pi
      ZSCORE z tiny
      ZSCORE z denormal
      ZSCORE z minuszero
      ZSCORE z big
      ZADD z 9007199254740993 odd 17179869184.5 half 1.7976931348623157e308 max
      ZMSCORE z odd half max
      ZADD z 1 a 2
      ZADD z 1
      ZADD z
      ZADD z 1 a 2 b abc c
      ZSCORE z a
      ZADD b 1 "" 1 "\x00\r\n" 1 "\xff"
      ZRANGE b 0 -1
      ZSCORE z
      ZCARD
      ZMSCORE
    `,
    "ZADD options": `
      ZADD z NX 1 a
      ZADD z NX 2 a 2 b
      ZADD z XX 5 a 5 c
      ZADD z XX CH 6 a 6 c
      ZADD z CH 7 a 7 d 2 b
      ZRANGE z 0 -1 WITHSCORES
      ZADD z GT 5 a 9 b
      ZADD z GT CH 8 a 9 b 1 new
      ZADD z LT CH 3 a 10 b 1 newer
      ZADD z XX GT 100 a
      ZADD z XX LT 1 a 1 none
      ZADD z GT XX CH 2 a
      ZRANGE z 0 -1 WITHSCORES
      ZADD z NX XX 1 a
      ZADD z NX GT 1 a
      ZADD z NX LT 1 a
      ZADD z GT LT 1 a
      ZADD z INCR 5 a
      ZADD z INCR 5 fresh
      ZADD z NX INCR 5 fresh
      ZADD z XX INCR 5 nothere
      ZADD z GT INCR -5 fresh
      ZADD z LT INCR -5 fresh
      ZADD z INCR CH 1 fresh
      ZADD z INCR 1 a 2 b
      ZADD z INCR abc a
      ZADD z INCR inf i
      ZADD z INCR -inf i
      ZADD z INCR 1
      ZADD z NX
      ZADD z BAD 1 a
      ZADD z ch nx 1 lower
      ZADD missing XX 1 a
      ZADD missing XX INCR 1 a
      EXISTS missing
      SET s x
      ZADD s 1 a
      ZADD s abc a
      ZADD s INCR 1 a
      ZRANGE z 0 -1 WITHSCORES
    `,
    "ZINCRBY and ZREM": `
      ZINCRBY z 5 a
      ZINCRBY z -2.5 a
      ZINCRBY z 0.1 b
      ZINCRBY z 0.2 b
      ZINCRBY z inf i
      ZINCRBY z 1 i
      ZINCRBY z -inf i
      ZINCRBY z abc a
      ZINCRBY z nan a
      ZINCRBY z 1
      ZINCRBY z 1e308 h
      ZINCRBY z 1e308 h
      ZREM z a missing
      ZREM missing a
      ZREM z
      ZREM z b b i h
      EXISTS z
      SET s x
      ZINCRBY s 1 a
      ZINCRBY s abc a
      ZREM s a
      ZCARD s
      ZSCORE s a
      ZMSCORE s a
    `,
    "ZRANK and ZREVRANK": `
      ZADD z 1 a 2 b 2 c 3 d
      ZRANK z a
      ZRANK z c
      ZRANK z d
      ZREVRANK z a
      ZREVRANK z d
      ZRANK z missing
      ZREVRANK z missing
      ZRANK missing a
      ZREVRANK missing a
      ZRANK z a WITHSCORE
      ZRANK z
      ZREVRANK z
      SET s x
      ZRANK s a
      ZREVRANK s a
      ZADD big ${range(1, 300, "m").replaceAll(/m(\d+)/g, "$1 m$1")}
      ZRANK big m150
      ZREVRANK big m150
      ZRANK big m1
      ZRANK big m300
      ZADD big 150.5 new
      ZRANK big m151
      ZREM big m1
      ZRANK big m151
      ZADD big 1000 m2
      ZRANK big m2
      ZRANK big m3
    `,
    "ZCOUNT and ZLEXCOUNT": `
      ZADD z 1 a 2 b 2 c 3 d
      ZCOUNT z -inf +inf
      ZCOUNT z (1 2
      ZCOUNT z (1 (2
      ZCOUNT z 2 2
      ZCOUNT z 3 1
      ZCOUNT z inf -inf
      ZCOUNT z 1.5 inf
      ZCOUNT missing 0 1
      ZCOUNT z a 1
      ZCOUNT z 1 b
      ZCOUNT z (a 1
      ZCOUNT z ( 1
      ZCOUNT z nan 1
      ZCOUNT z "" 1
      ZCOUNT z 1
      ZADD l 0 a 0 b 0 c 0 d 0 e
      ZLEXCOUNT l - +
      ZLEXCOUNT l [b [d
      ZLEXCOUNT l (b [d
      ZLEXCOUNT l (b (d
      ZLEXCOUNT l [b +
      ZLEXCOUNT l - (c
      ZLEXCOUNT l + -
      ZLEXCOUNT l [d [b
      ZLEXCOUNT l b d
      ZLEXCOUNT l [b d
      ZLEXCOUNT l b [d
      ZLEXCOUNT l "" +
      ZLEXCOUNT l -x +
      ZLEXCOUNT l [ [
      ZLEXCOUNT l ( +
      ZLEXCOUNT missing - +
      ZLEXCOUNT missing a b
      ZLEXCOUNT l -
      SET s x
      ZCOUNT s 0 1
      ZCOUNT s a b
      ZLEXCOUNT s - +
      ZLEXCOUNT s a b
    `,
    "ZPOPMIN, ZPOPMAX": `
      ZADD z 1 a 2 b 3 c 4 d 5.5 e
      ZPOPMIN z
      ZPOPMAX z
      ZPOPMIN z 2
      ZPOPMIN z 0
      ZPOPMAX z 0
      ZPOPMIN z -1
      ZPOPMAX z abc
      ZPOPMAX z 1 2
      ZPOPMAX z 100
      EXISTS z
      ZPOPMIN z
      ZPOPMAX z
      ZPOPMIN z 5
      ZPOPMIN z 0
      ZPOPMIN missing -1
      ZPOPMIN
      ZADD z inf a -inf b 0.1 c
      ZPOPMAX z 1
      ZPOPMIN z 1
      ZPOPMIN z 1
      SET s x
      ZPOPMIN s
      ZPOPMAX s 1
      ZPOPMIN s 0
      ZPOPMIN s -1
    `,
    ZMPOP: `
      ZADD a 1 x 2 y 3 z
      ZADD b 5 p 6 q
      ZMPOP 1 a MIN
      ZMPOP 2 missing a MAX
      ZMPOP 2 a b MIN COUNT 10
      EXISTS a
      ZMPOP 2 a b MAX COUNT 1
      ZMPOP 1 missing MIN
      ZMPOP 1 missing MIN COUNT 2
      ZMPOP 0 a MIN
      ZMPOP -1 a MIN
      ZMPOP abc a MIN
      ZMPOP 2 a MIN
      ZMPOP 1 a b MIN
      ZMPOP 1 b UP
      ZMPOP 1 b MIN COUNT 0
      ZMPOP 1 b MIN COUNT -1
      ZMPOP 1 b MIN COUNT abc
      ZMPOP 1 b MIN COUNT
      ZMPOP 1 b MIN BAD 1
      ZMPOP 1 b MIN COUNT 1 COUNT 1
      ZMPOP 1 b
      ZMPOP
      zmpop 1 b min count 1
      EXISTS b
      SET s x
      ZMPOP 1 s MIN
      ZADD b 1 x
      ZMPOP 2 s b MIN
      ZMPOP 2 b s MIN
    `,
    ZRANDMEMBER: `
      ZRANDMEMBER missing
      ZRANDMEMBER missing 5
      ZRANDMEMBER missing -5
      ZRANDMEMBER missing 5 WITHSCORES
      ZADD z 1 a 2 b 3 c
      @of:a,b,c ZRANDMEMBER z
      @sorted ZRANDMEMBER z 3
      @sorted ZRANDMEMBER z 10
      @pairs ZRANDMEMBER z 10 WITHSCORES
      @of:a,b,c ZRANDMEMBER z 2
      @of:a,b,c ZRANDMEMBER z -5
      @of:a,b,c,1,2,3 ZRANDMEMBER z -3 WITHSCORES
      @of:a,b,c,1,2,3 ZRANDMEMBER z 2 WITHSCORES
      ZRANDMEMBER z 0
      ZRANDMEMBER z 0 WITHSCORES
      ZRANDMEMBER z abc
      ZRANDMEMBER z 9223372036854775808
      ZRANDMEMBER z -9223372036854775808
      ZRANDMEMBER z -4611686018427387905 WITHSCORES
      ZRANDMEMBER z 2 BAD
      ZRANDMEMBER z WITHSCORES
      ZRANDMEMBER z 2 WITHSCORES x
      ZRANDMEMBER
      DEL z
      ZADD z 1.5 only
      ZRANDMEMBER z
      ZRANDMEMBER z -2
      ZRANDMEMBER z -2 WITHSCORES
      ZRANDMEMBER z 1 withscores
      SET s x
      ZRANDMEMBER s
      ZRANDMEMBER s 1
      ZRANDMEMBER s abc
      ZADD big ${range(1, 300, "m").replaceAll(/m(\d+)/g, "$1 m$1")}
      @count ZRANDMEMBER big 10
      @count ZRANDMEMBER big 200 WITHSCORES
      @sorted ZRANDMEMBER big 300
      @count ZRANDMEMBER big -500
    `,
    ZSCAN: `
      ZADD z 1 a 2.5 b inf c -0 d 1e21 e
      ZSCAN z 0
      ZSCAN z 0 MATCH [ab]
      ZSCAN z 0 COUNT 1
      ZSCAN z 5
      ZSCAN z x
      ZSCAN z 0 COUNT 0
      ZSCAN z 0 TYPE zset
      ZSCAN z
      ZSCAN missing 0
      SET s x
      ZSCAN s 0
      ZADD big ${range(1, 300, "m").replaceAll(/m(\d+)/g, "$1 m$1")}
      scan ZSCAN big
      scan ZSCAN big COUNT 3 MATCH m1?
      scan ZSCAN big COUNT 1000
      ZADD floats 0.1 ${"a".repeat(65)} 1e21 b 3.141592653589793 c
      scan ZSCAN floats
    `,
    "encodings of sorted sets": `
      ZADD z 1 ${"x".repeat(64)}
      OBJECT ENCODING z
      ZADD z 1 ${"x".repeat(65)}
      OBJECT ENCODING z
      ZREM z ${"x".repeat(65)}
      OBJECT ENCODING z
      ZADD many ${range(1, 128, "m").replaceAll(/m(\d+)/g, "$1 m$1")}
      OBJECT ENCODING many
      ZADD many 129 m129
      OBJECT ENCODING many
      ZREMRANGEBYRANK many 0 100
      OBJECT ENCODING many
      ZUNIONSTORE u 1 many
      OBJECT ENCODING u
      ZRANGESTORE r many 0 5
      OBJECT ENCODING r
      CONFIG SET zset-max-listpack-entries 2
      ZADD small 1 a 2 b
      OBJECT ENCODING small
      ZINCRBY small 3 c
      OBJECT ENCODING small
      ZUNIONSTORE u 1 small
      OBJECT ENCODING u
      ZRANGESTORE r small 0 0
      OBJECT ENCODING r
      ZRANGESTORE r small 0 -1
      OBJECT ENCODING r
    `,
  },
};
