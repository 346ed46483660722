/**
 * The library `redis`: what a script can ask of the server.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-api/#redis-object
 */
import { shortestDouble } from "../../protocol/double.js";
import { ErrorReply } from "../../protocol/reply.js";
import { sha1 } from "../../protocol/sha1.js";
import type { ScriptContext } from "../engine/script-runner.js";
import type { LogLevel } from "../engine/server-files.js";
import type { LibraryEntries, Lua } from "./lua.js";
import type { LuaInspector } from "./lua-inspector.js";
import { type LuaState, LuaType } from "./lua-module.js";
import { formatGeneral } from "./number-format.js";
import { pushError, pushErrorReply, pushField, pushReply } from "./push-reply.js";
import type { ScriptDebugger } from "./script-debugger.js";
import { untilZero } from "./script-reply.js";

/** Who runs the script at present. */
export interface RedisHost {
  readonly context: ScriptContext;
  /** The debugger, while a script is being debugged. */
  readonly debugger: ScriptDebugger | undefined;
  readonly inspector: LuaInspector;
  /** The server's version, such as `7.0.15`. */
  readonly version: string;
}

const NO_ARGUMENT = "Please specify at least one argument for this redis lib call";
const BAD_ARGUMENT = "Lua redis lib command arguments must be strings or integers";
const BAD_REPLY_ARGUMENT = "wrong number or type of arguments";
/** `redis.LOG_WARNING`, the highest level. */
const LOG_WARNING = 3;
const REPL_ALL = 3;
/** Redis 7.2, as `REDIS_VERSION_NUM` tells versions: it writes numbers in the fewest digits. */
const FIRST_WITH_SHORT_NUMBERS = 0x070200;

