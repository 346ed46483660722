/** What stands between clients and the engine while a test has faults or records commands. */
import type { ReplyValue } from "../protocol/reply.js";
import type { CommandLog } from "./command-log.js";
import type { Engine } from "./engine/engine.js";
import type { Faults } from "./faults.js";
import type { Interceptor, Link } from "./link.js";
import { filteredRequest } from "./request-filter.js";

/** Runs each request by way of the log and the faults. */
export class Interception implements Interceptor {
  readonly #engine: Engine;
  readonly #faults: Faults;
  readonly #log: CommandLog;

  constructor(engine: Engine, faults: Faults, log: CommandLog) {
    this.#engine = engine;
    this.#faults = faults;
    this.#log = log;
  }

  run(link: Link, words: readonly string[]): ReplyValue | undefined {
    const engine = this.#engine;
    const { session } = link;
    const request = filteredRequest(engine, session, words);
    const note = this.#log.note(request, session.db.index, engine.now);
    return this.#faults.run(link, request, () => {
      const reply = engine.executeInBatch(session, words);
      if (note === undefined) return reply;
      if (reply !== undefined) note(reply);
      else if (session.blocked) {
        link.onLateReply = (late) => {
          note(late);
          return late;
        };
      }
      return reply;
    });
  }
}
