/**
 * What has happened to the data, as the requests that repeat it: for the append-only file and for replicas.
 *
 * Nobody asks for it as a rule. Then there is no `engine.propagation`, and commands run as if this file were not there:
 * what has to be looked at around each command is put around the handlers when the first listener comes, and is taken
 * away again behind the last. As in redis-server a command is told as it came, once it has changed something; a handler
 * that chooses, measures or reads the time says instead what came of it. What one outermost command did is told together,
 * between MULTI and EXEC when it is more than one request.
 */
import { Flag } from "../../spec/command-spec.js";
import type { Command } from "./command-table.js";
import type { Database } from "./database.js";
import type { Engine } from "./engine.js";
import type { Args, Handler } from "./handler.js";
import { encodeRequest } from "./request-text.js";
import type { Session } from "./session.js";

/** Is told of every change. */
export interface PropagationListener {
  /** Messages of PUBLISH are no data: replicas pass them on, a file does not keep them. */
  readonly takesMessages: boolean;
  /**
   * Take one request.
   * @param database the index of the database that it is for
   * @param request in RESP, a one-byte string
   */
  take(database: number, request: string): void;
}

/** One request that waits for the end of the outermost command. */
interface Pending {
  readonly database: number;
  readonly words: Args;
  readonly isMessage: boolean;
}

/** What a command wants to be told of itself: as it came, other words, or nothing. */
type Wish = Args | "itself" | "nothing";

/** Commands that are told by what the commands inside of them do. */
const CONTAINERS = new Set(["EXEC", "EVAL", "EVALSHA", "EVAL_RO", "EVALSHA_RO", "FCALL", "FCALL_RO"]);
/** Commands that meet expired keys anywhere: these have nothing to do with each other. */
const MEETS_ANY_KEY = new Set(["SCAN", "RANDOMKEY"]);

/** Parameters that choose between DEL and UNLINK. */
export type Laziness = "lazyfree-lazy-expire" | "lazyfree-lazy-eviction" | "lazyfree-lazy-user-del";

/** The request that removes a key, as the parameter `laziness` has it. */
export function removal(engine: Engine, key: string, laziness: Laziness): Args {
  return [engine.config.get(laziness) === "yes" ? "UNLINK" : "DEL", key];
}

/** Gathers what commands do, and tells it. */
export class Propagation {
  readonly #engine: Engine;
  readonly #listeners = new Set<PropagationListener>();
  readonly #handlers = new Map<Command, Handler>();
  #pending: Pending[] = [];
  #depth = 0;
  #wish: Wish = "itself";
  /** Is the command to be told whatever it has changed? */
  #forced = false;
  #isMessage = false;
  #isSilent = false;

  private constructor(engine: Engine) {
    this.#engine = engine;
    engine.commands.wrapHandlers((command, handler) => {
      // Those change the server; what they do to the data (DEBUG RELOAD) is nobody else's business.
      if (command.is(Flag.ADMIN) && !command.is(Flag.WRITE)) return handler;
      this.#handlers.set(command, handler);
      return CONTAINERS.has(command.name)
        ? (session, args) => this.#runContainer(session, args, handler)
        : (session, args) => this.#runCommand(session, command, args, handler);
    });
  }

  /** Tell a listener from now on. */
  static addListener(engine: Engine, listener: PropagationListener): void {
    engine.propagation ??= new Propagation(engine);
    engine.propagation.#listeners.add(listener);
  }

