/** Options of commands that no conformance case uses, and why. */

const ENDS = "it would end the server that the cases run on";
const COPIES = "it would replace the data by that of another server";
const DEBUGGER = "it makes a debugger's session of the connection";
const SAVES = "the mini server keeps its data in memory alone";

/** By command and fact, as `option-coverage.test.ts` names them. An exception that is covered fails the suite. */
export const notToCover: ReadonlyMap<string, string> = new Map([
  ["BGSAVE: SCHEDULE is used", SAVES],
  ["REPLICAOF: args.host-port is used", COPIES],
  ["SLAVEOF: args.host-port is used", COPIES],
  ["SCRIPT DEBUG: mode.YES is used", DEBUGGER],
  ["SCRIPT DEBUG: mode.SYNC is used", DEBUGGER],
  ["SHUTDOWN: ABORT is absent", ENDS],
  ["SHUTDOWN: FORCE is used", ENDS],
  ["SHUTDOWN: nosave_save is used", ENDS],
  ["SHUTDOWN: nosave_save.NOSAVE is used", ENDS],
  ["SHUTDOWN: nosave_save.SAVE is used", ENDS],
]);
