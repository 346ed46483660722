/** Runs compiled functions in a sandbox: arguments in, reply or error out, within the time limit. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import type { Args } from "../engine/handler.js";
import type { ScriptContext } from "../engine/script-runner.js";
import { loadSource } from "./base-library.js";
import { type LibraryEntries, type Lua, OutOfMemory } from "./lua.js";
import { LuaInspector } from "./lua-inspector.js";
import { HOOK_COUNT, HOOK_LINE, type LuaState, LuaType } from "./lua-module.js";
import { pushError } from "./push-reply.js";
import { type RedisHost, versionNumber } from "./redis-library.js";
import { ERROR_HANDLER, REAL_GLOBALS, Sandbox } from "./sandbox.js";
import { ScriptDebugger } from "./script-debugger.js";
import { errorReply, isCounted, takeReply, untilZero } from "./script-reply.js";

/** Redis 7.4, as `REDIS_VERSION_NUM` tells versions: its scripts have `os.clock`. */
const FIRST_WITH_CLOCK = 0x070400;

/** After how many instructions of Lua the clock is read. */
const HOOK_INTERVAL = 100_000;
/** What Redis answers for a script that SCRIPT KILL has stopped. */
const KILLED = "Script killed by user with SCRIPT KILL...";

/** What stands for the caller while no script runs. */
const IDLE: ScriptContext = {
  protocol: 2,
  wasRefused: false,
  timeLimit: 0,
  overran: () => true,
  call: () => new ErrorReply("ERR no script is running"),
  failed() {},
  mayCall: () => undefined,
  log() {},
};

/**
 * One state and what runs in it.
 *
 * Who called a script that runs longer than its time limit (`lua-time-limit`, alias of `busy-reply-threshold`) is
 * asked whether to stop it, with the error of SCRIPT KILL. A limit of 0 means none.
 */
export class Runtime implements RedisHost {
  /** Who runs the present script. */
  context: ScriptContext = IDLE;
  /** Of the script that is being debugged. */
  debugger: ScriptDebugger | undefined;
  readonly version: string;
  readonly sandbox: Sandbox;
  readonly #lua: Lua;
  readonly #L: LuaState;
  #inspector: LuaInspector | undefined;
  #startedAt = 0;
  #timeLimit = 0;
  #timeoutText = KILLED;
  /** An exception of JavaScript has come out of Lua: its state cannot be trusted any more. */
  #broken = false;

  /** @param redis makes the entries of the table `redis` */
  constructor(
    lua: Lua,
    version: string,
    redis: (host: RedisHost) => LibraryEntries,
    showErrorHandler: boolean,
  ) {
    this.#lua = lua;
    this.version = version;
    this.sandbox = new Sandbox(
      lua,
      redis(this),
      showErrorHandler,
      versionNumber(version) >= FIRST_WITH_CLOCK,
    );
    this.#L = this.sandbox.L;
  }

  /** Looks into scripts that stand still. */
  get inspector(): LuaInspector {
    this.#inspector ??= new LuaInspector(this.#lua, this.#L);
    return this.#inspector;
  }

  /** Is the state of no use any more? */
  get broken(): boolean {
    return this.#broken;
  }