export function redisLibrary(lua: Lua, host: RedisHost): LibraryEntries {
  const { api } = lua;
  const isLater = versionNumber(host.version) >= FIRST_WITH_SHORT_NUMBERS;
  // Lua itself would write a number with 14 digits.
  const numberText = isLater ? shortestDouble : (value: number) => formatGeneral(value, 17);

  /** Fail with an error table. */
  function fail(L: LuaState, text: string): never {
    pushError(lua, L, text);
    return lua.fail(L);
  }

  /** The words of a command, or what is wrong with them. */
  function commandWords(L: LuaState): string[] | string {
    const count = api._lua_gettop(L);
    if (count === 0) return NO_ARGUMENT;
    const words = new Array<string>(count);
    for (let i = 1; i <= count; i++) {
      const type = api._lua_type(L, i);
      if (type === LuaType.STRING) words[i - 1] = lua.text(L, i);
      else if (type === LuaType.NUMBER) words[i - 1] = numberText(api._lua_tonumber(L, i));
      else return BAD_ARGUMENT;
    }
    return words;
  }

  function execute(L: LuaState, raise: boolean): number {
    const words = commandWords(L);
    if (typeof words === "string") {
      pushError(lua, L, words);
      return raise ? lua.fail(L) : 1;
    }
    const { context } = host;
    host.debugger?.noteCommand(words);
    const reply = context.call(words);
    host.debugger?.noteReply(reply, context.protocol, context.wasRefused);
    if (typeof reply === "object" && reply instanceof ErrorReply) {
      pushErrorReply(lua, L, reply);
      return raise ? lua.fail(L) : 1;
    }
    pushReply(lua, L, reply, context.protocol);
    return 1;
  }

  /** The only argument of `status_reply` and `error_reply`; `undefined`, and an error pushed, when it is none. */
  function onlyText(L: LuaState): string | undefined {
    if (api._lua_gettop(L) === 1 && api._lua_type(L, 1) === LuaType.STRING) return lua.text(L, 1);
    pushError(lua, L, BAD_REPLY_ARGUMENT);
    return undefined;
  }

  return {
    call: (L) => execute(L, true),
    pcall: (L) => execute(L, false),

    status_reply(L) {
      const text = onlyText(L);
      if (text !== undefined) pushField(lua, L, "ok", text);
      return 1;
    },

    error_reply(L) {
      const text = onlyText(L);
      if (text === undefined) return 1;
      const message = untilZero(text);
      pushError(lua, L, message[0] === "-" ? message : `-${message}`);
      return 1;
    },

    sha1hex(L) {
      if (api._lua_gettop(L) !== 1) fail(L, "wrong number of arguments");
      lua.pushString(L, sha1(lua.toText(L, 1) ?? ""));
      return 1;
    },

    log(L) {
      if (api._lua_gettop(L) < 2) fail(L, "redis.log() requires two arguments or more.");
      if (api._lua_isnumber(L, 1) === 0) fail(L, "First argument must be a number (log level).");
      const level = Math.trunc(api._lua_tonumber(L, 1));
      if (!(level >= 0 && level <= LOG_WARNING))
        fail(L, isLater ? "Invalid log level." : "Invalid debug level.");
      // Whatever is no text is left out.
      const parts = Array.from({ length: api._lua_gettop(L) - 1 }, (_, i) => lua.toText(L, i + 2) ?? "");
      host.context.log(level as LogLevel, parts.join(" "));
      return 0;
    },

    setresp(L) {
      if (api._lua_gettop(L) !== 1) fail(L, "redis.setresp() requires one argument.");
      const version = Math.trunc(api._lua_tonumber(L, 1));
      if (version !== 2 && version !== 3) fail(L, "RESP version must be 2 or 3.");
      host.context.protocol = version as 2 | 3;
      return 0;
    },

    // Scripts are always replicated by their effects, and nothing here replicates parts of them.
    replicate_commands(L) {
      api._lua_pushboolean(L, 1);
      return 1;
    },
    set_repl(L) {
      if (api._lua_gettop(L) !== 1) fail(L, "redis.set_repl() requires two arguments.");
      const flags = Math.trunc(api._lua_tonumber(L, 1));
      if ((flags & ~REPL_ALL) !== 0) {
        fail(L, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
      }
      return 0;
    },

    breakpoint(L) {
      if (host.debugger !== undefined) host.debugger.stopsNext = true;
      api._lua_pushboolean(L, host.debugger === undefined ? 0 : 1);
      return 1;
    },

    debug(L) {
      if (host.debugger === undefined) return 0;
      const values = Array.from({ length: api._lua_gettop(L) }, (_, i) => {
        api._lua_pushvalue(L, i + 1);
        const text = host.inspector.describe(L);
        lua.pop(L, 1);
        return text;
      });
      host.debugger.noteValues(values);
      return 0;
    },

    acl_check_cmd(L) {
      const words = commandWords(L);
      if (typeof words === "string") return fail(L, words);
      const allowed = host.context.mayCall(words);
      if (allowed === undefined) return fail(L, "Invalid command passed to redis.acl_check_cmd()");
      api._lua_pushboolean(L, allowed ? 1 : 0);
      return 1;
    },

    LOG_DEBUG: 0,
    LOG_VERBOSE: 1,
    LOG_NOTICE: 2,
    LOG_WARNING,
    REPL_NONE: 0,
    REPL_AOF: 1,
    REPL_SLAVE: 2,
    REPL_REPLICA: 2,
    REPL_ALL,
    REDIS_VERSION: host.version,
    REDIS_VERSION_NUM: versionNumber(host.version),
  };
}

/** What functions of a library can ask of the server. */
export function redisLibraryForFunctions(lua: Lua, host: RedisHost): LibraryEntries {
  const { replicate_commands, breakpoint, debug, ...entries } = redisLibrary(lua, host);
  return entries;
}

/** What the code of a library can ask of the server while it is loaded. */
export function loadTimeLibrary(lua: Lua, host: RedisHost): LibraryEntries {
  const entries = redisLibrary(lua, host);
  return Object.fromEntries(Object.entries(entries).filter(([name]) => /^(log|LOG_|REDIS_)/.test(name)));
}

/** A version as `REDIS_VERSION_NUM` tells it: 7.0.15 as 0x0007000f. */
export function versionNumber(version: string): number {
  const [major, minor, patch] = version.split(".").map(Number);
  return (major << 16) | (minor << 8) | patch;
}
