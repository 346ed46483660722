/** What COMMAND DOCS tells of the commands for HyperLogLogs. */

/** One record a command, as `../documentation.ts` reads them. */
export const hyperloglogDocs = `
PFADD: key [element+]
  Show elements to a HyperLogLog, which estimates how many different ones it has seen.
  cost O(1) an element
PFCOUNT: key+
  Estimate how many different elements one HyperLogLog, or several together, have seen.
  cost O(1) for one key, from a kept result most times; O(N), and slowly, for N keys
PFDEBUG: subcommand key
  Look inside a HyperLogLog: for those who work on the server.
  cost N/A
PFMERGE: destkey:key sourcekey:key#1+
  Store a HyperLogLog that has seen what several others have.
  cost O(N) for N of them, each of which takes its time
PFSELFTEST
  Try out the HyperLogLog implementation: for those who work on the server.
  cost N/A
`;
