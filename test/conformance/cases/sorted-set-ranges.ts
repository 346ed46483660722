/** Cases of the sorted set commands: ranges, unions, intersections, differences. */
import type { Family } from "../notation.js";

const LETTERS = `
      ZADD z 1 a 2 b 3 c 4 d 5 e
      ZADD lex 0 a 0 b 0 c 0 d 0 e
`;

export const sortedSetRanges: Family = {
  name: "sorted set ranges",
  cases: {
    "ZRANGE by index": `
      ${LETTERS}
      ZRANGE z 0 -1
      ZRANGE z 1 2
      ZRANGE z -2 -1 WITHSCORES
      ZRANGE z 3 1
      ZRANGE z 5 9
      ZRANGE z -100 100
      ZRANGE z 0 0 REV
      ZRANGE z 0 -1 REV WITHSCORES
      ZRANGE z 1 2 rev
      ZRANGE z a 1
      ZRANGE z 0 b
      ZRANGE z 0 1.5
      ZRANGE z 0
      ZRANGE z 0 1 BAD
      ZRANGE z 0 1 LIMIT 0 1
      ZRANGE z 0 1 BYSCORE BYLEX
      ZRANGE z 0 -1 LIMIT 0
      ZRANGE missing 0 -1
      ZRANGE missing 0 -1 WITHSCORES
      ZRANGE missing a b
      ZREVRANGE z 0 -1
      ZREVRANGE z 0 1 WITHSCORES
      ZREVRANGE z 3 1
      ZREVRANGE z a 1
      ZREVRANGE z 0 1 BAD
      ZREVRANGE z 0 1 BYSCORE
      ZREVRANGE z 0
      ZREVRANGE missing 0 1
      SET s x
      ZRANGE s 0 1
      ZRANGE s a 1
      ZREVRANGE s 0 1
    `,
    "ZRANGE by score": `
      ${LETTERS}
      ZRANGE z 2 4 BYSCORE
      ZRANGE z (2 4 BYSCORE WITHSCORES
      ZRANGE z (2 (4 BYSCORE
      ZRANGE z 4 2 BYSCORE REV
      ZRANGE z 4 (2 BYSCORE REV WITHSCORES
      ZRANGE z 2 4 BYSCORE REV
      ZRANGE z -inf +inf BYSCORE LIMIT 1 2
      ZRANGE z +inf -inf BYSCORE REV LIMIT 1 2 WITHSCORES
      ZRANGE z -inf inf BYSCORE LIMIT 0 -1
      ZRANGE z -inf inf BYSCORE LIMIT 3 -5
      ZRANGE z -inf inf BYSCORE LIMIT -1 2
      ZRANGE z -inf inf BYSCORE LIMIT 10 2
      ZRANGE z -inf inf BYSCORE LIMIT 0 0
      ZRANGE z a 1 BYSCORE
      ZRANGE z 1 b BYSCORE
      ZRANGE z 1 2 BYSCORE LIMIT a 1
      ZRANGE z 1 2 BYSCORE LIMIT 0
      ZRANGE z nan 1 BYSCORE
      ZRANGEBYSCORE z 2 4
      ZRANGEBYSCORE z (1 (5
      ZRANGEBYSCORE z -inf +inf WITHSCORES LIMIT 1 2
      ZRANGEBYSCORE z -inf inf LIMIT 1 -1 WITHSCORES
      ZRANGEBYSCORE z 4 2
      ZRANGEBYSCORE z 2 2
      ZRANGEBYSCORE z (2 2
      ZRANGEBYSCORE z a 2
      ZRANGEBYSCORE z 2 (b
      ZRANGEBYSCORE z 1 2 BAD
      ZRANGEBYSCORE z 1 2 REV
      ZRANGEBYSCORE z 1 2 LIMIT 0
      ZRANGEBYSCORE z 1 2 LIMIT a b
      ZRANGEBYSCORE z 1
      ZRANGEBYSCORE missing 1 2
      ZREVRANGEBYSCORE z 4 2
      ZREVRANGEBYSCORE z +inf -inf WITHSCORES LIMIT 0 2
      ZREVRANGEBYSCORE z (4 (1
      ZREVRANGEBYSCORE z 2 4
      ZREVRANGEBYSCORE z a 1
      ZREVRANGEBYSCORE z 1
      ZREVRANGEBYSCORE missing 2 1
      SET s x
      ZRANGE s 1 2 BYSCORE
      ZRANGEBYSCORE s 1 2
      ZRANGEBYSCORE s a b
      ZREVRANGEBYSCORE s 2 1
      ZADD inf -inf a inf b 0 c
      ZRANGEBYSCORE inf -inf (inf
      ZRANGEBYSCORE inf (-inf inf WITHSCORES
      ZRANGEBYSCORE inf -inf -inf
      ZRANGEBYSCORE inf (inf inf
    `,
    "ZRANGE by lex": String.raw`
      ${LETTERS}
      ZRANGE lex - + BYLEX
      ZRANGE lex [b [d BYLEX
      ZRANGE lex (b [d BYLEX
      ZRANGE lex [d [b BYLEX REV
      ZRANGE lex + - BYLEX REV LIMIT 1 2
      ZRANGE lex - + BYLEX LIMIT 1 2
      ZRANGE lex - + BYLEX LIMIT 1 -1
      ZRANGE lex + - BYLEX
      ZRANGE lex - + BYLEX WITHSCORES
      ZRANGE lex a b BYLEX
      ZRANGE lex [a b BYLEX
      ZRANGE lex - + BYLEX LIMIT a b
      ZRANGEBYLEX lex - +
      ZRANGEBYLEX lex - [c
      ZRANGEBYLEX lex - (c
      ZRANGEBYLEX lex [aaa (g
      ZRANGEBYLEX lex [c [a
      ZRANGEBYLEX lex - + LIMIT 1 2
      ZRANGEBYLEX lex - + LIMIT 1
      ZRANGEBYLEX lex - + WITHSCORES
      ZRANGEBYLEX lex - + BAD
      ZRANGEBYLEX lex a b
      ZRANGEBYLEX lex -
      ZRANGEBYLEX missing - +
      ZRANGEBYLEX missing a b
      ZREVRANGEBYLEX lex + -
      ZREVRANGEBYLEX lex [c -
      ZREVRANGEBYLEX lex (c [a
      ZREVRANGEBYLEX lex + - LIMIT 0 2
      ZREVRANGEBYLEX lex - +
      ZREVRANGEBYLEX lex c a
      ZREVRANGEBYLEX lex +
      SET s x
      ZRANGE s - + BYLEX
      ZRANGEBYLEX s - +
      ZRANGEBYLEX s a b
      ZREVRANGEBYLEX s + -
      ZADD bytes 0 "" 0 "\x00" 0 "a\x00" 0 a 0 "\xff" 0 "é" 0 Z
      ZRANGEBYLEX bytes - +
      ZRANGEBYLEX bytes [ [a
      ZRANGEBYLEX bytes "[\x00" "(\xff"
      ZRANGEBYLEX bytes "(a" +
    `,
    ZRANGESTORE: `
      ${LETTERS}
      ZRANGESTORE d z 0 -1
      ZRANGE d 0 -1 WITHSCORES
      ZRANGESTORE d z 0 1 REV
      ZRANGE d 0 -1 WITHSCORES
      ZRANGESTORE d z (1 3 BYSCORE
      ZRANGE d 0 -1 WITHSCORES
      ZRANGESTORE d z -inf inf BYSCORE LIMIT 1 2
      ZRANGE d 0 -1 WITHSCORES
      ZRANGESTORE d lex [b [c BYLEX
      ZRANGE d 0 -1 WITHSCORES
      ZRANGESTORE d z 10 20
      EXISTS d
      ZRANGESTORE d missing 0 -1
      SET d x EX 100
      ZRANGESTORE d z 0 0
      TTL d
      TYPE d
      SET d x
      ZRANGESTORE d missing 0 -1
      EXISTS d
      ZRANGESTORE d z 0 1 WITHSCORES
      ZRANGESTORE d z 0 1 BAD
      ZRANGESTORE d z 0 1 LIMIT 0 1
      ZRANGESTORE d z a b
      ZRANGESTORE d z a b BYSCORE
      ZRANGESTORE d z 0
      ZRANGESTORE z z 1 2
      ZRANGE z 0 -1
      SET s x
      ZRANGESTORE d s 0 1
      CONFIG SET zset-max-listpack-entries 3
      ZADD minus 0 a 0 b 0 c 0 d
      ZINCRBY minus -0 e
      ZRANGE minus 0 -1 WITHSCORES
      ZRANGESTORE d minus 0 3
      ZRANGESTORE e minus 0 4
      ZRANGE e 0 -1 WITHSCORES
      ZRANGESTORE f minus -1 1 BYSCORE
      ZRANGE f 0 -1 WITHSCORES
    `,
    "ZREMRANGEBY...": `
      ${LETTERS}
      ZREMRANGEBYRANK z 1 2
      ZRANGE z 0 -1
      ZREMRANGEBYRANK z -1 -1
      ZREMRANGEBYRANK z 5 10
      ZREMRANGEBYRANK z 2 1
      ZREMRANGEBYRANK z a 1
      ZREMRANGEBYRANK z 0
      ZREMRANGEBYRANK missing 0 -1
      ZREMRANGEBYRANK z 0 -1
      EXISTS z
      ZADD z 1 a 2 b 3 c 4 d
      ZREMRANGEBYSCORE z (1 2
      ZREMRANGEBYSCORE z 10 20
      ZREMRANGEBYSCORE z a 2
      ZREMRANGEBYSCORE z 1
      ZREMRANGEBYSCORE missing 1 2
      ZRANGE z 0 -1
      ZREMRANGEBYSCORE z -inf +inf
      EXISTS z
      ZREMRANGEBYLEX lex [b (d
      ZRANGE lex 0 -1
      ZREMRANGEBYLEX lex a b
      ZREMRANGEBYLEX lex [x +
      ZREMRANGEBYLEX lex -
      ZREMRANGEBYLEX missing - +
      ZREMRANGEBYLEX lex - +
      EXISTS lex
      SET s x
      ZREMRANGEBYRANK s 0 1
      ZREMRANGEBYRANK s a 1
      ZREMRANGEBYSCORE s 0 1
      ZREMRANGEBYLEX s - +
    `,
    "ZUNION, ZINTER, ZDIFF": `
      ZADD a 1 x 2 y 3 z
      ZADD b 10 x 20 y 30 w
      SADD plain x w v
      ZUNION 2 a b
      ZUNION 2 a b WITHSCORES
      ZUNION 2 a b WEIGHTS 2 0.5 WITHSCORES
      ZUNION 2 a b AGGREGATE MIN WITHSCORES
      ZUNION 2 a b AGGREGATE MAX WITHSCORES
      ZUNION 2 a b AGGREGATE SUM WITHSCORES
      ZUNION 2 a b WITHSCORES WEIGHTS 1 2 AGGREGATE max
      ZUNION 3 a b plain WITHSCORES
      ZUNION 1 missing
      ZUNION 2 a missing WITHSCORES
      ZINTER 2 a b
      ZINTER 2 a b WITHSCORES
      ZINTER 2 a b WEIGHTS 2 3 AGGREGATE MAX WITHSCORES
      ZINTER 2 a plain WITHSCORES
      ZINTER 2 a missing
      ZINTER 2 a a WITHSCORES
      ZDIFF 2 a b
      ZDIFF 2 a b WITHSCORES
      ZDIFF 2 b a WITHSCORES
      ZDIFF 2 a plain
      ZDIFF 2 a missing WITHSCORES
      ZDIFF 2 missing a
      ZDIFF 2 a a
      ZDIFF 1 plain WITHSCORES
      ZDIFF 2 a b WEIGHTS 1 2
      ZDIFF 2 a b AGGREGATE SUM
      ZUNION 0 a
      ZUNION -1 a
      ZUNION abc a
      ZUNION 3 a b
      ZUNION 1 a b
      ZUNION 2 a b WEIGHTS 1
      ZUNION 2 a b WEIGHTS 1 x
      ZUNION 2 a b WEIGHTS 1 nan
      ZUNION 2 a b AGGREGATE AVG
      ZUNION 2 a b AGGREGATE
      ZUNION 2 a b BAD
      ZUNION 2
      ZINTER 0 a
      ZINTER 3 a b
      ZDIFF 0 a
      ZDIFF abc a
      ZDIFF 3 a b
      SET s x
      ZUNION 2 a s
      ZINTER 2 a s
      ZINTER 2 missing s
      ZDIFF 2 a s
      ZDIFF 2 missing s
      ZADD i inf x
      ZADD j -inf x
      ZUNION 2 i j WITHSCORES
      ZINTER 2 i j WITHSCORES
      ZUNION 1 i WEIGHTS 0 WITHSCORES
      ZUNION 1 a WEIGHTS inf WITHSCORES
      ZUNION 1 a WEIGHTS -1 WITHSCORES
    `,
    "ZUNIONSTORE, ZINTERSTORE, ZDIFFSTORE": `
      ZADD a 1 x 2 y 3 z
      ZADD b 10 x 20 y 30 w
      SADD plain x w
      ZUNIONSTORE d 2 a b
      ZRANGE d 0 -1 WITHSCORES
      ZUNIONSTORE d 2 a b WEIGHTS 2 0.5 AGGREGATE MAX
      ZRANGE d 0 -1 WITHSCORES
      ZINTERSTORE d 2 a b
      ZRANGE d 0 -1 WITHSCORES
      ZINTERSTORE d 3 a b plain AGGREGATE MIN
      ZRANGE d 0 -1 WITHSCORES
      ZDIFFSTORE d 2 a b
      ZRANGE d 0 -1 WITHSCORES
      ZINTERSTORE d 2 a missing
      EXISTS d
      SET d x EX 100
      ZUNIONSTORE d 1 a
      TTL d
      TYPE d
      SET d x
      ZDIFFSTORE d 2 a a
      EXISTS d
      ZUNIONSTORE a 2 a b
      ZRANGE a 0 -1 WITHSCORES
      ZUNIONSTORE d 2 a b WITHSCORES
      ZINTERSTORE d 2 a b WITHSCORES
      ZDIFFSTORE d 2 a b WITHSCORES
      ZUNIONSTORE d 0 a
      ZUNIONSTORE d abc a
      ZUNIONSTORE d 3 a b
      ZUNIONSTORE d 2 a b WEIGHTS 1
      ZUNIONSTORE d 2 a b WEIGHTS 1 x
      ZUNIONSTORE d 2
      ZINTERSTORE d 0 a
      ZINTERSTORE d
      ZDIFFSTORE d 0 a
      ZDIFFSTORE d
      ZUNIONSTORE missing 1 nothing
      SET s x
      ZUNIONSTORE d 2 a s
      ZINTERSTORE d 2 a s
      ZDIFFSTORE d 2 a s
      ZUNIONSTORE s 1 plain
      ZRANGE s 0 -1 WITHSCORES
    `,
    ZINTERCARD: `
      ZADD a 1 x 2 y 3 z
      ZADD b 1 x 2 y 3 w
      SADD plain x
      ZINTERCARD 2 a b
      ZINTERCARD 2 a b LIMIT 1
      ZINTERCARD 2 a b LIMIT 0
      ZINTERCARD 2 a plain
      ZINTERCARD 2 a missing
      ZINTERCARD 0 a
      ZINTERCARD abc a
      ZINTERCARD 3 a b
      ZINTERCARD 2 a b LIMIT -1
      ZINTERCARD 2 a b LIMIT abc
      ZINTERCARD 2 a b LIMIT
      ZINTERCARD 2 a b BAD 1
      ZINTERCARD 2 a b WEIGHTS 1 2
      ZINTERCARD 2
      SET s x
      ZINTERCARD 2 a s
      ZINTERCARD 2 missing s
    `,
  },
};
