/** Finding keys: KEYS, SCAN, RANDOMKEY. */
import { ErrorReply, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord, lowerCase } from "../arguments.js";
import { globMatches, isPlainPattern } from "../glob.js";
import type { Args, Handlers } from "../handler.js";
import { type Entry, typeName } from "../keyspace.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { cursorArg, scanReply } from "./element-scan.js";

function keys(session: Session, args: Args): ReplyValue {
  const { db } = session;
  const pattern = args[1];
  if (isPlainPattern(pattern)) return db.peek(pattern) === undefined ? [] : [pattern];
  const all = pattern === "*";
  const found: string[] = [];
  for (const { key } of db.entries()) if (all || globMatches(pattern, key)) found.push(key);
  return found;
}

function scan(session: Session, args: Args): ReplyValue {
  const cursor = cursorArg(args[1]);
  let count = 10;
  let pattern: string | undefined;
  let type: string | undefined;
  for (let i = 2; i < args.length; i += 2) {
    if (i + 1 === args.length) throw new ErrorReply(SYNTAX_ERROR);
    if (isWord(args[i], "COUNT")) {
      count = integerArg(args[i + 1]);
      if (count < 1) throw new ErrorReply(SYNTAX_ERROR);
    } else if (isWord(args[i], "MATCH")) pattern = args[i + 1] === "*" ? undefined : args[i + 1];
    else if (isWord(args[i], "TYPE")) type = lowerCase(args[i + 1]);
    else throw new ErrorReply(SYNTAX_ERROR);
  }
  // A star alone is not tried as a pattern, so that it finds the empty key as well.
  if (pattern === "*") pattern = undefined;
  const found: string[] = [];
  const visit = ({ key, value }: Entry): void => {
    if (pattern !== undefined && !globMatches(pattern, key)) return;
    if (type === undefined || typeName(value) === type) found.push(key);
  };
  return scanReply(session.db.scan(cursor, count, visit), found);
}

export const keyScanHandlers: Handlers = {
  KEYS: keys,
  SCAN: scan,
  RANDOMKEY: (session) => session.db.randomKey() ?? null,
};
