/** SORT and SORT_RO. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord, parseFloatStrict } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, WRONG_TYPE } from "../texts.js";
import { HashValue } from "../types/hash.js";
import { ListValue } from "../types/list.js";
import { SetValue } from "../types/set.js";
import { SortedSetValue } from "../types/sorted-set.js";
import { MutableString } from "../types/string.js";

const NOT_NUMBERS = "ERR One or more scores can't be converted into double";

interface SortOptions {
  by: string | undefined;
  /** BY a pattern without a star: the order in which the elements stand. */
  unsorted: boolean;
  offset: number;
  /** Negative: all. */
  count: number;
  get: string[];
  descending: boolean;
  alpha: boolean;
  store: string | undefined;
}

function sortArgs(session: Session, args: Args, readOnly: boolean): SortOptions {
  const options: SortOptions = {
    by: undefined,
    unsorted: false,
    offset: 0,
    count: -1,
    get: [],
    descending: false,
    alpha: false,
    store: undefined,
  };
  for (let i = 2; i < args.length; i++) {
    const word = args[i];
    const left = args.length - i - 1;
    if (isWord(word, "ASC")) options.descending = false;
    else if (isWord(word, "DESC")) options.descending = true;
    else if (isWord(word, "ALPHA")) options.alpha = true;
    else if (isWord(word, "LIMIT") && left >= 2) {
      options.offset = integerArg(args[i + 1]);
      options.count = integerArg(args[i + 2]);
      i += 2;
    } else if (!readOnly && isWord(word, "STORE") && left >= 1) options.store = args[++i];
    else if (isWord(word, "BY") && left >= 1) {
      options.by = args[++i];
      options.unsorted = !options.by.includes("*");
      if (!options.unsorted) checkPatternsAllowed(session, args, "BY");
    } else if (isWord(word, "GET") && left >= 1) {
      checkPatternsAllowed(session, args, "GET");
      options.get.push(args[++i]);
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  return options;
}

/**
 * Patterns reach keys that the call does not name, so that only who may read all keys may use them.
 * @throws ErrorReply when the user may not
 */
function checkPatternsAllowed({ engine, user }: Session, args: Args, option: "BY" | "GET"): void {
  if (user.unrestricted) return;
  const command = engine.commands.find(args);
  if (command !== undefined && engine.acl.allowsReadingAllKeys(user, command, args)) return;
  throw new ErrorReply(`ERR ${option} option of SORT denied due to insufficient ACL permissions.`);
}

/**
 * The value that a pattern names for an element: `#` the element itself, `prefix*suffix` a key with the
 * element in place of the first star, `prefix*suffix->field` a field of such a hash.
 */
function lookUp(db: Database, pattern: string, element: string): string | undefined {
  if (pattern === "#") return element;
  const star = pattern.indexOf("*");
  if (star === -1) return undefined;
  const arrow = pattern.indexOf("->", star + 1);
  const hasField = arrow !== -1 && arrow + 2 < pattern.length;
  const suffix = pattern.slice(star + 1, hasField ? arrow : undefined);
  const value = db.findToRead(pattern.slice(0, star) + element + suffix)?.value;
  if (hasField) return value instanceof HashValue ? value.get(pattern.slice(arrow + 2)) : undefined;
  if (typeof value === "string") return value;
  return value instanceof MutableString ? value.text() : undefined;
}

/** The elements in the order in which they stand. */
function elementsOf(db: Database, key: string, backwards: boolean): string[] {
  const value = db.findToRead(key)?.value;
  if (value === undefined) return [];
  if (value instanceof ListValue) return backwards ? value.items().reverse() : value.items();
  if (value instanceof SetValue) return [...value.members()];
  if (!(value instanceof SortedSetValue)) throw new ErrorReply(WRONG_TYPE);
  value.toSkipList();
  const members: string[] = [];
  const visit = (member: string): void => {
    members.push(member);
  };
  if (backwards) value.walkBack(value.size - 1, value.size, visit);
  else value.walk(0, value.size, visit);
  return members;
}

/** A weight as C's strtod reads it: a NUL ends it, spaces before it are allowed, and nothing at all is zero. */
function weight(whole: string | undefined): number {
  if (whole === undefined) return 0;
  const nul = whole.indexOf("\0");
  const text = nul === -1 ? whole : whole.slice(0, nul);
  const trimmed = text.replace(/^[\t-\r ]+/, "");
  const value = text === "" ? 0 : parseFloatStrict(trimmed);
  if (value === undefined) throw new ErrorReply(NOT_NUMBERS);
  return value;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sorted(db: Database, elements: readonly string[], options: SortOptions): string[] {
  const { by, alpha } = options;
  const sign = options.descending ? -1 : 1;
  if (alpha) {
    if (by === undefined) return [...elements].sort((a, b) => sign * compareText(a, b));
    const rows = elements.map((element) => ({ element, text: lookUp(db, by, element) }));
    rows.sort((a, b) => {
      if (a.text === undefined || b.text === undefined) {
        return sign * (Number(a.text !== undefined) - Number(b.text !== undefined));
      }
      return sign * compareText(a.text, b.text);
    });
    return rows.map((row) => row.element);
  }
  const rows = elements.map((element) => ({
    element,
    weight: weight(by === undefined ? element : lookUp(db, by, element)),
  }));
  // Equal weights: by the bytes, so that the result is the same every time.
  rows.sort((a, b) => {
    if (a.weight !== b.weight) return sign * (a.weight < b.weight ? -1 : 1);
    return sign * compareText(a.element, b.element);
  });
  return rows.map((row) => row.element);
}

function sort(session: Session, args: Args, readOnly: boolean): ReplyValue {
  const { db } = session;
  const key = args[1];
  const options = sortArgs(session, args, readOnly);
  // The order of a set means nothing, so what is stored or seen by a script is sorted after all.
  if (
    options.unsorted &&
    (options.store !== undefined || session.isScript) &&
    db.peek(key)?.value instanceof SetValue
  ) {
    options.unsorted = false;
    options.alpha = true;
    options.by = undefined;
  }
  const elements = elementsOf(db, key, options.unsorted && options.descending);
  const ordered = options.unsorted ? elements : sorted(db, elements, options);
  const from = Math.max(0, options.offset);
  const chosen = ordered.slice(from, options.count < 0 ? undefined : from + options.count);
  const result: (string | null)[] =
    options.get.length === 0
      ? chosen
      : chosen.flatMap((element) => options.get.map((pattern) => lookUp(db, pattern, element) ?? null));
  if (options.store === undefined) return result;
  store(db, options.store, result);
  return result.length;
}

function store(db: Database, key: string, result: readonly (string | null)[]): void {
  if (result.length > 0) {
    db.overwrite(key, new ListValue(result.map((item) => item ?? "")));
    db.modified(key, Notify.LIST, "sortstore");
  } else if (db.delete(key)) {
    db.modified(key, Notify.GENERIC, "del");
  }
}

export const sortHandlers: Handlers = {
  SORT: (session, args) => sort(session, args, false),
  SORT_RO: (session, args) => sort(session, args, true),
};
