/** An engine with Lua, for the tests of scripts: commands in, replies out, no sockets. */
import type { ReplyValue } from "../../src/protocol/reply.js";
import { Engine } from "../../src/server/engine/engine.js";
import type { Session } from "../../src/server/engine/session.js";
import { LuaScripting } from "../../src/server/scripting/lua-scripting.js";

/** One engine and one client of it. */
export class ScriptEngine {
  readonly engine: Engine;
  readonly session: Session;
  /** What a handler threw that was no error reply. */
  readonly bugs: unknown[] = [];
  /** Replies that came later than their request. */
  readonly delivered: ReplyValue[] = [];

  constructor(config: Record<string, string> = {}) {
    this.engine = new Engine({
      clock: { now: () => 1_700_000_000_000, micros: () => 1_700_000_000_000_000 },
      random: () => 0.5,
      config,
      scripting: () => new LuaScripting(),
      onBug: (bug) => this.bugs.push(bug),
    });
    this.session = this.engine.newSession((reply) => this.delivered.push(reply));
  }

  /** An engine whose Lua has been loaded. */
  static async start(config?: Record<string, string>): Promise<ScriptEngine> {
    const made = new ScriptEngine(config);
    await made.engine.scripting.load();
    return made;
  }

  /** Run one command. */
  run(...args: string[]): ReplyValue | undefined {
    return this.engine.execute(this.session, args);
  }

  /** EVAL without keys. */
  eval(script: string, ...args: string[]): ReplyValue | undefined {
    return this.run("EVAL", script, "0", ...args);
  }
}
