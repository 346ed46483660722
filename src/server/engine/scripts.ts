/** The scripts of one engine: the cache behind EVALSHA, and what a script may do while it runs. */
import { ErrorReply, type ReplyValue } from "../../protocol/reply.js";
import { sha1 } from "../../protocol/sha1.js";
import { lowerCase } from "./arguments.js";
import type { Engine } from "./engine.js";
import { RunningScript, type ScriptCall } from "./running-script.js";
import type { Script, ScriptContext, ScriptRunner } from "./script-runner.js";
import { Session } from "./session.js";
import { parseScript, type ScriptFlags } from "./shebang.js";
import { NO_REPLICAS } from "./texts.js";

const SCRIPT_WITHOUT_MEMORY =
  "OOM allow-oom flag is not set on the script, can not run it when used memory > 'maxmemory'";

const MISCONF_SCRIPT =
  "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Writable scripts are blocked. Use 'no-writes' flag for read only scripts.";

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
  /** DEBUG SET-DISABLE-DENY-SCRIPTS: may scripts run even what is refused to them otherwise? */
  runAnything = false;
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

  /** The script of the cache with this source, if it has come by EVAL or SCRIPT LOAD. */
  withSource(source: string): CachedScript | undefined {
    return this.#bySource.get(source);
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
   * Run a script or function for a client.
   * @param start has the runner run it
   * @throws ErrorReply when it may not run at all
   */
  run(
    client: Session,
    call: ScriptCall,
    start: (runner: ScriptRunner, context: ScriptContext) => ReplyValue,
  ) {
    const engine = this.#engine;
    const context = this.#prepare(client, call);
    try {
      return start(engine.scripting.runner, context);
    } finally {
      context.ended();
    }
  }

  #prepare(client: Session, call: ScriptCall): RunningScript {
    const { flags, readOnly, keys } = call;
    const engine = this.#engine;
    if (!flags.compatible) {
      if (engine.strained && engine.persistence.refusesWrites && !flags.noWrites) {
        throw new ErrorReply(MISCONF_SCRIPT);
      }
      if (readOnly && !flags.noWrites) {
        throw new ErrorReply("ERR Can not execute a script with write flag using *_ro command.");
      }
      // Only in EXEC, when it has been queued before: dispatch refuses it otherwise.
      if (engine.replication.lacksReplicas && !flags.noWrites) throw new ErrorReply(NO_REPLICAS);
      if (engine.outOfMemory && !flags.allowOom) throw new ErrorReply(SCRIPT_WITHOUT_MEMORY);
    }
    this.#session ??= new Session(engine, { deliver() {} }, 0, true);
    const session = this.#session;
    session.db = client.db;
    session.user = client.user;
    session.protocol = 2;
    engine.tracking.scriptKeys = keys;
    return new RunningScript(session, call);
  }
}
