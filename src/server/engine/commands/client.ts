/** CLIENT: looking at connections and acting on them. */
import { ErrorReply, OK, Replies, type ReplyValue, Verbatim } from "../../../protocol/reply.js";
import { integerArg, isWord, parseInteger } from "../arguments.js";
import { type ClientType, clientInfo, clientType } from "../client-info.js";
import { noteDuration } from "../command-timing.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import type { Session } from "../session.js";
import { SYNTAX_ERROR, shown, subcommandSyntax, TIMEOUT_NEGATIVE, TIMEOUT_NOT_INTEGER } from "../texts.js";
import { clientTrackingHandlers } from "./client-tracking.js";

const NO_REPLY = new Replies([]);

/**
 * Give a connection its name; an empty one takes it away.
 * @throws ErrorReply for spaces and what is not printable
 */
export function setClientName(session: Session, name: string): void {
  if (!/^[!-~]*$/.test(name)) {
    throw new ErrorReply("ERR Client names cannot contain spaces, newlines or special characters.");
  }
  session.name = name;
}

function typeArg(text: string): ClientType {
  if (isWord(text, "NORMAL")) return "normal";
  if (isWord(text, "PUBSUB")) return "pubsub";
  if (isWord(text, "MASTER")) return "master";
  if (isWord(text, "REPLICA") || isWord(text, "SLAVE")) return "replica";
  throw new ErrorReply(`ERR Unknown client type '${shown(text)}'`);
}

function list(session: Session, args: Args): ReplyValue {
  const all = [...session.engine.sessions.values()];
  let chosen = all;
  if (args.length === 4 && isWord(args[2], "TYPE")) {
    const type = typeArg(args[3]);
    chosen = all.filter((other) => clientType(other) === type);
  } else if (args.length > 3 && isWord(args[2], "ID")) {
    const ids = args.slice(3).map((text) => {
      const id = parseInteger(text);
      if (id === undefined) throw new ErrorReply("ERR Invalid client ID");
      return Number(id);
    });
    chosen = ids.map((id) => session.engine.sessions.get(id)).filter((other) => other !== undefined);
  } else if (args.length !== 2) {
    throw new ErrorReply(SYNTAX_ERROR);
  }
  return new Verbatim(
    "txt",
    chosen.map((one) => `${clientInfo(one, one === session ? args : undefined)}\n`).join(""),
  );
}

type Filter = (session: Session) => boolean;

/** MAXAGE: connections that were made so many seconds ago, or earlier. */
function olderThan(text: string): Filter {
  const age = integerArg(text, "ERR maxage is not an integer or out of range");
  if (age < 1) throw new ErrorReply("ERR maxage should be greater than 0");
  return ({ createdAt, engine }) => Math.floor((engine.now - createdAt) / 1000) >= age;
}

/** The filters of CLIENT KILL, and whether the caller is left out. */
function killArgs(session: Session, args: Args): { readonly filters: Filter[]; readonly skipMe: boolean } {
  const filters: Filter[] = [];
  let skipMe = true;
  for (let i = 2; i < args.length; i += 2) {
    if (i + 1 >= args.length) throw new ErrorReply(SYNTAX_ERROR);
    const value = args[i + 1];
    if (isWord(args[i], "ID")) {
      const id = parseInteger(value);
      if (id === undefined || id < 1) throw new ErrorReply("ERR client-id should be greater than 0");
      filters.push((other) => other.id === id);
    } else if (isWord(args[i], "TYPE")) {
      const type = typeArg(value);
      filters.push((other) => clientType(other) === type);
    } else if (isWord(args[i], "MAXAGE") && session.engine.isAtLeast("7.4")) {
      filters.push(olderThan(value));
    } else if (isWord(args[i], "ADDR")) filters.push((other) => other.address === value);
    else if (isWord(args[i], "LADDR")) filters.push((other) => other.localAddress === value);
    else if (isWord(args[i], "USER")) {
      const user = session.engine.acl.user(value);
      if (user === undefined) throw new ErrorReply(`ERR No such user '${shown(value)}'`);
      filters.push((other) => other.user === user);
    } else if (isWord(args[i], "SKIPME") && isWord(value, "YES")) skipMe = true;
    else if (isWord(args[i], "SKIPME") && isWord(value, "NO")) skipMe = false;
    else throw new ErrorReply(SYNTAX_ERROR);
  }
  return { filters, skipMe };
}

function kill(session: Session, args: Args): ReplyValue {
  const others = [...session.engine.sessions.values()];
  if (args.length === 3) {
    const victim = others.find((other) => other.address === args[2]);
    if (victim === undefined) throw new ErrorReply("ERR No such client");
    victim.end();
    return OK;
  }
  const { filters, skipMe } = killArgs(session, args);
  const victims = others.filter(
    (other) => !(skipMe && other === session) && filters.every((test) => test(other)),
  );
  for (const victim of victims) victim.end();
  return victims.length;
}

