/**
 * The debugger of scripts (SCRIPT DEBUG SYNC): it stops at lines and lets the client look around.
 * @see https://redis.io/docs/latest/develop/interact/programmability/lua-debugging/
 */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import type { DebugConsole } from "../engine/script-runner.js";
import { DEBUGGER_HELP, replyText } from "./debugger-text.js";
import type { Lua } from "./lua.js";
import type { LuaInspector } from "./lua-inspector.js";
import type { LuaState } from "./lua-module.js";
import { pushError } from "./push-reply.js";

/** Values and replies are cut to this many bytes at first. */
const INITIAL_MAX_LENGTH = 256;
const SHORTEST_MAX_LENGTH = 60;
const MAX_BREAKPOINTS = 64;
/** A script that has run this long (ms) without a stop is stopped when it has no time limit. */
const PATIENCE = 5000;
const ALL_LINES = 1_000_000;

/** The debugger during one script. */
export class ScriptDebugger {
  /** It stops at the next line, and shows the commands that are run until then. */
  stepping = true;
  /** `redis.breakpoint()` has been called. */
  stopsNext = false;
  readonly #lua: Lua;
  readonly #inspector: LuaInspector;
  readonly #console: DebugConsole;
  readonly #lines: readonly string[];
  readonly #timeLimit: number;
  readonly #breakpoints: number[] = [];
  #runsSince = performance.now();
  #line = 0;
  #maxLength = INITIAL_MAX_LENGTH;
  #knowsOfMaxLength = false;
  #log: string[] = [];

  /** @param timeLimit after which a script that does not stop is stopped, ms; 0: the usual one */
  constructor(lua: Lua, inspector: LuaInspector, debugConsole: DebugConsole, timeLimit: number) {
    this.#lua = lua;
    this.#inspector = inspector;
    this.#console = debugConsole;
    this.#lines = debugConsole.source.replace(/[\r\n]+$/, "").split("\n");
    this.#timeLimit = timeLimit || PATIENCE;
  }

  /** To be called before each line; returns when the script is to go on, or fails when it is to end. */
  atLine(L: LuaState): void {
    const frame = this.#inspector.frame(L, 0);
    if (frame?.source !== "user_script") return;
    this.#line = frame.line;
    const atBreakpoint = this.stopsNext || this.#breakpoints.includes(frame.line);
    const isLate = !atBreakpoint && !this.stepping && performance.now() - this.#runsSince >= this.#timeLimit;
    if (!this.stepping && !atBreakpoint && !isLate) return;
    this.say(`* Stopped at ${frame.line}, stop reason = ${this.#reason(atBreakpoint, isLate)}`);
    this.stepping = false;
    this.stopsNext = false;
    this.#showLine(frame.line);
    this.#send();
    if (!this.#converse(L) && isLate) {
      this.#fail(L, "timeout during Lua debugging with client closing connection");
    }
    this.#runsSince = performance.now();
  }

