/** The scripts of one engine: the cache behind EVALSHA, and what a script may do while it runs. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import { sha1 } from "../../protocol/sha1.js";
import { Flag } from "../../spec/command-spec.js";
import { noPermissionInScript } from "./acl/refusal.js";
import { lowerCase } from "./arguments.js";
import type { Command } from "./command-table.js";
import { run } from "./dispatch.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import type { Script, ScriptContext } from "./script-runner.js";
import type { LogLevel } from "./server-files.js";
import { Session } from "./session.js";
import { parseScript, type ScriptFlags } from "./shebang.js";
import { OUT_OF_MEMORY } from "./texts.js";

/** A script and its flags. */
export interface CachedScript extends Script {
  readonly flags: ScriptFlags;
}

/** The scripts of one engine. */
export class Scripts {
  readonly #engine: Engine;
  readonly #bySha = new Map<string, CachedScript>();
  /** By source: an EVAL that comes again needs no SHA-1. */
  readonly #bySource = new Map<string, CachedScript>();
  /** The session in whose name scripts run their commands. */
  #session: Session | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Number of scripts in the cache. */
  get size(): number {
    return this.#bySha.size;
  }

  /** A script of the cache. @param sha in any case */
  find(sha: string): CachedScript | undefined {
    return this.#bySha.get(sha) ?? this.#bySha.get(lowerCase(sha));
  }

  /**
   * The script with this source, from the cache or compiled and put there.
   * @throws ErrorReply when the shebang line or the source is wrong
   */
  add(source: string): CachedScript {
    const known = this.#bySource.get(source);
    if (known !== undefined) return known;
    const script: CachedScript = { sha: sha1(source), ...parseScript(source) };
    this.#engine.scripting.runner.compile(script);
    this.#bySource.set(source, script);
    this.#bySha.set(script.sha, script);
    return script;
  }

  /** Forget all scripts. */
  flush(): void {
    this.#bySha.clear();
    this.#bySource.clear();
    this.#engine.scripting.runner.reset();
  }

  /**
   * Run a script for a client.
   * @param readOnly it was called by a command of the `_RO` kind
   */
  run(client: Session, script: CachedScript, keys: Args, args: Args, readOnly: boolean): ReplyValue {
    const context = this.prepare(client, script.flags, readOnly, keys);
    return this.#engine.scripting.runner.run(script, keys, args, context);
  }

  /**
   * What a script or function with these flags may do.
   * @param keys those that its caller has named
   * @throws ErrorReply when it may not run at all
   */
  prepare(client: Session, flags: ScriptFlags, readOnly: boolean, keys: Args): ScriptContext {
    const engine = this.#engine;
    if (!flags.compatible) {
      if (engine.outOfMemory && !flags.allowOom) throw new ErrorReply(OUT_OF_MEMORY);
      if (readOnly && !flags.noWrites) {
        throw new ErrorReply("ERR Can not execute a script with write flag using *_ro command.");
      }
    }
    this.#session ??= new Session(engine, { deliver() {} }, 0, true);
    const session = this.#session;
    session.db = client.db;
    session.user = client.user;
    session.protocol = 2;
    engine.tracking.scriptKeys = keys;
    return new RunningScript(session, readOnly || flags.noWrites, flags.allowOom);
  }
}

/** One run of a script. */
class RunningScript implements ScriptContext {
  readonly timeLimit: number;
  readonly #session: Session;
  readonly #readOnly: boolean;
  /** It may use memory whatever `maxmemory` says: it was allowed to, or it has written already. */
  #mayUseMemory: boolean;

  constructor(session: Session, readOnly: boolean, allowOom: boolean) {
    this.#session = session;
    this.#readOnly = readOnly;
    this.#mayUseMemory = allowOom;
    this.timeLimit = session.engine.config.busyReplyThreshold;
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
      if (denial !== undefined) return new ErrorReply(noPermissionInScript(denial));
    }
    if (this.#readOnly && command.is(Flag.WRITE | Flag.MAY_REPLICATE)) {
      return new ErrorReply("ERR Write commands are not allowed from read-only scripts.");
    }
    // What the script has done itself does not count: it cannot be stopped halfway.
    if (engine.outOfMemory && !this.#mayUseMemory && command.is(Flag.DENYOOM)) {
      return new ErrorReply(OUT_OF_MEMORY);
    }
    if (command.is(Flag.WRITE)) this.#mayUseMemory = true;
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
