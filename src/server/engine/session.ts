/** What the engine knows of one client connection. */
import type { PushReply, ReplyValue } from "../../protocol/reply.js";
import type { User } from "./acl/user.js";
import type { Waiter } from "./blocking.js";
import { type BufferGauge, ClientUsage } from "./client-usage.js";
import type { Command } from "./command-table.js";
import type { Database } from "./database.js";
import type { Engine } from "./engine.js";
import type { Args } from "./handler.js";
import type { Replica } from "./replication/replica.js";
import type { SessionTracking } from "./tracking.js";

/** What the host of a session (a socket, a pipe in memory, a script) provides. */
export interface SessionHost {
  /** Send a reply that is not the return value of `execute`: messages, replies of commands that blocked. */
  deliver(reply: ReplyValue): void;
  /** The session is no longer blocked: feed the requests that have waited. */
  resume?(): void;
  /** CLIENT KILL: end the connection, at once. */
  close?(): void;
  /** Send bytes, or a one-byte string, as they are: what replicas are given. */
  write?(data: string | Uint8Array): void;
  /** Its bytes, where it has any. */
  readonly gauge?: BufferGauge;
}

/** A command that MULTI has queued. */
export interface QueuedCommand {
  readonly command: Command;
  readonly args: Args;
}

/** The commands gathered since MULTI. */
export interface Transaction {
  readonly queue: QueuedCommand[];
  /** A queued command was refused, so EXEC will be too. */
  failed: boolean;
  /** Memory of the queue up to `measured`, in bytes; kept by `client-usage.ts`. */
  bytes: number;
  measured: number;
}

/** CLIENT REPLY: off, or off for the next command only. */
export type ReplyMode = "on" | "off" | "skip-next" | "skip";

/** One client connection; scripts have one as well. */
export class Session {
  readonly id: number;
  readonly engine: Engine;
  readonly host: SessionHost;
  /** The database chosen by SELECT. */
  db: Database;
  /** CLIENT SETNAME. */
  name = "";
  /** The peer's address as CLIENT LIST shows it. */
  address = "";
  isUnixSocket = false;
  /** The server's side of the connection. */
  localAddress = "";
  /** Version of RESP, by HELLO. */
  protocol: 2 | 3 = 2;
  /** It has logged in, or had not to when it came. */
  authenticated: boolean;
  /** Whose permissions it has. */
  user: User;
  /** Is it a script's session? Then commands with `noscript` are refused and nothing blocks. */
  readonly isScript: boolean;
  /** Between MULTI and EXEC. */
  transaction: Transaction | undefined;
  /** What EXEC is running. */
  executing: Transaction | undefined;
  /** A watched key has changed: EXEC answers null. */
  watchBroken = false;
  /** Watched keys by database; `undefined` while there are none. */
  watched: Map<Database, Set<string>> | undefined;
  /** Subscriptions; `undefined` while there are none. Kept by `Channels`. */
  channels: Set<string> | undefined;
  patterns: Set<string> | undefined;
  shardChannels: Set<string> | undefined;
  /** What it waits for; `undefined` while it does not. */
  waiter: Waiter | undefined;
  /** Requests are held back because of CLIENT PAUSE or while the scripting engine is being loaded. */
  held = false;
  replyMode: ReplyMode = "on";
  /** MONITOR. */
  isMonitor = false;
  /** MONITOR, SYNC and PSYNC: it may no longer touch the data. */
  onlyListens = false;
  /** What it has told of itself as a replica. */
  replica: Replica | undefined;
  /** Up to where the replication stream went when its last command was done. */
  replicatedTo = 0;
  /** CLIENT TRACKING; kept by `Tracking`. */
  tracking: SessionTracking | undefined;
  /** CLIENT NO-EVICT. */
  noEvict = false;
  /** CLIENT NO-TOUCH (Redis 7.2). */
  noTouch = false;
  /** CLIENT SETINFO (Redis 7.2). */
  libraryName = "";
  libraryVersion = "";
  /** SCRIPT DEBUG SYNC. */
  debugsScripts = false;
  /** QUIT and protocol errors: the host closes the connection when the replies have left. */
  closing = false;
  /** When it connected, ms. */
  readonly createdAt: number;
  /** When its last command came, ms. */
  lastCommandAt: number;
  /** Made when somebody looks at it. */
  #usage: ClientUsage | undefined;
  /** Name of the last command, `config|get`; empty before the first. */
  lastCommand = "";

  constructor(engine: Engine, host: SessionHost, id: number, isScript = false) {
    this.engine = engine;
    this.host = host;
    this.id = id;
    this.isScript = isScript;
    this.db = engine.databases[0];
    this.user = engine.acl.defaultUser;
    this.authenticated = isScript || this.user.open;
    this.createdAt = engine.now;
    this.lastCommandAt = engine.now;
  }

  /** What it takes of memory. */
  get usage(): ClientUsage {
    this.#usage ??= new ClientUsage(this);
    return this.#usage;
  }

  /** Must the host hold back further requests of this session? */
  get blocked(): boolean {
    return this.held || this.waiter !== undefined;
  }

  /** Must it log in before anything else? */
  get mustLogIn(): boolean {
    return !this.authenticated && !this.engine.acl.defaultUser.open;
  }

  /** Is it between MULTI and the end of EXEC? */
  get isInTransaction(): boolean {
    return this.transaction !== undefined || this.executing !== undefined;
  }

  /** Number of channels and patterns subscribed to, as the confirmations count them. */
  get subscriptionCount(): number {
    return (this.channels?.size ?? 0) + (this.patterns?.size ?? 0);
  }

  /** Number of sharded channels subscribed to. */
  get shardSubscriptionCount(): number {
    return this.shardChannels?.size ?? 0;
  }

  /** Is it a RESP2 client that may only send commands about subscriptions? */
  get inSubscribedContext(): boolean {
    return this.protocol === 2 && this.subscriptionCount + this.shardSubscriptionCount !== 0;
  }

  /** Forget the watched keys. */
  unwatch(): void {
    this.watchBroken = false;
    if (this.watched === undefined) return;
    for (const [database, keys] of this.watched) {
      for (const key of keys) database.removeWatcher(key, this);
    }
    this.watched = undefined;
  }

  /** End the connection: at once, but behind its reply when it is its own command that does so. */
  end(): void {
    if (this === this.engine.current) this.closing = true;
    else this.host.close?.();
  }

  /** Send a message out of band; since Redis 7.2 a client gets its own behind the reply to what it has sent. */
  push(message: PushReply): void {
    const { engine } = this;
    if (engine.ownPushesWait && engine.current === this) engine.sendBehindReply(this, message);
    else this.host.deliver(message);
  }

  /** Send the reply of a command that had to wait, and let further requests in. */
  answerLate(reply: ReplyValue): void {
    this.held = false;
    if (this.engine.wantsReply(this)) this.host.deliver(reply);
    this.host.resume?.();
  }
}
