/**
 * Client-side caching: who has read what, and who is told when it changes.
 * @see https://redis.io/docs/latest/develop/reference/client-side-caching/
 */
import { PushReply } from "../../protocol/reply.js";
import { keysOf } from "../../spec/keys.js";
import type { Command } from "./command-table.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import type { Session } from "./session.js";

/** The channel by which a RESP2 connection hears of changes on behalf of another one. */
const CHANNEL = "__redis__:invalidate";

/** What CLIENT TRACKING has set up for a session. */
export interface SessionTracking {
  /** Id of the session that gets the messages; 0: this one. */
  readonly redirect: number;
  /** Told of all keys that begin with one of the prefixes, read or not. */
  readonly broadcast: boolean;
  readonly prefixes: readonly string[];
  /** Only what is read after CLIENT CACHING YES is remembered. */
  readonly optIn: boolean;
  /** What is read after CLIENT CACHING NO is not remembered. */
  readonly optOut: boolean;
  /** Not told of its own changes. */
  readonly noLoop: boolean;
  /** CLIENT CACHING was called for the next command. */
  caching: boolean;
  /** The session that was to get the messages has gone. */
  brokenRedirect: boolean;
}

/** The tracking clients of one engine and what they have read. */
export class Tracking {
  readonly #engine: Engine;
  /** Ids of the sessions that have read a key. Databases make no difference, as in redis-server. */
  readonly #readers = new Map<string, Set<number>>();
  readonly #clients = new Set<Session>();
  /** Sessions that track no longer. What they have read is still known, and counts if they begin anew. */
  readonly #former = new Set<Session>();
  /** Keys that clients in broadcast mode have not been told of yet, and who has changed them last. */
  #changed = new Map<string, Session | undefined>();

  /** Does anybody track, or may begin anew? All else is for nothing while nobody does. */
  active = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Number of tracking clients. */
  get clientCount(): number {
    return this.#clients.size;
  }

  /** Number of keys that somebody has read. */
  get keyCount(): number {
    return this.#readers.size;
  }

  /** Number of readers of all keys. */
  get readerCount(): number {
    let count = 0;
    for (const readers of this.#readers.values()) count += readers.size;
    return count;
  }

  /** Number of different prefixes in broadcast mode. */
  get prefixCount(): number {
    const prefixes = new Set<string>();
    for (const { tracking } of this.#clients)
      for (const prefix of tracking?.prefixes ?? []) prefixes.add(prefix);
    return prefixes.size;
  }

  /** CLIENT TRACKING ON. */
  start(session: Session, tracking: SessionTracking): void {
    session.tracking = tracking;
    this.#clients.add(session);
    this.#former.delete(session);
    this.active = true;
  }

  /** CLIENT TRACKING OFF, and RESET. */
  stop(session: Session): void {
    session.tracking = undefined;
    if (this.#clients.delete(session)) this.#former.add(session);
  }

  /** The connection has ended. */
  drop(session: Session): void {
    session.tracking = undefined;
    this.#clients.delete(session);
    this.#former.delete(session);
    this.active = this.#clients.size > 0 || this.#former.size > 0;
    if (this.active) return;
    this.#readers.clear();
    this.#changed.clear();
  }

  /** The keys that the caller of the script that runs has named. */
  scriptKeys: Args = [];

  /**
   * A command that reads has run for a session that tracks. In a script, redis-server 7.0 looks at the words of the
   * client's own command: all keys that EVAL has named count as read, and no others. Since 7.2 those count that
   * the script reads.
   */
  remember(session: Session, command: Command, args: Args, inScript: boolean): void {
    const { tracking } = session;
    if (tracking === undefined || tracking.broadcast || command.group === "scripting") return;
    if (tracking.optIn ? !tracking.caching : tracking.optOut && tracking.caching) return;
    if (inScript && !this.#engine.isAtLeast("7.2")) {
      for (const key of this.scriptKeys) this.#addReader(key, session.id);
      return;
    }
    const { spec } = command;
    const words = args.slice(spec.words);
    for (const at of keysOf(spec, words)) this.#addReader(words[at], session.id);
  }

  /** A key has changed, expired or gone. */
  keyChanged(key: string): void {
    const by = this.#engine.current;
    this.#changed.set(key, by);
    this.#tellReaders(key, by);
  }

  #tellReaders(key: string, by: Session | undefined): void {
    const readers = this.#readers.get(key);
    if (readers === undefined) return;
    this.#readers.delete(key);
    for (const id of readers) {
      const session = this.#engine.sessions.get(id);
      if (session?.tracking === undefined || session.tracking.broadcast) continue;
      if (session.tracking.noLoop && session === by) continue;
      this.#tell(session, [key]);
    }
  }

  /** All keys of a database have gone, whatever they were. */
  flushed(): void {
    this.#readers.clear();
    for (const session of this.#clients) this.#tell(session, null);
  }

  /** To be called when a command has ended. */
  afterCommand(session: Session): void {
    const { tracking } = session;
    if (tracking?.caching && session.transaction === undefined && !session.lastCommand.startsWith("client")) {
      tracking.caching = false;
    }
  }

  /** Tell the clients in broadcast mode what has changed: one message for all keys of a batch of requests. */
  broadcast(): void {
    if (this.#changed.size === 0) return;
    const changed = this.#changed;
    this.#changed = new Map();
    for (const session of this.#clients) {
      const { tracking } = session;
      if (tracking === undefined || !tracking.broadcast) continue;
      for (const prefix of tracking.prefixes) {
        const keys: string[] = [];
        for (const [key, by] of changed) {
          if (key.startsWith(prefix) && !(tracking.noLoop && by === session)) keys.push(key);
        }
        if (keys.length > 0) this.#tell(session, keys.sort());
      }
    }
  }

  #addReader(key: string, id: number): void {
    const readers = this.#readers.get(key);
    if (readers !== undefined) {
      readers.add(id);
      return;
    }
    this.#readers.set(key, new Set([id]));
    this.keepLimit();
  }

  /** Forget the oldest keys beyond `tracking-table-max-keys`: their readers hear of it as of a change. */
  keepLimit(): void {
    const limit = this.#engine.config.number("tracking-table-max-keys");
    if (limit === 0) return;
    for (const oldest of this.#readers.keys()) {
      if (this.#readers.size <= limit) break;
      this.#tellReaders(oldest, undefined);
    }
  }

  /** @param keys `null`: all of them */
  #tell(session: Session, keys: readonly string[] | null): void {
    const { tracking } = session;
    if (tracking === undefined) return;
    if (tracking.redirect === 0) {
      if (session.protocol === 3) this.#engine.sendBehindReply(session, new PushReply(["invalidate", keys]));
      return;
    }
    const receiver = this.#engine.sessions.get(tracking.redirect);
    if (receiver === undefined) {
      tracking.brokenRedirect = true;
      if (session.protocol === 3) {
        this.#engine.sendBehindReply(session, new PushReply(["tracking-redir-broken", tracking.redirect]));
      }
    } else if (receiver.protocol === 3) {
      this.#engine.sendBehindReply(receiver, new PushReply(["invalidate", keys]));
    } else if (receiver.subscriptionCount + receiver.shardSubscriptionCount > 0) {
      this.#engine.sendBehindReply(receiver, new PushReply(["message", CHANNEL, keys]));
    }
  }
}
