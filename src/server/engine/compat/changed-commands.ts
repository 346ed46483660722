/** Commands of Redis 7.0 that later versions have changed. */
import { Flag } from "../../../spec/command-spec.js";
import { type Command, changedCommand, commandOf } from "../../../spec/lookup.js";
import type { CompatVersion } from "../version.js";

/** What of a row has changed. */
interface Change {
  readonly arity?: number;
  readonly gained?: number;
  readonly lost?: number;
}

/** Scripts may call what waits: there it does not. */
const FOR_SCRIPTS: Change = { lost: Flag.NOSCRIPT };

const SINCE_7_2: Readonly<Record<string, Change>> = {
  BLMOVE: FOR_SCRIPTS,
  BLMPOP: FOR_SCRIPTS,
  BLPOP: FOR_SCRIPTS,
  BRPOP: FOR_SCRIPTS,
  BRPOPLPUSH: FOR_SCRIPTS,
  BZMPOP: FOR_SCRIPTS,
  BZPOPMAX: FOR_SCRIPTS,
  BZPOPMIN: FOR_SCRIPTS,
  "CLUSTER SHARDS": { gained: Flag.LOADING },
  "CLUSTER SLOTS": { gained: Flag.LOADING },
  "COMMAND GETKEYS": { arity: -3 },
  "COMMAND GETKEYSANDFLAGS": { arity: -3 },
  WAIT: { gained: Flag.BLOCKING, lost: Flag.NOSCRIPT },
  ZRANK: { arity: -3 },
  ZREVRANK: { arity: -3 },
};

/** The commands that a version knows in another form than 7.0. */
export function changedCommands(compat: CompatVersion): Command[] {
  if (compat === "7.0") return [];
  return Object.entries(SINCE_7_2).map(([name, { arity, gained = 0, lost = 0 }]) => {
    const command = commandOf(name);
    if (command === undefined) throw new Error(`no row for ${name}`);
    return changedCommand(command, arity ?? command.arity, (command.flags | gained) & ~lost);
  });
}
