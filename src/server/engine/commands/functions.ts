/** Libraries of functions. */
import {
  ErrorReply,
  MapReply,
  OK,
  type ReplyValue,
  SetReply,
  SimpleString,
} from "../../../protocol/reply.js";
import { integerArg, isWord } from "../arguments.js";
import { BadPayload, dumpLibraries, readLibraries } from "../function-payload.js";
import { globMatches } from "../glob.js";
import type { Args, Handlers } from "../handler.js";
import { helpReply } from "../help.js";
import { showMonitors } from "../monitor.js";
import type { Session } from "../session.js";
import { scriptFlags } from "../shebang.js";
import { BUSY_SCRIPT, killScript } from "../slow-script.js";
import { keyCountOf } from "./scripting.js";

/** FCALL function numkeys [key ...] [arg ...] */
function functionCall(session: Session, args: Args): ReplyValue {
  return callFunction(session, args, false);
}

/** FCALL_RO: as FCALL, and nothing may be written. */
function functionCallReadOnly(session: Session, args: Args): ReplyValue {
  return callFunction(session, args, true);
}

function callFunction(session: Session, args: Args, readOnly: boolean): ReplyValue {
  showMonitors(session, args);
  const { functions, scripts } = session.engine;
  const fn = functions.find(args[1]);
  if (fn === undefined) throw new ErrorReply("ERR Function not found");
  const firstArg = 3 + keyCountOf(args, integerArg(args[2], "ERR Bad number of keys provided"));
  const keys = args.slice(3, firstArg);
  const call = { functionName: fn.name, request: args, keys, flags: scriptFlags(fn.flags), readOnly };
  return scripts.run(session, call, (runner, context) =>
    runner.callFunction(fn, keys, args.slice(firstArg), context),
  );
}

/** A word in an error: redis-server writes it up to a NUL. */
function asShown(word: string): string {
  return word.replace(/\0.*$/s, "");
}

/** FUNCTION LOAD [REPLACE] code */
function functionLoad(session: Session, args: Args): ReplyValue {
  let replace = false;
  for (const option of args.slice(2, -1)) {
    // Line ends at the end of this one are cut off.
    if (!isWord(option, "REPLACE"))
      throw new ErrorReply(`ERR Unknown option given: ${asShown(option).replace(/[\r\n]+$/, "")}`);
    replace = true;
  }
  const name = session.engine.functions.load(args[args.length - 1], replace);
  session.engine.dirty++;
  return name;
}

/** FUNCTION DELETE library */
function functionDelete(session: Session, args: Args): ReplyValue {
  if (!session.engine.functions.delete(args[2])) throw new ErrorReply("ERR Library not found");
  session.engine.dirty++;
  return OK;
}

