/** One run of a script: what it may do, and when it is to be stopped. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import { sha1 } from "../../protocol/sha1.js";
import { Flag } from "../../spec/command-spec.js";
import { noPermissionInScript } from "./acl/refusal.js";
import type { Command } from "./command-table.js";
import { run } from "./dispatch.js";
import type { Args } from "./handler.js";
import type { DebugConsole, ScriptContext } from "./script-runner.js";
import type { LogLevel } from "./server-files.js";
import type { Session } from "./session.js";
import type { ScriptFlags } from "./shebang.js";
import { unsavedReason } from "./strain.js";
import { NO_REPLICAS, OUT_OF_MEMORY } from "./texts.js";

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
  /** It is to be debugged: by whom. */
  readonly console?: DebugConsole;
}

/** Takes in what clients send while a script that runs past its time limit keeps the host from it. */
export interface Attendant {
  begin(): void;
  /** Have what has come run by `executeBesideScript`. @returns whether anybody is there who could stop the script */
  attend(): boolean;
  end(): void;
  /** A client to talk to while its script stands still; undefined where that cannot be done. */
  converse(session: Session): Omit<DebugConsole, "source"> | undefined;
}

const WARNING: LogLevel = 3;

/** How often, in milliseconds, requests are looked for once the time limit has passed. */
const LOOK = 10;
/** For how long, in milliseconds, it goes on while nobody is there who could stop it: others cannot connect. */
const ALONE = 5000;

/** One run of a script or function. */
export class RunningScript implements ScriptContext {
  readonly timeLimit: number;
  wasRefused = false;
  readonly invocation: ScriptCall;
  readonly #session: Session;
  readonly #readOnly: boolean;
  readonly #startedAt = performance.now();
  #lookedAt = 0;
  /** When somebody was there last who could stop it. */
  #watchedAt = 0;
  #written = false;
  #stopped = false;
  /** Errors of its reply that have been counted before, as those of commands. */
  #countedErrors = 0;
  #hasFailed = false;

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

  get console(): DebugConsole | undefined {
    return this.invocation.console;
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
    const failures = this.#countedErrors + (this.#hasFailed ? 1 : 0);
    if (failures !== 0) {
      const command = engine.commands.find(this.invocation.request);
      if (command !== undefined) command.failed += failures;
    }
    if (engine.slowScript === undefined) return;
    engine.slowScript = undefined;
    engine.attendant?.end();
  }

  overran(): boolean {
    const { engine } = this.#session;
    const { attendant } = engine;
    if (attendant === undefined) return true;
    if (engine.slowScript === undefined) {
      engine.log?.(WARNING, this.#slowness());
      engine.slowScript = this;
      this.#watchedAt = performance.now();
      attendant.begin();
    }
    const now = performance.now();
    if (now - this.#lookedAt >= LOOK) {
      if (attendant.attend()) this.#watchedAt = now;
      // What an append-only file tells has happened, and must not be left out.
      else if (now - this.#watchedAt >= ALONE && !engine.loading) this.#stopped = true;
      this.#lookedAt = performance.now();
    }
    return this.#stopped;
  }

  #slowness(): string {
    const { functionName, request } = this.invocation;
    const kill = functionName === undefined ? "SCRIPT KILL" : "FUNCTION KILL";
    const sha = /^evalsha/i.test(request[0]) ? request[1].toLowerCase() : sha1(request[1]);
    const name = functionName ?? `f_${sha}`;
    return `Slow script detected: still in execution after ${Math.floor(this.duration)} milliseconds. You can try killing the script using the ${kill} command. Script name is: ${name}.`;
  }

  get protocol(): 2 | 3 {
    return this.#session.protocol;
  }

  set protocol(version: 2 | 3) {
    this.#session.protocol = version;
  }

  failed(text: string, isCounted: boolean): void {
    if (isCounted) {
      this.#countedErrors++;
    } else {
      this.#hasFailed = true;
      this.#session.engine.statistics.countError(text);
    }
  }

  call(args: Args): ReplyValue {
    const session = this.#session;
    const { engine } = session;
    const command = engine.commands.find(args);
    if (command === undefined || isUnknownSubcommand(command, args)) {
      return this.#refuse(undefined, "ERR Unknown Redis command called from script");
    }
    if (command.handler === undefined || !command.takes(args.length)) {
      return this.#refuse(command, "ERR Wrong number of args calling Redis command from script");
    }
    if (command.is(Flag.NOSCRIPT) && !engine.scripts.runAnything) {
      return this.#refuse(command, "ERR This Redis command is not allowed from script");
    }
    if (!session.user.unrestricted) {
      const denial = engine.acl.refuse(session, command, args, "lua");
      if (denial !== undefined) return this.#refuse(command, noPermissionInScript(session, denial, command));
    }
    if (this.#readOnly && command.is(Flag.WRITE | Flag.MAY_REPLICATE)) {
      return this.#refuse(command, "ERR Write commands are not allowed from read-only scripts.");
    }
    // What the script has done itself does not count: it cannot be stopped halfway.
    if (engine.strained && !this.#written) {
      const refusal = this.#refusalUnderStrain(command);
      if (refusal !== undefined) return this.#refuse(command, refusal);
    }
    if (command.is(Flag.WRITE)) this.#written = true;
    engine.statistics.commands++;
    this.wasRefused = false;
    return run(session, command, args);
  }

  #refusalUnderStrain(command: Command): string | undefined {
    const { engine } = this.#session;
    if (command.is(Flag.WRITE)) {
      const unsaved = unsavedReason(engine);
      if (unsaved !== undefined) return unsaved;
      if (engine.replication.lacksReplicas) return NO_REPLICAS;
    }
    const { allowOom } = this.invocation.flags;
    return engine.outOfMemory && !allowOom && command.is(Flag.DENYOOM) ? OUT_OF_MEMORY : undefined;
  }

  #refuse(command: Command | undefined, text: string): ErrorReply {
    this.wasRefused = true;
    if (command !== undefined) command.rejected++;
    this.#session.engine.statistics.countError(text);
    return new ErrorReply(text);
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
