/** What COMMAND DOCS tells of the commands for streams. */

/** One record a command, as `../documentation.ts` reads them. */
export const streamDocs = `
XACK: key group id+
  Mark entries as done with: they are pending for their group no longer.
  cost O(1) an ID
XADD: key [NOMKSTREAM@6.2.0] [trim{strategy(MAXLEN | MINID@6.2.0) [operator(equal'=' | approximately'~')] threshold
    [LIMIT=count:integer@6.2.0]}] id_or_auto(auto_id'*' | id) field_value{field value}+
  Append an entry to a stream, and cut the stream short where that is asked for.
  cost O(1); O(N) when N entries are cut off
  6.2.0 NOMKSTREAM, MINID and LIMIT
  7.0.0 IDs such as 5-*
XAUTOCLAIM: key group consumer min-idle-time start [COUNT=count:integer] [JUSTID]
  Hand the entries that have been pending for long to another consumer, some at each call.
  cost O(1) with a small COUNT
  7.0.0 a list of the deleted entries in the reply
XCLAIM: key group consumer min-idle-time id+ [IDLE=ms:integer] [TIME=unix-time-milliseconds:unix-time]
    [RETRYCOUNT=count:integer] [FORCE] [JUSTID] [LASTID=id]
  Hand certain pending entries to another consumer.
  cost O(log N) for N pending entries of the group
XDEL: key id+
  Remove entries from a stream, and count those that were there.
  cost O(1) an ID, however long the stream
XGROUP
  Commands that manage the groups of a stream.
  cost that of the subcommand
XGROUP CREATE: key groupname id(id | new_id'$') [MKSTREAM] [ENTRIESREAD=entries_read:integer]
  Make a group that reads a stream from an ID on.
  cost O(1)
  7.0.0 ENTRIESREAD
XGROUP CREATECONSUMER: key groupname consumername
  Give a group another consumer before it has read anything.
  cost O(1)
XGROUP DELCONSUMER: key groupname consumername
  Remove a consumer of a group, and what is pending for it.
  cost O(1)
XGROUP DESTROY: key groupname
  Remove a group, and what is pending for it.
  cost O(N) for N pending entries
XGROUP HELP
  List the subcommands of XGROUP.
  cost O(1)
XGROUP SETID: key groupname id(id | new_id'$') [ENTRIESREAD=entries_read:integer]
  Let a group go on reading behind another ID.
  cost O(1)
  7.0.0 ENTRIESREAD
XINFO
  Commands that look inside streams.
  cost that of the subcommand
XINFO CONSUMERS: key groupname
  Describe the consumers of a group.
  cost O(1)
XINFO GROUPS: key
  Describe the groups of a stream.
  cost O(1)
  7.0.0 entries-read and lag in the reply
XINFO HELP
  List the subcommands of XINFO.
  cost O(1)
XINFO STREAM: key [FULL=full{[COUNT=count:integer]}]
  Describe a stream, with FULL its entries, groups and consumers too.
  cost O(1)
  6.0.0 FULL
  7.0.0 max-deleted-entry-id, entries-added, recorded-first-entry-id, entries-read and lag in the reply
XLEN: key
  Count the entries of a stream.
  cost O(1)
XPENDING: key group [filters{[IDLE=min-idle-time:integer@6.2.0] start end count:integer [consumer]}]
  Tell what consumers of a group have read and not acknowledged, in short or entry by entry.
  cost O(N) for N entries listed, so O(1) with a small count; O(M) with IDLE, which looks at M entries; the short
    form O(1) for few consumers, else O(N) for N of them
  6.2.0 IDLE, and bounds that exclude their ID
XRANGE: key start end [COUNT=count:integer]
  List the entries from one ID to another.
  cost O(N) for N entries listed, so O(1) where a COUNT keeps N small
  6.2.0 bounds that exclude their ID
XREAD: [COUNT=count:integer] [BLOCK=milliseconds:integer] STREAMS=streams{key+ id+}
  List the entries of streams behind certain IDs, waiting for new ones with BLOCK.
  cost O(N) a stream for N entries listed, so O(1) with a fixed COUNT; an XADD that wakes M waiting clients takes
    O(M)
XREADGROUP: GROUP=group_consumer{group consumer} [COUNT=count:integer] [BLOCK=milliseconds:integer] [NOACK]
    STREAMS=streams{key+ id+}
  List for a consumer of a group what none of them has read yet, or once more what is pending for it.
  cost O(M) a stream for M entries listed, so O(1) with a fixed COUNT; an XADD that wakes N waiting clients takes
    O(N)
XREVRANGE: key end start [COUNT=count:integer]
  List the entries from one ID down to another.
  cost O(N) for N entries listed, so O(1) where a COUNT keeps N small
  6.2.0 bounds that exclude their ID
XSETID: key last-id [ENTRIESADDED=entries_added:integer@7.0.0] [MAXDELETEDID=max_deleted_entry_id@7.0.0]
  Set the last ID of a stream: for masters that tell it their replicas.
  cost O(1)
  7.0.0 ENTRIESADDED and MAXDELETEDID
XTRIM: key trim{strategy(MAXLEN | MINID@6.2.0) [operator(equal'=' | approximately'~')] threshold
    [LIMIT=count:integer@6.2.0]}
  Cut off the oldest entries of a stream, by their number or by their ID.
  cost O(N) for N entries cut off, many of them at a stroke
  6.2.0 MINID and LIMIT
`;