function reply(session: Session, args: Args): ReplyValue {
  if (isWord(args[2], "ON")) {
    session.replyMode = "on";
    return OK;
  }
  if (isWord(args[2], "OFF")) session.replyMode = "off";
  else if (!isWord(args[2], "SKIP")) throw new ErrorReply(SYNTAX_ERROR);
  else if (session.replyMode !== "off") session.replyMode = "skip-next";
  return NO_REPLY;
}

function unblock(session: Session, args: Args): ReplyValue {
  let asError = false;
  if (args.length === 4) {
    asError = isWord(args[3], "ERROR");
    if (!asError && !isWord(args[3], "TIMEOUT")) {
      throw new ErrorReply("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    }
  } else if (args.length > 4) {
    throw new ErrorReply(subcommandSyntax(args[1], "CLIENT"));
  }
  const { engine } = session;
  const waiter = engine.sessions.get(integerArg(args[2]))?.waiter;
  if (waiter === undefined) return 0;
  const answer = asError
    ? new ErrorReply("UNBLOCKED client unblocked via CLIENT UNBLOCK")
    : waiter.blocked.timeoutReply();
  if (answer instanceof ErrorReply) engine.statistics.countError(answer.message);
  // redis-server counts it as a failure in either case.
  waiter.command.failed++;
  noteDuration(waiter.session, waiter.command, waiter.args, 0);
  engine.blocking.finish(waiter, answer);
  return 1;
}

function pause(session: Session, args: Args): ReplyValue {
  if (args.length > 4) throw new ErrorReply(subcommandSyntax(args[1], "CLIENT"));
  let all = true;
  if (args.length === 4) {
    all = isWord(args[3], "ALL");
    if (!all && !isWord(args[3], "WRITE")) throw new ErrorReply("ERR CLIENT PAUSE mode must be WRITE or ALL");
  }
  const timeout = integerArg(args[2], TIMEOUT_NOT_INTEGER);
  if (timeout < 0) throw new ErrorReply(TIMEOUT_NEGATIVE);
  session.engine.holding.pauseClients("command", all, session.engine.now + timeout);
  return OK;
}

function unpause(session: Session): ReplyValue {
  session.engine.holding.unpause("command");
  return OK;
}

function noEvict(session: Session, args: Args): ReplyValue {
  if (isWord(args[2], "ON")) session.noEvict = true;
  else if (isWord(args[2], "OFF")) session.noEvict = false;
  else throw new ErrorReply(SYNTAX_ERROR);
  return OK;
}

function setName(session: Session, args: Args): ReplyValue {
  setClientName(session, args[2]);
  return OK;
}

const HELP = [
  "GETNAME",
  "    Tell the name of this connection.",
  "ID",
  "    Tell the number of this connection.",
  "INFO",
  "    Describe this connection.",
  "KILL <ip:port>",
  "    End the connection from that address.",
  "KILL <option> <value> [<option> <value> ...]",
  "    End all connections to which every option (ADDR, LADDR, ID, TYPE, USER) applies;",
  "    SKIPME NO includes this one.",
  "LIST [TYPE <type> | ID <id> ...]",
  "    Describe all connections, or some.",
  "NO-EVICT (ON|OFF)",
  "    Protect this connection from eviction.",
  "PAUSE <milliseconds> [WRITE|ALL]",
  "    Hold back all requests, or those that write.",
  "REPLY (ON|OFF|SKIP)",
  "    Send replies, send none, or leave out the next one.",
  "SETNAME <name>",
  "    Give this connection a name.",
  "UNBLOCK <id> [TIMEOUT|ERROR]",
  "    Let a waiting client go on, as if its time had run out or with an error.",
  "UNPAUSE",
  "    End a pause.",
];

export const clientHandlers: Handlers = {
  "CLIENT ID": (session) => session.id,
  "CLIENT GETNAME": (session) => (session.name === "" ? null : session.name),
  "CLIENT SETNAME": setName,
  "CLIENT INFO": (session, args) => new Verbatim("txt", `${clientInfo(session, args)}\n`),
  "CLIENT LIST": list,
  "CLIENT KILL": kill,
  "CLIENT REPLY": reply,
  "CLIENT UNBLOCK": unblock,
  "CLIENT PAUSE": pause,
  "CLIENT UNPAUSE": unpause,
  "CLIENT NO-EVICT": noEvict,
  "CLIENT HELP": () => helpReply("CLIENT", HELP),
  ...clientTrackingHandlers,
};
