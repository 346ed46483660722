/** Checks for `call()`: the name in its table's form, and no command that the client must keep for itself. */
import type { Arg } from "../commands/base.js";
import { ArgumentError } from "../errors.js";
import { knownCommandOf } from "../spec/known-commands.js";

/** Commands that change what later replies on the same connection mean, and what to use instead. */
const KEPT: Readonly<Record<string, string>> = {
  SELECT: "the option db, or redis.dedicated()",
  AUTH: "the options username and password",
  HELLO: "the option protocol",
  QUIT: "redis.close()",
  RESET: "redis.dedicated()",
  MULTI: "redis.multi()",
  EXEC: "redis.multi()",
  DISCARD: "redis.multi()",
  WATCH: "redis.transaction()",
  UNWATCH: "redis.transaction()",
  SUBSCRIBE: "redis.pubsub()",
  UNSUBSCRIBE: "redis.pubsub()",
  PSUBSCRIBE: "redis.pubsub()",
  PUNSUBSCRIBE: "redis.pubsub()",
  SSUBSCRIBE: "redis.pubsub()",
  SUNSUBSCRIBE: "redis.pubsub()",
  MONITOR: "redis.monitor()",
  SYNC: "a replica",
  PSYNC: "a replica",
  REPLCONF: "a replica",
  "CLIENT TRACKING": "redis.dedicated()",
  "CLIENT CACHING": "redis.dedicated()",
  "CLIENT REPLY": "a pipeline, and ignore what it replies",
  "CLIENT SETNAME": "the option connectionName",
  "SCRIPT DEBUG": "redis-cli --ldb",
  READONLY: "redis.dedicated()",
  READWRITE: "redis.dedicated()",
  ASKING: "redis.dedicated()",
  "RESTORE-ASKING": "RESTORE, on the node that holds the slot",
};

/** A call as the encoder takes it: name in capitals with its subcommand, and the other arguments. */
export interface CheckedCall {
  readonly command: string;
  readonly rest: readonly Arg[];
}

/**
 * Bring `name` and `args` into the form of the command table.
 * @throws ArgumentError for an empty name, or a command that would change the state of a shared connection
 */
export function checkCall(name: string, args: readonly Arg[], dedicated = false): CheckedCall {
  if (typeof name !== "string" || name.trim() === "")
    throw new ArgumentError("The name of the command is empty");
  let command = name.trim().toUpperCase().split(/\s+/).join(" ");
  let rest = args;
  if (knownCommandOf(command)?.container && typeof args[0] === "string") {
    const whole = `${command} ${args[0].toUpperCase()}`;
    if (knownCommandOf(whole) !== undefined) {
      command = whole;
      rest = args.slice(1);
    }
  }
  const instead = KEPT[command];
  if (instead !== undefined && !dedicated) {
    throw new ArgumentError(
      `${command} changes the state of a connection that others share; use ${instead}`,
      { command },
    );
  }
  return { command, rest };
}

const TOUCHING = new Set([
  ...Object.keys(KEPT),
  "CLIENT CAPA",
  "CLIENT IMPORT-SOURCE",
  "CLIENT NO-EVICT",
  "CLIENT NO-TOUCH",
  "CLIENT SETINFO",
]);

/** Does this command leave a connection in another state than it found it in? */
export function touchesConnection(command: string): boolean {
  return TOUCHING.has(command);
}