  /** Tell a listener no more. */
  static removeListener(engine: Engine, listener: PropagationListener): void {
    const { propagation } = engine;
    if (propagation === undefined) return;
    propagation.#listeners.delete(listener);
    if (propagation.#listeners.size !== 0) return;
    for (const [command, handler] of propagation.#handlers) command.handler = handler;
    engine.propagation = undefined;
  }

  // ---- for handlers -----------------------------------------------------------------------------

  /** The command that runs is told by these words, if it has changed anything. */
  instead(words: Args): void {
    this.#wish = words;
  }

  /** The command that runs is not told: it says by {@link Propagation.also} what it has done. */
  nothing(): void {
    this.#wish = "nothing";
  }

  /** Tell this before the command that runs. */
  also(database: Database, words: Args): void {
    this.#pending.push({ database: database.index, words, isMessage: false });
  }

  /** The command that runs is told even if it has changed nothing. */
  inAnyCase(): void {
    this.#forced = true;
  }

  /** The command that runs is a message: it is told to those who take some. */
  asMessage(): void {
    this.#forced = true;
    this.#isMessage = true;
  }

  // ---- for what happens without a command -------------------------------------------------------

  /**
   * A key has gone by itself.
   * @param laziness the parameter that says whether it is told by UNLINK
   */
  removed(database: Database, key: string, laziness: Laziness): void {
    this.also(database, removal(this.#engine, key, laziness));
    if (this.#depth === 0) this.#tell(false);
  }

  /** Tell, each on its own, what has been given to {@link Propagation.also} outside of any command. */
  flush(): void {
    if (this.#depth === 0) this.#tell(false);
  }

  /** Do something that nobody is to be told of. */
  silently(act: () => void): void {
    this.#isSilent = true;
    try {
      act();
    } finally {
      this.#isSilent = false;
    }
  }

  /** Run the rest of a command that has waited; it is told if it says so by {@link Propagation.instead}. */
  resume<T>(session: Session, act: () => T): T {
    const before = this.#engine.dirty;
    this.#wish = "nothing";
    this.#forced = false;
    this.#depth++;
    try {
      return act();
    } finally {
      this.#depth--;
      const wish = this.#wishNow();
      if (typeof wish !== "string" && this.#engine.dirty !== before) this.also(session.db, wish);
      if (this.#depth === 0) this.#tell(true);
    }
  }

  // ---- around commands --------------------------------------------------------------------------

  #runCommand(session: Session, command: Command, args: Args, handler: Handler): ReturnType<Handler> {
    const engine = this.#engine;
    const before = engine.dirty;
    this.#wish = "itself";
    this.#forced = false;
    this.#isMessage = false;
    this.#depth++;
    try {
      return handler(session, args);
    } finally {
      this.#depth--;
      const wish = this.#wishNow();
      if (wish !== "nothing" && (this.#forced || engine.dirty !== before)) {
        const words = wish === "itself" ? args : wish;
        this.#pending.push({ database: session.db.index, words, isMessage: this.#isMessage });
      }
      if (this.#depth === 0) {
        this.#tell(!MEETS_ANY_KEY.has(command.name));
        session.replicatedTo = engine.replication.offset;
      }
    }
  }

  #runContainer(session: Session, args: Args, handler: Handler): ReturnType<Handler> {
    this.#depth++;
    try {
      return handler(session, args);
    } finally {
      this.#depth--;
      if (this.#depth === 0) {
        this.#tell(true);
        session.replicatedTo = this.#engine.replication.offset;
      }
    }
  }

  /** As the handler has left it. */
  #wishNow(): Wish {
    return this.#wish;
  }

  #tell(together: boolean): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    if (this.#isSilent) return;
    const isTransaction = together && pending.length > 1;
    if (isTransaction) this.#give(pending[0].database, MULTI, false);
    for (const { database, words, isMessage } of pending) {
      this.#give(database, encodeRequest(words), isMessage);
    }
    if (isTransaction) this.#give(pending[pending.length - 1].database, EXEC, false);
  }

  #give(database: number, request: string, isMessage: boolean): void {
    for (const listener of this.#listeners) {
      if (!isMessage || listener.takesMessages) listener.take(database, request);
    }
  }
}

const MULTI = encodeRequest(["MULTI"]);
const EXEC = encodeRequest(["EXEC"]);