  #reason(atBreakpoint: boolean, isLate: boolean): string {
    if (this.stopsNext) return "redis.breakpoint() called";
    if (atBreakpoint) return "break point";
    return isLate ? "timeout reached, infinite loop?" : "step over";
  }

  /** A command is to be run by the script. */
  noteCommand(words: readonly string[]): void {
    if (!this.stepping) return;
    const more = words.length > 10 ? ` ... (${words.length - 11} more)` : "";
    this.say(`<redis> ${words.slice(0, 10).join(" ")}${more}`);
  }

  /** A command has answered. @param wasRefused it was not run at all */
  noteReply(reply: ReplyValue, protocol: 2 | 3, wasRefused: boolean): void {
    if (!this.stepping) return;
    if (reply instanceof ErrorReply) {
      const text = `-${reply.message}`;
      this.say(`<error> ${wasRefused ? text.replace(/^-ERR /, "") : text}`);
      if (wasRefused) return;
    }
    this.#sayShortened(`<reply> ${replyText(reply, protocol)}`);
  }

  /** `redis.debug()`. @param values as text */
  noteValues(values: readonly string[]): void {
    this.say(`<debug> line ${this.#line}: ${values.join(", ")}`);
  }

  /** Keep a line for the client until the next stop. */
  say(line: string): void {
    this.#log.push(line);
  }

  /** The script has ended: say so. */
  end(): void {
    this.say("<endsession>");
    this.#send();
  }

  #send(): void {
    const log = this.#log;
    this.#log = [];
    this.#console.write(log.map((line) => line.replace(/[\r\n]/g, " ")));
  }

  #sayShortened(text: string): void {
    const limit = this.#maxLength;
    if (limit === 0 || text.length <= limit) return this.say(text);
    this.say(`${text.slice(0, limit)} ...`);
    if (this.#knowsOfMaxLength) return;
    this.#knowsOfMaxLength = true;
    this.say("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.");
  }

  /** Do what the client says until the script is to go on. @returns false when the client has gone */
  #converse(L: LuaState): boolean {
    for (;;) {
      const words = this.#console.read();
      if (words === undefined) {
        this.#breakpoints.length = 0;
        return false;
      }
      if (this.#obey(L, words)) return true;
      this.#send();
    }
  }

  /** @returns whether the script is to go on */
  #obey(L: LuaState, words: readonly string[]): boolean {
    switch (words[0].toLowerCase()) {
      case "s":
      case "step":
      case "n":
      case "next":
        this.stepping = true;
        return true;
      case "c":
      case "continue":
        return true;
      case "a":
      case "abort":
        return this.#fail(L, "script aborted for user request");
      case "r":
      case "redis":
        if (words.length === 1) return this.#complain();
        this.stepping = true;
        this.#inspector.command(L, words.slice(1));
        this.stepping = false;
        return false;
      case "h":
      case "help":
        this.#log.push(...DEBUGGER_HELP);
        return false;
      case "l":
      case "list":
        this.#list(wholeNumber(words[1]) || this.#line, words.length > 2 ? wholeNumber(words[2]) : 5);
        return false;
      case "w":
      case "whole":
        this.#list(1, ALL_LINES);
        return false;
      case "p":
      case "print":
        if (words.length === 2) this.#print(L, words[1]);
        else this.#printAll(L);
        return false;
      case "b":
      case "break":
        this.#break(words.slice(1));
        return false;
      case "t":
      case "trace":
        this.#trace(L);
        return false;
      case "e":
      case "eval":
        this.#evaluate(L, words.slice(1).join(" "));
        return false;
      case "m":
      case "maxlen":
        this.#changeMaxLength(words);
        return false;
      default:
        return this.#complain();
    }
  }

  #complain(): false {
    this.say("<error> Unknown Redis Lua debugger command or wrong number of arguments.");
    return false;
  }

  #fail(L: LuaState, text: string): never {
    pushError(this.#lua, L, text);
    return this.#lua.fail(L);
  }

  #showLine(line: number): void {
    const isCurrent = line === this.#line;
    const mark = `${isCurrent ? "->" : "  "}${this.#breakpoints.includes(line) ? "#" : " "}`;
    const source = this.#lines[line - 1] ?? "<out of range source code line>";
    this.say(`${mark}${String(line).padEnd(3)} ${source}`);
  }

  #list(around: number, context: number): void {
    for (let line = 1; line <= this.#lines.length; line++) {
      if (Math.abs(around - line) <= context) this.#showLine(line);
    }
  }

  #print(L: LuaState, name: string): void {
    for (let level = 0; ; level++) {
      const locals = this.#inspector.locals(L, level);
      if (locals === undefined) break;
      const found = locals.find(([local]) => local === name);
      if (found !== undefined) return this.#sayShortened(`<value> ${found[1]}`);
    }
    if (name === "KEYS" || name === "ARGV") {
      this.#sayShortened(`<value> ${this.#inspector.global(L, name)}`);
    } else {
      this.say("No such variable.");
    }
  }

  #printAll(L: LuaState): void {
    const locals = (this.#inspector.locals(L, 0) ?? []).filter(([name]) => !name.includes("(*temporary)"));
    for (const [name, value] of locals) this.#sayShortened(`<value> ${name} = ${value}`);
    if (locals.length === 0) this.say("No local variables in the current context.");
  }

  #break(lines: readonly string[]): void {
    const breakpoints = this.#breakpoints;
    if (lines.length === 0) {
      if (breakpoints.length === 0) return this.say("No breakpoints set. Use 'b <line>' to add one.");
      this.say(`${breakpoints.length} breakpoints set:`);
      for (const line of breakpoints) this.#showLine(line);
    }
    for (const text of lines) {
      const line = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : undefined;
      if (line === undefined) this.say(`Invalid argument:'${text}'`);
      else if (line < 0) this.#removeBreakpoint(-line);
      else if (line > 0) this.#addBreakpoint(line);
      else {
        breakpoints.length = 0;
        this.say("All breakpoints removed.");
      }
    }
  }

  #addBreakpoint(line: number): void {
    const breakpoints = this.#breakpoints;
    if (breakpoints.length === MAX_BREAKPOINTS) return this.say("Too many breakpoints set.");
    if (line > this.#lines.length || breakpoints.includes(line)) return this.say("Wrong line number.");
    breakpoints.push(line);
    this.#list(line, 1);
  }

  #removeBreakpoint(line: number): void {
    const place = this.#breakpoints.indexOf(line);
    if (place === -1) return this.say("No breakpoint in the specified line.");
    this.#breakpoints.splice(place, 1);
    this.say("Breakpoint removed.");
  }

  #trace(L: LuaState): void {
    for (let level = 0; ; level++) {
      const frame = this.#inspector.frame(L, level);
      if (frame === undefined) return;
      if (frame.source !== "user_script") continue;
      this.say(`${level === 0 ? "In" : "From"} ${frame.name}:`);
      this.#showLine(frame.line);
    }
  }

  #evaluate(L: LuaState, code: string): void {
    const result = this.#inspector.evaluate(L, code);
    if ("value" in result) this.#sayShortened(`<retval> ${result.value}`);
    else this.say(`<error> ${result.problem}`);
  }

  #changeMaxLength(words: readonly string[]): void {
    if (words.length === 2) {
      const length = wholeNumber(words[1]);
      this.#knowsOfMaxLength = true;
      this.#maxLength = length === 0 ? 0 : Math.max(length, SHORTEST_MAX_LENGTH);
    }
    const limit = this.#maxLength;
    this.say(
      limit === 0 ? "<value> replies are unlimited." : `<value> replies are truncated at ${limit} bytes.`,
    );
  }
}

/** The number that a word begins with; 0 when it is none, or below. */
function wholeNumber(word = ""): number {
  return Math.max(0, Number.parseInt(word, 10) || 0);
}
