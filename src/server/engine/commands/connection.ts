/** The connection itself: who is there, which protocol, which database. CLIENT is in client.ts. */
import { ErrorReply, MapReply, OK, type ReplyValue, SimpleString } from "../../../protocol/reply.js";
import { int64Arg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import type { Session } from "../session.js";
import { DB_INDEX_OUT_OF_RANGE, SYNTAX_ERROR, shown, WRONG_PASS, wrongArity } from "../texts.js";
import { clientHandlers, setClientName } from "./client.js";

const PONG = new SimpleString("PONG");
const NOT_AUTHENTICATED =
  "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time";

function ping(session: Session, args: Args): ReplyValue {
  if (args.length > 2) throw new ErrorReply(wrongArity("ping"));
  if (session.inSubscribedContext) return ["pong", args[1] ?? ""];
  return args.length === 1 ? PONG : args[1];
}

function auth(session: Session, args: Args): ReplyValue {
  if (args.length > 3) throw new ErrorReply(SYNTAX_ERROR);
  const { acl } = session.engine;
  if (args.length === 2 && acl.defaultUser.nopass) {
    throw new ErrorReply(
      "ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?",
    );
  }
  const username = args.length === 3 ? args[1] : acl.defaultUser.name;
  if (!acl.logIn(session, args, username, args[args.length - 1])) throw new ErrorReply(WRONG_PASS);
  return OK;
}

/** The protocol version that HELLO asks for. */
function protocolArg(text: string): 2 | 3 {
  const version = int64Arg(text, "ERR Protocol version is not an integer or out of range");
  if (version !== 2 && version !== 3) throw new ErrorReply("NOPROTO unsupported protocol version");
  return version;
}

function hello(session: Session, args: Args): ReplyValue {
  const protocol = args.length > 1 ? protocolArg(args[1]) : session.protocol;
  let credentials: readonly [user: string, password: string] | undefined;
  let name: string | undefined;
  for (let i = 2; i < args.length; i++) {
    const left = args.length - i - 1;
    if (isWord(args[i], "AUTH") && left >= 2) {
      credentials = [args[i + 1], args[i + 2]];
      i += 2;
    } else if (isWord(args[i], "SETNAME") && left >= 1) {
      name = args[++i];
    } else {
      throw new ErrorReply(`ERR Syntax error in HELLO option '${shown(args[i])}'`);
    }
  }
  if (credentials !== undefined && !session.engine.acl.logIn(session, args, ...credentials)) {
    throw new ErrorReply(WRONG_PASS);
  }
  if (!session.authenticated) throw new ErrorReply(NOT_AUTHENTICATED);
  if (name !== undefined) setClientName(session, name);
  session.protocol = protocol;
  return new MapReply([
    "server",
    "redis",
    "version",
    session.engine.version,
    "proto",
    protocol,
    "id",
    session.id,
    "mode",
    "standalone",
    "role",
    "master",
    "modules",
    [],
  ]);
}

function select(session: Session, args: Args): ReplyValue {
  const index = int64Arg(args[1]);
  if (index < -2147483648 || index > 2147483647) {
    throw new ErrorReply("ERR value is out of range, value must between -2147483648 and 2147483647");
  }
  const database = session.engine.databases[Number(index)];
  if (database === undefined) throw new ErrorReply(DB_INDEX_OUT_OF_RANGE);
  session.db = database;
  return OK;
}

function quit(session: Session): ReplyValue {
  session.closing = true;
  return OK;
}

function reset(session: Session): ReplyValue {
  const { engine } = session;
  session.transaction = undefined;
  session.unwatch();
  engine.channels.dropSession(session);
  engine.monitors.delete(session);
  session.isMonitor = false;
  session.onlyListens = false;
  engine.tracking.stop(session);
  session.db = engine.databases[0];
  session.name = "";
  session.protocol = 2;
  session.replyMode = "on";
  session.noTouch = false;
  if (engine.isAtLeast("7.2")) session.noEvict = false;
  engine.acl.logOut(session);
  return new SimpleString("RESET");
}

export const connectionHandlers: Handlers = {
  PING: ping,
  ECHO: (_session, args) => args[1],
  AUTH: auth,
  HELLO: hello,
  SELECT: select,
  QUIT: quit,
  RESET: reset,
  ...clientHandlers,
};
