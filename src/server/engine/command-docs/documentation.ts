/**
 * What COMMAND DOCS tells of the commands of Redis 7.0 besides the table of the wire: what they are for, what they
 * cost, what has changed, and their arguments. The rows are long texts that nobody reads before the first COMMAND DOCS.
 *
 * A record begins with the name of the command and, behind a colon, its arguments in the notation of
 * `argument-notation.ts`. Two blanks in front make a line one of its fields, four a line that goes on:
 *
 * ```
 * GETSET: key value
 *   Put another string in the place of the old one, and return the old one.
 *   cost O(1)
 *   instead SET with the !GET argument
 *   2.6.12 what this version changed
 * ```
 *
 * The summary comes first; the complexity, the successor of a command that is out of date and the history
 * are left out where there are none.
 */
import { type Argument, parseArguments } from "./argument-notation.js";
import { aclModulesDocs } from "./rows/acl-modules.js";
import { bitmapDocs } from "./rows/bitmap.js";
import { clusterDocs } from "./rows/cluster.js";
import { connectionDocs } from "./rows/connection.js";
import { diagnosticsDocs } from "./rows/diagnostics.js";
import { genericDocs } from "./rows/generic.js";
import { geoDocs } from "./rows/geo.js";
import { hashDocs } from "./rows/hash.js";
import { hyperloglogDocs } from "./rows/hyperloglog.js";
import { listDocs } from "./rows/list.js";
import { pubsubDocs } from "./rows/pubsub.js";
import { scriptingDocs } from "./rows/scripting.js";
import { serverDocs } from "./rows/server.js";
import { setDocs } from "./rows/set.js";
import { sortedSetDocs } from "./rows/sorted-set.js";
import { streamDocs } from "./rows/stream.js";
import { stringDocs } from "./rows/string.js";
import { transactionsDocs } from "./rows/transactions.js";

/** What is written of one command. */
export interface Documentation {
  /** One sentence. */
  readonly summary: string;
  /** Such as `O(N) for N keys`. */
  readonly complexity: string | undefined;
  /** What to use instead, the names in backquotes. */
  readonly replacedBy: string | undefined;
  /** What versions have changed, the oldest first. */
  readonly history: readonly (readonly [version: string, change: string])[];
  readonly arguments: readonly Argument[];
}

/** By name. A record is text until somebody asks for it. */
let records: Map<string, string | Documentation> | undefined;

/**
 * What is written of a command.
 * @param name as in the table: `GET`, `CONFIG GET`
 * @returns `undefined` for a command that Redis 7.0 does not have
 */
export function documentationOf(name: string): Documentation | undefined {
  records ??= split();
  const record = records.get(name);
  if (typeof record !== "string") return record;
  const parsed = parse(record);
  records.set(name, parsed);
  return parsed;
}

/** All records by name. */
function split(): Map<string, string> {
  const rows = [
    aclModulesDocs,
    bitmapDocs,
    clusterDocs,
    connectionDocs,
    diagnosticsDocs,
    genericDocs,
    geoDocs,
    hashDocs,
    hyperloglogDocs,
    listDocs,
    pubsubDocs,
    scriptingDocs,
    serverDocs,
    setDocs,
    sortedSetDocs,
    streamDocs,
    stringDocs,
    transactionsDocs,
  ];
  const found = new Map<string, string>();
  for (const record of rows.flatMap((text) => text.trim().split(/\n(?! )/))) {
    found.set(/^[^:\n]+/.exec(record)?.[0] ?? "", record);
  }
  return found;
}

function parse(record: string): Documentation {
  const [head, summary, ...fields] = record.replace(/\n {4}/g, " ").split("\n  ");
  const colon = head.indexOf(": ");
  const after = (word: string) =>
    fields.find((field) => field.startsWith(`${word} `))?.slice(word.length + 1);
  return {
    summary,
    complexity: after("cost"),
    replacedBy: after("instead")?.replace(/!?[A-Z]+(?: [A-Z]+)*/g, "`$&`"),
    history: fields.filter((field) => /^\d/.test(field)).map(versionAndChange),
    arguments: colon === -1 ? [] : parseArguments(head.slice(colon + 2)),
  };
}

function versionAndChange(field: string): readonly [version: string, change: string] {
  const space = field.indexOf(" ");
  return [field.slice(0, space), field.slice(space + 1)];
}