  /** Free its memory. */
  close(): void {
    if (!this.#broken) this.sandbox.close();
  }

  /**
   * Compile a source.
   * @param name as messages show it, such as `@user_script`
   * @returns reference of the function
   * @throws ErrorReply `problem` and the compiler's message
   */
  compile(source: string, name: string, problem: string): number {
    const lua = this.#lua;
    if (loadSource(lua, this.#L, source, name) !== 0) {
      const message = lua.text(this.#L, -1);
      lua.pop(this.#L, 1);
      throw errorReply(`${problem}${untilZero(message)}`);
    }
    return lua.keep(this.#L);
  }

  /** Forget what {@link compile} or `lua.keep` has stored. */
  forget(reference: number): void {
    if (!this.#broken) this.#lua.unref(this.#L, reference);
  }

  /** Run a script that finds its keys and arguments in globals. */
  runScript(reference: number, sha: string, keys: Args, args: Args, context: ScriptContext): ReplyValue {
    this.#pushItems(keys);
    this.#lua.setField(this.#L, REAL_GLOBALS, "KEYS");
    this.#pushItems(args);
    this.#lua.setField(this.#L, REAL_GLOBALS, "ARGV");
    this.#lua.pushKept(this.#L, reference);
    return this.#run(0, sha, context);
  }

  /** Run a function that gets its keys and arguments as two tables. */
  runFunction(reference: number, name: string, keys: Args, args: Args, context: ScriptContext): ReplyValue {
    this.#lua.pushKept(this.#L, reference);
    this.#pushItems(keys);
    this.#pushItems(args);
    return this.#run(2, name, context);
  }

  /**
   * Run a function for its effects alone.
   * @returns the text of its error, `undefined` when there was none
   */
  execute(reference: number, timeLimit: number, timeoutText: string): string | undefined {
    const { api } = this.#lua;
    this.#timeoutText = timeoutText;
    this.#lua.pushKept(this.#L, reference);
    try {
      const code = this.#call(0, 0, timeLimit);
      const text = code === 0 ? undefined : (this.#textField("err") ?? "ERR unknown error");
      api._lua_settop(this.#L, ERROR_HANDLER);
      return text;
    } catch (error) {
      return this.#breakdown(error);
    } finally {
      this.#timeoutText = KILLED;
    }
  }

  /**
   * Give the state up after an exception that has gone through it.
   * @returns what to say: the stack of JavaScript or the memory was used up (a pattern of thousands of `?`, say)
   * @throws the exception itself when it was another one
   */
  #breakdown(error: unknown): string {
    this.#broken = true;
    if (error instanceof RangeError) return "stack overflow";
    if (error instanceof OutOfMemory) return "not enough memory";
    throw error;
  }

  #run(args: number, name: string, context: ScriptContext): ReplyValue {
    this.context = context;
    const { console } = context;
    if (console !== undefined) {
      this.debugger = new ScriptDebugger(this.#lua, this.inspector, console, context.timeLimit);
    }
    try {
      const code = this.#call(args, 1, context.timeLimit);
      const reply = code === 0 ? takeReply(this.#lua, this.#L, context) : this.#failure(name, context);
      this.#lua.api._lua_settop(this.#L, ERROR_HANDLER);
      return reply;
    } catch (error) {
      const text = `ERR Error running script ${name}, ${this.#breakdown(error)}`;
      context.failed(text, false);
      return new ErrorReply(text);
    } finally {
      this.context = IDLE;
      this.debugger?.end();
      this.debugger = undefined;
    }
  }

  /** Call what is on the stack. @returns Lua's error code */
  #call(args: number, results: number, timeLimit: number): number {
    const { api } = this.#lua;
    if (this.debugger !== undefined) return this.#callStepByStep(this.debugger, args, results);
    if (timeLimit <= 0) return api._lua_pcall(this.#L, args, results, ERROR_HANDLER);
    this.#timeLimit = timeLimit;
    this.#startedAt = 0;
    this.#lua.setHook(this.#L, this.#checkTime, HOOK_COUNT, HOOK_INTERVAL);
    const code = api._lua_pcall(this.#L, args, results, ERROR_HANDLER);
    api._lua_sethook(this.#L, 0, 0, 0);
    return code;
  }

  #callStepByStep(stepper: ScriptDebugger, args: number, results: number): number {
    const { api } = this.#lua;
    this.#lua.setHook(this.#L, (L) => stepper.atLine(L), HOOK_LINE, 0);
    const code = api._lua_pcall(this.#L, args, results, ERROR_HANDLER);
    api._lua_sethook(this.#L, 0, 0, 0);
    return code;
  }

  #checkTime = (L: LuaState): void => {
    // Most scripts end before the first look at the clock, so that they pay nothing for it.
    if (this.#startedAt === 0) this.#startedAt = performance.now();
    if (performance.now() - this.#startedAt < this.#timeLimit || !this.context.overran()) return;
    // From now on every line fails, or a script could go on by pcall.
    this.#lua.setHook(L, this.#checkTime, HOOK_LINE, 0);
    pushError(this.#lua, L, this.#timeoutText);
    this.#lua.fail(L);
  };

  #pushItems(items: Args): void {
    const { api } = this.#lua;
    api._lua_createtable(this.#L, items.length, 0);
    for (let i = 0; i < items.length; i++) {
      this.#lua.pushString(this.#L, items[i]);
      api._lua_rawseti(this.#L, -2, i + 1);
    }
  }

  /** The error on top of the stack as a reply. */
  #failure(name: string, context: ScriptContext): ErrorReply {
    const reply = errorReply(this.#errorText(name));
    context.failed(reply.message, isCounted(this.#lua, this.#L));
    return reply;
  }

  /** The text of the error on top of the stack. */
  #errorText(name: string): string {
    const lua = this.#lua;
    if (lua.api._lua_type(this.#L, -1) !== LuaType.TABLE) {
      const message = lua.toText(this.#L, -1) ?? "execution failure";
      return `ERR Error running script ${name}, ${untilZero(message).slice(0, 100)}`;
    }
    const text = this.#textField("err") ?? "ERR unknown error";
    const source = this.#textField("source");
    const line = this.#textField("line");
    const place = source === undefined || line === undefined ? "" : ` script: ${name}, on ${source}:${line}.`;
    return text + place;
  }

  /** A field of the error on top of the stack. */
  #textField(name: string): string | undefined {
    const lua = this.#lua;
    if (lua.api._lua_type(this.#L, -1) !== LuaType.TABLE) return undefined;
    lua.getField(this.#L, -1, name);
    const text = lua.toText(this.#L, -1);
    lua.pop(this.#L, 1);
    return text === undefined ? undefined : untilZero(text);
  }
}
