/** What COMMAND DOCS tells of the commands for transactions. */

/** One record a command, as `../documentation.ts` reads them. */
export const transactionsDocs = `
DISCARD
  Drop the transaction that MULTI began, and what it holds.
  cost O(N) for N queued commands
EXEC
  Run the commands of a transaction one after the other, with no other client's between them.
  cost that of the commands it runs
MULTI
  Begin a transaction: commands are queued from here on until EXEC.
  cost O(1)
UNWATCH
  Stop watching all keys.
  cost O(1)
WATCH: key+
  Watch keys: the next EXEC does nothing when one of them has changed by then.
  cost O(1) a key
`;
