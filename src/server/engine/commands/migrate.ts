/** MIGRATE: keys go to another server, and are deleted here once they have arrived. */
import { ErrorReply, OK, type ReplyValue, SimpleString } from "../../../protocol/reply.js";
import { int64Arg, isWord } from "../arguments.js";
import { Blocked } from "../blocking.js";
import type { Args, Handlers } from "../handler.js";
import { Notify } from "../notify.js";
import type { Answers } from "../server-files.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR } from "../texts.js";
import { payloadOf } from "./transfer.js";

const DEFAULT_TIMEOUT_MS = 1000;
const NO_SOCKETS = "ERR MIGRATE needs sockets, and this server has none";
const NOT_AT_ONCE =
  "ERR MIGRATE is not supported inside MULTI and scripts here, because it waits for the other server";
const KEYS_WITHOUT_EMPTY_KEY =
  "ERR When using MIGRATE KEYS option, the key argument must be set to the empty string";

interface Migration {
  readonly host: string;
  readonly port: string;
  readonly keys: readonly string[];
  readonly database: string;
  readonly timeoutMs: number;
  readonly copy: boolean;
  readonly replace: boolean;
  /** The words of AUTH. */
  readonly credentials: readonly string[] | undefined;
}

function parseMigration(args: Args): Migration {
  let copy = false;
  let replace = false;
  let credentials: readonly string[] | undefined;
  let keys: readonly string[] = [args[3]];
  for (let i = 6; i < args.length; i++) {
    const word = args[i];
    const more = args.length - 1 - i;
    if (isWord(word, "COPY")) copy = true;
    else if (isWord(word, "REPLACE")) replace = true;
    else if (isWord(word, "AUTH") && more >= 1) credentials = [args[++i]];
    else if (isWord(word, "AUTH2") && more >= 2) {
      credentials = [args[i + 1], args[i + 2]];
      i += 2;
    } else if (isWord(word, "KEYS")) {
      if (args[3] !== "") throw new ErrorReply(KEYS_WITHOUT_EMPTY_KEY);
      keys = args.slice(i + 1);
      break;
    } else throw new ErrorReply(SYNTAX_ERROR);
  }
  const timeout = Number(int64Arg(args[5]));
  const database = String(int64Arg(args[4]));
  const timeoutMs = timeout > 0 ? timeout : DEFAULT_TIMEOUT_MS;
  return { host: args[1], port: args[2], keys, database, timeoutMs, copy, replace, credentials };
}

/** The request that makes the key on the other server; `undefined` when there is none. */
function restoreRequest(session: Session, key: string, replace: boolean): readonly string[] | undefined {
  const payload = payloadOf(session, key);
  if (payload === undefined) return undefined;
  const expiry = session.db.expireAt(key);
  // One that is due in this very moment must not become one that never ends.
  const ttl = expiry === undefined ? 0 : Math.max(1, expiry - session.engine.now);
  return ["RESTORE", key, String(ttl), payload, ...(replace ? ["REPLACE"] : [])];
}

function isError(line: string): boolean {
  return line.startsWith("-");
}

function migrate(session: Session, args: Args): ReplyValue | Blocked {
  const { db, engine } = session;
  const { host, port, timeoutMs, ...plan } = parseMigration(args);
  const restores = plan.keys.flatMap((key) => {
    const request = restoreRequest(session, key, plan.replace);
    return request === undefined ? [] : [{ key, request }];
  });
  if (restores.length === 0) return new SimpleString("NOKEY");
  if (engine.otherServers === undefined) throw new ErrorReply(NO_SOCKETS);
  if (session.isInTransaction || session.isScript) throw new ErrorReply(NOT_AT_ONCE);
  const before = [
    ...(plan.credentials === undefined ? [] : [["AUTH", ...plan.credentials]]),
    ["SELECT", plan.database],
  ];
  const finish = ({ lines, failedAt }: Answers): ReplyValue => {
    let refusal = lines.slice(0, before.length).find(isError);
    const deleted: string[] = [];
    // What has arrived is deleted, whatever becomes of the rest.
    for (const [at, { key }] of refusal === undefined ? restores.entries() : []) {
      const line = lines[before.length + at];
      if (line === undefined) break;
      if (isError(line)) refusal ??= line;
      else if (!plan.copy && db.delete(key)) {
        db.modified(key, Notify.GENERIC, "del");
        deleted.push(key);
      }
    }
    if (deleted.length !== 0) engine.propagation?.instead(["DEL", ...deleted]);
    if (failedAt !== undefined) return new ErrorReply(`IOERR error or timeout ${failedAt}`);
    if (refusal === undefined) return OK;
    return new ErrorReply(`ERR Target instance replied with error: ${refusal.slice(1)}`);
  };
  // redis-server does nothing else meanwhile; here nobody else is served, so that no key changes on its way.
  const resume = engine.holding.everybodyFor(session);
  const requests = [...before, ...restores.map(({ request }) => request)];
  void engine.otherServers
    .send({ host, port, timeoutMs }, requests)
    .then((answers) => resume(() => finish(answers)));
  return new Blocked([], 0, () => undefined, null);
}

export const migrateHandlers: Handlers = { MIGRATE: migrate };