/** FUNCTION FLUSH [ASYNC | SYNC] */
function functionFlush(session: Session, args: Args): ReplyValue {
  if (args.length > 3) throw wrongForm(args);
  if (args.length === 3 && !isWord(args[2], "SYNC") && !isWord(args[2], "ASYNC")) {
    throw new ErrorReply("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
  }
  session.engine.functions.flush();
  session.engine.dirty++;
  return OK;
}

/** FUNCTION LIST [LIBRARYNAME pattern] [WITHCODE] */
function functionList(session: Session, args: Args): ReplyValue {
  let pattern: string | undefined;
  let withCode = false;
  for (let i = 2; i < args.length; i++) {
    if (!withCode && isWord(args[i], "WITHCODE")) {
      withCode = true;
    } else if (pattern === undefined && isWord(args[i], "LIBRARYNAME")) {
      i++;
      if (i >= args.length) throw new ErrorReply("ERR library name argument was not given");
      pattern = args[i];
    } else {
      throw new ErrorReply(`ERR Unknown argument ${asShown(args[i])}`);
    }
  }
  const replies: ReplyValue[] = [];
  for (const { name, source, functions } of session.engine.functions.libraries) {
    if (pattern !== undefined && !globMatches(pattern, name, true)) continue;
    const described = functions.map(
      (fn) =>
        new MapReply([
          "name",
          fn.name,
          "description",
          fn.description,
          "flags",
          new SetReply(fn.flags.map((flag) => new SimpleString(flag))),
        ]),
    );
    const code = withCode ? ["library_code", source] : [];
    replies.push(new MapReply(["library_name", name, "engine", "LUA", "functions", described, ...code]));
  }
  return replies;
}

/** FUNCTION STATS: a function that runs is seen when it has run past its time limit. */
function functionStats(session: Session): ReplyValue {
  const { functions, slowScript } = session.engine;
  const counts = new MapReply([
    "libraries_count",
    functions.size,
    "functions_count",
    functions.functionCount,
  ]);
  const { functionName } = slowScript?.invocation ?? {};
  if (slowScript !== undefined && functionName === undefined) throw new ErrorReply(BUSY_SCRIPT);
  const running =
    slowScript === undefined
      ? null
      : new MapReply([
          "name",
          functionName as string,
          "command",
          [...slowScript.invocation.request],
          "duration_ms",
          Math.floor(slowScript.duration),
        ]);
  return new MapReply(["running_script", running, "engines", new MapReply(["LUA", counts])]);
}

/** FUNCTION KILL */
function functionKill(session: Session): ReplyValue {
  return killScript(session.engine, "function");
}

/** FUNCTION DUMP */
function functionDump(session: Session): ReplyValue {
  const { config, functions, rdbVersion } = session.engine;
  const sources = Array.from(functions.libraries, ({ source }) => source);
  return dumpLibraries(sources, config.get("rdbcompression") === "yes", rdbVersion);
}

/** FUNCTION RESTORE payload [FLUSH | APPEND | REPLACE] */
function functionRestore(session: Session, args: Args): ReplyValue {
  if (args.length > 4) throw wrongForm(args);
  let policy: "append" | "replace" | "flush" = "append";
  if (args.length === 4) {
    if (isWord(args[3], "REPLACE")) policy = "replace";
    else if (isWord(args[3], "FLUSH")) policy = "flush";
    else if (!isWord(args[3], "APPEND")) {
      throw new ErrorReply(
        "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.",
      );
    }
  }
  const { rdbVersion, skipsChecksums } = session.engine;
  const sources = readLibraries(args[2], rdbVersion, skipsChecksums);
  if (sources instanceof BadPayload) throw new ErrorReply(`ERR ${sources.message}`);
  session.engine.functions.restore(sources, policy);
  session.engine.dirty++;
  return OK;
}

function wrongForm(args: Args): ErrorReply {
  return new ErrorReply(
    `ERR unknown subcommand or wrong number of arguments for '${args[1].slice(0, 128)}'. Try FUNCTION HELP.`,
  );
}

function functionHelp(): ReplyValue {
  return helpReply("FUNCTION", [
    "LOAD [REPLACE] <code>",
    "    Make the library whose code this is, in the place of the one with its name if REPLACE is given.",
    "DELETE <library>",
    "    Remove a library and its functions.",
    "LIST [LIBRARYNAME <pattern>] [WITHCODE]",
    "    Tell the libraries and their functions, with their code if WITHCODE is given.",
    "STATS",
    "    Tell the function that runs, if any, and how many libraries and functions there are.",
    "KILL",
    "    Stop the function that runs.",
    "FLUSH [ASYNC|SYNC]",
    "    Remove all libraries.",
    "DUMP",
    "    Return all libraries as bytes for RESTORE.",
    "RESTORE <bytes> [FLUSH|APPEND|REPLACE]",
    "    Make the libraries of a dump. FLUSH removes all others first, APPEND (the default) fails when one",
    "    exists already, REPLACE replaces those.",
  ]);
}

export const functionHandlers: Handlers = {
  FCALL: functionCall,
  FCALL_RO: functionCallReadOnly,
  "FUNCTION LOAD": functionLoad,
  "FUNCTION DELETE": functionDelete,
  "FUNCTION FLUSH": functionFlush,
  "FUNCTION LIST": functionList,
  "FUNCTION STATS": functionStats,
  "FUNCTION KILL": functionKill,
  "FUNCTION DUMP": functionDump,
  "FUNCTION RESTORE": functionRestore,
  "FUNCTION HELP": functionHelp,
};
