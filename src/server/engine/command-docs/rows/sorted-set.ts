/** What COMMAND DOCS tells of the commands for sorted sets. */

/** One record a command, as `../documentation.ts` reads them. */
export const sortedSetDocs = `
BZMPOP: timeout:double numkeys:integer key+ where(MIN|MAX) [COUNT=count:integer]
  Take the members of lowest or of highest score from the first sorted set that has any, waiting until one does.
  cost O(K) + O(M*log(N)) for K keys and M members taken from N
BZPOPMAX: key+ timeout:double
  Take the member of highest score from the first sorted set that has any, waiting until one does.
  cost O(log(N)) for a sorted set of N members
  6.0.0 a timeout with a fraction
BZPOPMIN: key+ timeout:double
  Take the member of lowest score from the first sorted set that has any, waiting until one does.
  cost O(log(N)) for a sorted set of N members
  6.0.0 a timeout with a fraction
ZADD: key [condition(NX|XX)@3.0.2] [comparison(GT|LT)@6.2.0] [change'CH'@3.0.2] [increment'INCR'@3.0.2]
    score_member{score:double member}+
  Put members with their scores into a sorted set, or give them other scores.
  cost O(log(N)) a member, for a sorted set of N
  2.4.0 several members
  3.0.2 XX, NX, CH and INCR
  6.2.0 GT and LT
ZCARD: key
  Count the members of a sorted set.
  cost O(1)
ZCOUNT: key min:double max:double
  Count the members with scores from one to another.
  cost O(log(N)) for a sorted set of N members
ZDIFF: numkeys:integer key+ [WITHSCORES]
  List what the first sorted set has and none of the others.
  cost O(L + (N-K)log(N)) at worst: L members in all sets, N in the first and K in the result
ZDIFFSTORE: destination:key numkeys:integer key#1+
  Store what the first sorted set has and none of the others.
  cost O(L + (N-K)log(N)) at worst: L members in all sets, N in the first and K in the result
ZINCRBY: key increment:integer member
  Add to the score of a member; a missing one begins with 0.
  cost O(log(N)) for a sorted set of N members
ZINTER: numkeys:integer key+ [WEIGHTS=weight:integer+] [AGGREGATE=aggregate(SUM|MIN|MAX)] [WITHSCORES]
  List what all sorted sets have, with their scores joined.
  cost O(N*K)+O(M*log(M)) at worst: K sets, N members in the smallest and M in the result
ZINTERCARD: numkeys:integer key+ [LIMIT=limit:integer]
  Count what all sorted sets have, up to a limit.
  cost O(N*K) at worst, for K sets of which the smallest has N members
ZINTERSTORE: destination:key numkeys:integer key#1+ [WEIGHTS=weight:integer+] [AGGREGATE=aggregate(SUM|MIN|MAX)]
  Store what all sorted sets have, with their scores joined.
  cost O(N*K)+O(M*log(M)) at worst: K sets, N members in the smallest and M in the result
ZLEXCOUNT: key min max
  Count the members from one text to another, where all scores are the same.
  cost O(log(N)) for a sorted set of N members
ZMPOP: numkeys:integer key+ where(MIN|MAX) [COUNT=count:integer]
  Take the members of lowest or of highest score from the first sorted set that has any.
  cost O(K) + O(M*log(N)) for K keys and M members taken from N
ZMSCORE: key member+
  Tell the scores of several members, nil for each that is not there.
  cost O(N) for N members asked for
ZPOPMAX: key [count:integer]
  Take the members of highest score out of a sorted set.
  cost O(log(N)*M) for M members taken from N
ZPOPMIN: key [count:integer]
  Take the members of lowest score out of a sorted set.
  cost O(log(N)*M) for M members taken from N
ZRANDMEMBER: key [options{count:integer [WITHSCORES]}]
  Draw members of a sorted set by lot, with or without their scores.
  cost O(N) for N members drawn
ZRANGE: key start stop [sortby(BYSCORE|BYLEX)@6.2.0] [REV@6.2.0]
    [LIMIT=offset_count{offset:integer count:integer}@6.2.0] [WITHSCORES]
  List members from one rank, score or text to another, in either direction.
  cost O(log(N)+M) for M members listed of N
  6.2.0 REV, BYSCORE, BYLEX and LIMIT
ZRANGEBYLEX: key min max [LIMIT=offset_count{offset:integer count:integer}]
  List members from one text to another, where all scores are the same.
  cost O(log(N)+M) for M members listed of N; O(log(N)) where a LIMIT keeps M small
  instead ZRANGE with the BYLEX argument
ZRANGEBYSCORE: key min:double max:double [WITHSCORES@2.0.0] [LIMIT=offset_count{offset:integer count:integer}]
  List members from one score to another.
  cost O(log(N)+M) for M members listed of N; O(log(N)) where a LIMIT keeps M small
  instead ZRANGE with the BYSCORE argument
  2.0.0 WITHSCORES
ZRANGESTORE: dst:key src:key#1 min max [sortby(BYSCORE|BYLEX)] [REV]
    [LIMIT=offset_count{offset:integer count:integer}]
  Store what ZRANGE would list.
  cost O(log(N)+M) for M members stored of N
ZRANK: key member
  Tell how many members come before one, from the lowest score on.
  cost O(log(N)) for a sorted set of N members
ZREM: key member+
  Take members out of a sorted set.
  cost O(M*log(N)) for M members taken from N
  2.4.0 several members
ZREMRANGEBYLEX: key min max
  Take out the members from one text to another, where all scores are the same.
  cost O(log(N)+M) for M members taken from N
ZREMRANGEBYRANK: key start:integer stop:integer
  Take out the members from one rank to another.
  cost O(log(N)+M) for M members taken from N
ZREMRANGEBYSCORE: key min:double max:double
  Take out the members from one score to another.
  cost O(log(N)+M) for M members taken from N
ZREVRANGE: key start:integer stop:integer [WITHSCORES]
  List members from one rank to another, counted from the highest score down.
  cost O(log(N)+M) for M members listed of N
  instead ZRANGE with the REV argument
ZREVRANGEBYLEX: key max min [LIMIT=offset_count{offset:integer count:integer}]
  List members from one text down to another, where all scores are the same.
  cost O(log(N)+M) for M members listed of N; O(log(N)) where a LIMIT keeps M small
  instead ZRANGE with the REV and BYLEX arguments
ZREVRANGEBYSCORE: key max:double min:double [WITHSCORES] [LIMIT=offset_count{offset:integer count:integer}]
  List members from one score down to another.
  cost O(log(N)+M) for M members listed of N; O(log(N)) where a LIMIT keeps M small
  instead ZRANGE with the REV and BYSCORE arguments
  2.1.6 bounds that exclude their score
ZREVRANK: key member
  Tell how many members come before one, from the highest score down.
  cost O(log(N)) for a sorted set of N members
ZSCAN: key cursor:integer [MATCH=pattern:pattern] [COUNT=count:integer]
  Walk through the members of a sorted set and their scores, some at each call.
  cost O(1) a call, O(N) for a whole walk through N members
ZSCORE: key member
  Tell the score of a member.
  cost O(1)
ZUNION: numkeys:integer key+ [WEIGHTS=weight:integer+] [AGGREGATE=aggregate(SUM|MIN|MAX)] [WITHSCORES]
  List what any of the sorted sets has, with their scores joined.
  cost O(N)+O(M*log(M)) for N members in all sets and M in the result
ZUNIONSTORE: destination:key numkeys:integer key#1+ [WEIGHTS=weight:integer+] [AGGREGATE=aggregate(SUM|MIN|MAX)]
  Store what any of the sorted sets has, with their scores joined.
  cost O(N)+O(M log(M)) for N members in all sets and M in the result
`;
