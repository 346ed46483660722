/** Rows of commands of Redis 7.0 that later versions have changed. */
import { type CommandSpec, Flag } from "../../../spec/command-spec.js";
import { commandOf } from "../../../spec/lookup.js";
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

/** The rows that a version has in the place of those of 7.0. */
export function changedRows(compat: CompatVersion): Record<string, CommandSpec> {
  const rows: Record<string, CommandSpec> = {};
  if (compat === "7.0") return rows;
  for (const [name, { arity, gained = 0, lost = 0 }] of Object.entries(SINCE_7_2)) {
    const row = commandOf(name);
    if (row === undefined) throw new Error(`no row for ${name}`);
    rows[name] = {
      arity: arity ?? row.arity,
      flags: (row.flags | gained) & ~lost,
      keys: row.keys,
      group: row.group,
      since: row.since,
    };
  }
  return rows;
}
