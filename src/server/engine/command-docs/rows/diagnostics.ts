/** What COMMAND DOCS tells of LATENCY, MEMORY and SLOWLOG. */

/** One record a command, as `../documentation.ts` reads them. */
export const diagnosticsDocs = `
LATENCY
  Commands about what has made the server slow.
  cost that of the subcommand
LATENCY DOCTOR
  Give advice on what makes the server slow.
  cost O(1)
LATENCY GRAPH: event
  Draw the latencies of an event in characters.
  cost O(1)
LATENCY HELP
  List the subcommands of LATENCY.
  cost O(1)
LATENCY HISTOGRAM: [command+]
  Tell how often commands took how long.
  cost O(N) for N commands told of
LATENCY HISTORY: event
  List when an event was slow, and how slow.
  cost O(1)
LATENCY LATEST
  Tell the last and the worst latency of each event.
  cost O(1)
LATENCY RESET: [event+]
  Forget the latencies of some events, or of all.
  cost O(1)
MEMORY
  Commands about the use of memory.
  cost that of the subcommand
MEMORY DOCTOR
  Give advice on the use of memory.
  cost O(1)
MEMORY HELP
  List the subcommands of MEMORY.
  cost O(1)
MEMORY MALLOC-STATS
  Print what the allocator tells of itself.
  cost that of walking through all memory: it may be slow
MEMORY PURGE
  Have the allocator give unused memory back.
  cost that of walking through all memory: it may be slow
MEMORY STATS
  Tell what the memory is used for.
  cost O(1)
MEMORY USAGE: key [SAMPLES=count:integer]
  Estimate how many bytes a key and its value take.
  cost O(N) for N samples
SLOWLOG
  Commands about the list of slow commands.
  cost that of the subcommand
SLOWLOG GET: [count:integer]
  List the last slow commands.
  cost O(N) for N entries listed
  4.0.0 address and name of the client in the reply
SLOWLOG HELP
  List the subcommands of SLOWLOG.
  cost O(1)
SLOWLOG LEN
  Count the slow commands in the list.
  cost O(1)
SLOWLOG RESET
  Empty the list of slow commands.
  cost O(N) for N entries in it
`;
