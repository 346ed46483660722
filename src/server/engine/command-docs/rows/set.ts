/** What COMMAND DOCS tells of the commands for sets. */

/** One record a command, as `../documentation.ts` reads them. */
export const setDocs = `
SADD: key member+
  Put members into a set.
  cost O(1) a member, so O(N) for N of them
  2.4.0 several members
SCARD: key
  Count the members of a set.
  cost O(1)
SDIFF: key+
  List what the first set has and none of the others.
  cost O(N) for N members in all sets
SDIFFSTORE: destination:key key#1+
  Store what the first set has and none of the others.
  cost O(N) for N members in all sets
SINTER: key+
  List what all sets have.
  cost O(N*M) at worst, for M sets of which the smallest has N members
SINTERCARD: numkeys:integer key+ [LIMIT=limit:integer]
  Count what all sets have, up to a limit.
  cost O(N*M) at worst, for M sets of which the smallest has N members
SINTERSTORE: destination:key key#1+
  Store what all sets have.
  cost O(N*M) at worst, for M sets of which the smallest has N members
SISMEMBER: key member
  Ask whether a set has a member.
  cost O(1)
SMEMBERS: key
  List a whole set.
  cost O(N) for a set of N members
SMISMEMBER: key member+
  Ask of several members at once whether a set has them.
  cost O(N) for N members asked for
SMOVE: source:key destination:key#1 member
  Take a member out of one set and put it into another.
  cost O(1)
SPOP: key [count:integer@3.2.0]
  Draw members of a set by lot and take them out.
  cost O(1) for one, O(N) for a count of N
  3.2.0 a count
SRANDMEMBER: key [count:integer@2.6.0]
  Draw members of a set by lot and leave them there.
  cost O(1) for one, O(N) for a count of N or of -N
  2.6.0 a count
SREM: key member+
  Take members out of a set.
  cost O(N) for N members
  2.4.0 several members
SSCAN: key cursor:integer [MATCH=pattern:pattern] [COUNT=count:integer]
  Walk through the members of a set, some at each call.
  cost O(1) a call, O(N) for a whole walk through N members
SUNION: key+
  List what any of the sets has.
  cost O(N) for N members in all sets
SUNIONSTORE: destination:key key#1+
  Store what any of the sets has.
  cost O(N) for N members in all sets
`;
