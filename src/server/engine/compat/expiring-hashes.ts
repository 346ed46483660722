/** What commands of Redis 7.0 do differently when fields of hashes can expire (Redis 7.4). */
import type { ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Blocked } from "../blocking.js";
import { cursorArg, elementScanArgs, scanReply } from "../commands/element-scan.js";
import { hashHandlers } from "../commands/hashes.js";
import { keyHandlers } from "../commands/keys.js";
import { serverHandlers } from "../commands/server.js";
import type { Database } from "../database.js";
import type { Args, Handler, Handlers } from "../handler.js";
import type { Session } from "../session.js";

/** HSET and HMSET: a field that is set anew lives for ever. */
function settingFields(set: Handler): Handler {
  return (session, args) => {
    const reply = set(session, args);
    const { db, engine } = session;
    if (engine.fieldExpiries?.isUsed !== true) return reply;
    const hash = db.hash(args[1]);
    let changed = false;
    for (let i = 2; i < args.length; i += 2) if (hash?.persistField(args[i])) changed = true;
    if (changed) engine.fieldExpiries.note(db, args[1]);
    return reply;
  };
}

/** Let the fields of a hash expire where it has come to. */
function movingKeys(move: Handler, arrivals: (session: Session, args: Args) => Arrival[]): Handler {
  return (session, args): ReplyValue | Blocked => {
    const reply = move(session, args);
    const { fieldExpiries } = session.engine;
    if (fieldExpiries?.isUsed === true) {
      for (const { database, key } of arrivals(session, args)) fieldExpiries.note(database, key);
    }
    return reply;
  };
}

interface Arrival {
  readonly database: Database;
  readonly key: string;
}

/** The same key in every database: which one was meant is not worth reading again. */
function everywhere({ engine }: Session, key: string): Arrival[] {
  return engine.databases.map((database) => ({ database, key }));
}

function swapdb(session: Session, args: Args): ReplyValue | Blocked {
  const { engine } = session;
  const reply = serverHandlers.SWAPDB(session, args);
  for (const index of [args[1], args[2]]) engine.fieldExpiries?.rescan(engine.databases[integerArg(index)]);
  return reply;
}

/** HSCAN with NOVALUES: fields alone. */
function hscan(session: Session, args: Args): ReplyValue | Blocked {
  const rest = args.slice(0, 3);
  for (let i = 3; i < args.length; i++) {
    if (isWord(args[i], "NOVALUES")) continue;
    rest.push(...args.slice(i, i + 2));
    i++;
  }
  if (rest.length === args.length) return hashHandlers.HSCAN(session, args);
  const cursor = cursorArg(args[2]);
  const hash = session.db.hash(args[1]);
  if (hash === undefined) return scanReply(0, []);
  const { count, matches } = elementScanArgs(rest);
  const found: string[] = [];
  const next = hash.scan(cursor, count, (field) => {
    if (matches(field)) found.push(field);
  });
  return scanReply(next, found);
}

/** Commands that replace those of the same names. */
export const expiringHashHandlers: Handlers = {
  HSET: settingFields(hashHandlers.HSET),
  HMSET: settingFields(hashHandlers.HMSET),
  HSCAN: hscan,
  RENAME: movingKeys(keyHandlers.RENAME, ({ db }, args) => [{ database: db, key: args[2] }]),
  RENAMENX: movingKeys(keyHandlers.RENAMENX, ({ db }, args) => [{ database: db, key: args[2] }]),
  COPY: movingKeys(keyHandlers.COPY, (session, args) => everywhere(session, args[2])),
  MOVE: movingKeys(keyHandlers.MOVE, (session, args) => everywhere(session, args[1])),
  SWAPDB: swapdb,
};
