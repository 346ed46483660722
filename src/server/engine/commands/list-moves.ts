/** Taking elements off lists and moving them: what the plain and the blocking commands have in common. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { isWord, rangeArg } from "../arguments.js";
import type { Database } from "../database.js";
import type { Args } from "../handler.js";
import { Notify } from "../notify.js";
import { COUNT_NOT_POSITIVE, NUMKEYS_NOT_POSITIVE, SYNTAX_ERROR } from "../texts.js";
import { ListValue } from "../types/list.js";

/** One end of a list: LEFT is the head, RIGHT the tail. */
export type End = "head" | "tail";

/** LEFT or RIGHT. @throws ErrorReply for any other word */
export function endArg(text: string): End {
  if (isWord(text, "LEFT")) return "head";
  if (isWord(text, "RIGHT")) return "tail";
  throw new ErrorReply(SYNTAX_ERROR);
}

/** Take up to `count` elements off one end, with events; the emptied list goes. The key must hold `list`. */
export function popElements(db: Database, key: string, list: ListValue, end: End, count: number): string[] {
  const { size } = list;
  const taken = Math.min(count, size);
  let items: string[];
  if (end === "head") {
    items = list.range(0, taken);
    list.dropHead(taken);
  } else {
    items = list.range(size - taken, size).reverse();
    list.dropTail(taken);
  }
  db.modified(key, Notify.LIST, end === "head" ? "lpop" : "rpop");
  db.removeIfEmpty(key, list);
  return items;
}

/**
 * Move one element from list to list (or round one list).
 * @returns the element; `undefined` when there is no source
 */
export function moveElement(
  db: Database,
  source: string,
  destination: string,
  from: End,
  to: End,
): string | undefined {
  const list = db.list(source);
  if (list === undefined) return undefined;
  let target = db.list(destination);
  const item = (from === "head" ? list.popHead() : list.popTail()) as string;
  if (target === undefined) {
    target = new ListValue();
    db.put(destination, target);
  }
  if (to === "head") target.pushHead(item);
  else target.pushTail(item);
  db.modified(destination, Notify.LIST, to === "head" ? "lpush" : "rpush");
  db.modified(source, Notify.LIST, from === "head" ? "lpop" : "rpop");
  db.removeIfEmpty(source, list);
  return item;
}

/** The command that takes from that end. */
export function popName(end: End): string {
  return end === "head" ? "LPOP" : "RPOP";
}

/** The arguments of LMPOP and BLMPOP. */
export interface MultiPop {
  readonly keys: readonly string[];
  readonly end: End;
  readonly count: number;
}

/** Read `numkeys key [key ...] LEFT|RIGHT [COUNT n]` from place `at` on. @throws ErrorReply */
export function multiPopArgs(args: Args, at: number): MultiPop {
  const numkeys = rangeArg(args[at], 1, Number.POSITIVE_INFINITY, NUMKEYS_NOT_POSITIVE);
  const behind = at + 1 + numkeys;
  if (behind >= args.length) throw new ErrorReply(SYNTAX_ERROR);
  const end = endArg(args[behind]);
  let count = 1;
  if (args.length > behind + 1) {
    if (!isWord(args[behind + 1], "COUNT") || args.length === behind + 2) throw new ErrorReply(SYNTAX_ERROR);
    count = rangeArg(args[behind + 2], 1, Number.POSITIVE_INFINITY, COUNT_NOT_POSITIVE);
    if (args.length > behind + 3) throw new ErrorReply(SYNTAX_ERROR);
  }
  return { keys: args.slice(at + 1, behind), end, count };
}

/** Pop from the first of the keys that holds a list. @returns key and elements; `undefined`: none does */
export function popFromFirst(
  db: Database,
  keys: readonly string[],
  end: End,
  count: number,
): ReplyValue | undefined {
  for (const key of keys) {
    const list = db.list(key);
    if (list === undefined) continue;
    const items = popElements(db, key, list, end, count);
    db.engine.propagation?.instead([popName(end), key, String(items.length)]);
    return [key, items];
  }
  return undefined;
}
