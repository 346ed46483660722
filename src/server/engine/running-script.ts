/** One run of a script: what it may do, and when it is to be stopped. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import { Flag } from "../../spec/command-spec.js";
import { noPermissionInScript } from "./acl/refusal.js";
import type { Command } from "./command-table.js";
import { run } from "./dispatch.js";
import type { Args } from "./handler.js";
import type { ScriptContext } from "./script-runner.js";
import type { LogLevel } from "./server-files.js";
import type { Session } from "./session.js";
import type { ScriptFlags } from "./shebang.js";
import { OUT_OF_MEMORY } from "./texts.js";

/** A call of a script or function. */
export interface ScriptCall {
  /** The name of a function; undefined for a script. */
  readonly functionName?: string;
  /** The whole request. */
  readonly request: Args;
  /** The keys that its caller has named. */
  readonly keys: Args;
  readonly flags: ScriptFlags;
  /** It was called by a command of the `_RO` kind. */
  readonly readOnly: boolean;
}

/** Takes in what clients send while a script that runs past its time limit keeps the host from it. */
export interface Attendant {
  begin(): void;
  /** Have what has come run by `executeBesideScript`. @returns whether anybody is there who could stop the script */
  attend(): boolean;
  end(): void;
}

/** How often, in milliseconds, requests are looked for once the time limit has passed. */
const LOOK = 10;

/** One run of a script or function. */
export class RunningScript implements ScriptContext {
  readonly timeLimit: number;
  readonly invocation: ScriptCall;
  readonly #session: Session;
  readonly #readOnly: boolean;
  readonly #startedAt = performance.now();
  #lookedAt = 0;
  #written = false;
  #stopped = false;

  constructor(session: Session, invocation: ScriptCall) {
    this.#session = session;
    this.invocation = invocation;
    this.#readOnly = invocation.readOnly || invocation.flags.noWrites;
    this.timeLimit = session.engine.config.busyReplyThreshold;
  }

  /** For how long it has run, in milliseconds. */
  get duration(): number {
    return performance.now() - this.#startedAt;
  }

  /** Has it changed data, so that it cannot be stopped halfway? */
  get hasWritten(): boolean {
    return this.#written;
  }

  /** Stop it as soon as it comes to the next instruction. */
  stop(): void {
    this.#stopped = true;
  }

  /** It has ended. */
  ended(): void {
    const { engine } = this.#session;
    if (engine.slowScript === undefined) return;
    engine.slowScript = undefined;
    engine.attendant?.end();
  }

  overran(): boolean {
    const { engine } = this.#session;
    const { attendant } = engine;
    if (attendant === undefined) return true;
    if (engine.slowScript === undefined) {
      engine.slowScript = this;
      attendant.begin();
    }
    const now = performance.now();
    if (now - this.#lookedAt >= LOOK) {
      if (!attendant.attend()) this.#stopped = true;
      this.#lookedAt = performance.now();
    }
    return this.#stopped;
  }

  get protocol(): 2 | 3 {
    return this.#session.protocol;
  }

  set protocol(version: 2 | 3) {
    this.#session.protocol = version;
  }

  call(args: Args): ReplyValue {
    const session = this.#session;
    const { engine } = session;
    const command = engine.commands.find(args);
    if (command === undefined || isUnknownSubcommand(command, args)) {
      return new ErrorReply("ERR Unknown Redis command called from script");
    }
    if (command.handler === undefined || !command.takes(args.length)) {
      return new ErrorReply("ERR Wrong number of args calling Redis command from script");
    }
    if (command.is(Flag.NOSCRIPT)) return new ErrorReply("ERR This Redis command is not allowed from script");
    if (!session.user.unrestricted) {
      const denial = engine.acl.refuse(session, command, args, "lua");
      if (denial !== undefined) return new ErrorReply(noPermissionInScript(session, denial, command));
    }
    if (this.#readOnly && command.is(Flag.WRITE | Flag.MAY_REPLICATE)) {
      return new ErrorReply("ERR Write commands are not allowed from read-only scripts.");
    }
    // What the script has done itself does not count: it cannot be stopped halfway.
    if (engine.outOfMemory && !this.#written && !this.invocation.flags.allowOom && command.is(Flag.DENYOOM)) {
      return new ErrorReply(OUT_OF_MEMORY);
    }
    if (command.is(Flag.WRITE)) this.#written = true;
    engine.statistics.commands++;
    return run(session, command, args);
  }

  log(level: LogLevel, text: string): void {
    this.#session.engine.log?.(level, text);
  }

  mayCall(args: Args): boolean | undefined {
    const { engine, user } = this.#session;
    const command = engine.commands.find(args);
    if (command === undefined || isUnknownSubcommand(command, args)) return undefined;
    return engine.acl.allows(user, command, args);
  }
}

function isUnknownSubcommand(command: Command, args: Args): boolean {
  return command.handler === undefined && command.subcommands !== undefined && args.length >= 2;
}
