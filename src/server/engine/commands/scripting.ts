/** Lua scripts. */
import { ErrorReply, OK, type ReplyValue } from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { showMonitors } from "../monitor.js";
import type { DebugConsole } from "../script-runner.js";
import type { CachedScript } from "../scripts.js";
import type { Session } from "../session.js";
import { killScript } from "../slow-script.js";
import { NO_SCRIPT } from "../texts.js";

const NO_DEBUGGER = "ERR scripts cannot be debugged over this connection";
/** Where the keys begin. */
const FIRST_KEY = 3;

/** EVAL script numkeys [key ...] [arg ...] */
function evaluate(session: Session, args: Args): ReplyValue {
  if (session.debugsScripts) return debugScript(session, args, false);
  showMonitors(session, args);
  const keyCount = keyCountArg(args);
  return runScript(session, args, session.engine.scripts.add(args[1]), keyCount, false);
}

/** EVAL_RO: as EVAL, and nothing may be written. */
function evaluateReadOnly(session: Session, args: Args): ReplyValue {
  if (session.debugsScripts) return debugScript(session, args, true);
  showMonitors(session, args);
  const keyCount = keyCountArg(args);
  return runScript(session, args, session.engine.scripts.add(args[1]), keyCount, true);
}

/** EVAL after SCRIPT DEBUG SYNC: the connection is closed behind its reply, which ends the client's session. */
function debugScript(session: Session, args: Args, readOnly: boolean): ReplyValue {
  showMonitors(session, args);
  const client = session.engine.attendant?.converse(session);
  if (client === undefined) throw new ErrorReply(NO_DEBUGGER);
  session.closing = true;
  const console = { source: args[1], read: () => client.read(), write: client.write };
  try {
    const keyCount = keyCountArg(args);
    return runScript(session, args, session.engine.scripts.add(args[1]), keyCount, readOnly, console);
  } catch (error) {
    // It has not even begun.
    client.write(["<endsession>"]);
    throw error;
  }
}

/** EVALSHA sha1 numkeys [key ...] [arg ...] */
function evaluateSha(session: Session, args: Args): ReplyValue {
  return runCached(session, args, false);
}

/** EVALSHA_RO: as EVALSHA, and nothing may be written. */
function evaluateShaReadOnly(session: Session, args: Args): ReplyValue {
  return runCached(session, args, true);
}

function runCached(session: Session, args: Args, readOnly: boolean): ReplyValue {
  showMonitors(session, args);
  if (session.debugsScripts) throw new ErrorReply("ERR Please use EVAL instead of EVALSHA for debugging");
  if (args[1].length !== 40) throw new ErrorReply(NO_SCRIPT);
  const keyCount = keyCountArg(args);
  const script = session.engine.scripts.find(args[1]);
  if (script === undefined) throw new ErrorReply(NO_SCRIPT);
  return runScript(session, args, script, keyCount, readOnly);
}

function runScript(
  session: Session,
  args: Args,
  script: CachedScript,
  keyCount: number,
  readOnly: boolean,
  console?: DebugConsole,
): ReplyValue {
  const firstArg = FIRST_KEY + keyCount;
  const keys = args.slice(FIRST_KEY, firstArg);
  const call = { request: args, keys, flags: script.flags, readOnly, ...(console && { console }) };
  return session.engine.scripts.run(session, call, (runner, context) =>
    runner.run(script, keys, args.slice(firstArg), context),
  );
}

function keyCountArg(args: Args): number {
  return keyCountOf(args, integerArg(args[2]));
}

/** The number of keys that EVAL or FCALL was given, checked against the arguments. */
export function keyCountOf(args: Args, count: number): number {
  if (count > args.length - FIRST_KEY) {
    throw new ErrorReply("ERR Number of keys can't be greater than number of args");
  }
  if (count < 0) throw new ErrorReply("ERR Number of keys can't be negative");
  return count;
}

/** SCRIPT LOAD script */
function scriptLoad(session: Session, args: Args): ReplyValue {
  return session.engine.scripts.add(args[2]).sha;
}

/** SCRIPT EXISTS sha1 [sha1 ...] */
function scriptExists(session: Session, args: Args): ReplyValue {
  const { scripts } = session.engine;
  return args.slice(2).map((sha) => (scripts.find(sha) === undefined ? 0 : 1));
}

/** SCRIPT FLUSH [ASYNC | SYNC] */
function scriptFlush(session: Session, args: Args): ReplyValue {
  if (args.length > 3 || (args.length === 3 && !isWord(args[2], "SYNC") && !isWord(args[2], "ASYNC"))) {
    throw new ErrorReply("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  }
  session.engine.scripts.flush();
  return OK;
}

/** SCRIPT KILL */
function scriptKill(session: Session): ReplyValue {
  return killScript(session.engine, "script");
}

/** SCRIPT DEBUG YES | SYNC | NO: YES would debug a copy of the server, which cannot be made here. */
function scriptDebug(session: Session, args: Args): ReplyValue {
  if (isWord(args[2], "NO")) {
    session.debugsScripts = false;
  } else if (isWord(args[2], "SYNC")) {
    if (session.engine.attendant?.converse(session) === undefined) throw new ErrorReply(NO_DEBUGGER);
    session.debugsScripts = true;
  } else if (isWord(args[2], "YES")) {
    throw new ErrorReply(
      "ERR this server debugs scripts by SCRIPT DEBUG SYNC (redis-cli --ldb-sync-mode) alone",
    );
  } else {
    throw new ErrorReply("ERR Use SCRIPT DEBUG YES/SYNC/NO");
  }
  return OK;
}

function scriptHelp(): ReplyValue {
  return helpReply("SCRIPT", [
    "DEBUG (YES|SYNC|NO)",
    "    Debug the scripts to come, with SYNC: nobody else is served while one stands still.",
    "EXISTS <sha1> [<sha1> ...]",
    "    Tell which of the scripts are in the cache.",
    "FLUSH [ASYNC|SYNC]",
    "    Empty the cache of scripts.",
    "KILL",
    "    Stop the script that runs.",
    "LOAD <script>",
    "    Put a script into the cache and return its SHA-1.",
  ]);
}

export const scriptingHandlers: Handlers = {
  EVAL: evaluate,
  EVALSHA: evaluateSha,
  EVAL_RO: evaluateReadOnly,
  EVALSHA_RO: evaluateShaReadOnly,
  "SCRIPT LOAD": scriptLoad,
  "SCRIPT EXISTS": scriptExists,
  "SCRIPT FLUSH": scriptFlush,
  "SCRIPT KILL": scriptKill,
  "SCRIPT DEBUG": scriptDebug,
  "SCRIPT HELP": scriptHelp,
};
