/**
 * The server without its sockets: databases, sessions, and `execute(session, args) -> reply`.
 * Pure and synchronous; time and randomness are given to it.
 */
import { ErrorReply, PushReply, Replies, type ReplyValue } from "../../protocol/reply.js";
import { Acl } from "./acl/acl.js";
import { Agenda } from "./agenda.js";
import { AppendOnly } from "./append-only/append-only.js";
import { Blocking } from "./blocking.js";
import { Channels } from "./channels.js";
import { ClientMemory } from "./client-memory.js";
import { REPLY_PEAK_MS, type ReplyBufferPolicy } from "./client-usage.js";
import { CommandTable } from "./command-table.js";
import { handlers } from "./commands/index.js";
import type { FieldExpiries } from "./compat/field-expiries.js";
import { Config } from "./config.js";
import { Database } from "./database.js";
import { dispatch } from "./dispatch.js";
import {
  AT_ONCE,
  type EngineClock,
  type EngineOptions,
  NO_PLATFORM,
  type Platform,
} from "./engine-options.js";
import { Functions } from "./functions.js";
import type { Args } from "./handler.js";
import { Holding } from "./holding.js";
import { LatencyMonitor } from "./latency-monitor.js";
import { evictKeys } from "./memory.js";
import { Notify } from "./notify.js";
import { Persistence } from "./persistence.js";
import type { Propagation } from "./propagation.js";
import { Master } from "./replication/master.js";
import type { Attendant, RunningScript } from "./running-script.js";
import { NO_SCRIPTING, type Scripting } from "./script-runner.js";
import { Scripts } from "./scripts.js";
import type { Alongside, OtherServers, ServerFiles, ServerLog } from "./server-files.js";
import { Session, type SessionHost } from "./session.js";
import { Shutdown } from "./shutdown.js";
import { Slowlog } from "./slowlog.js";
import { Statistics } from "./statistics.js";
import { INTERNAL_ERROR, KEEPS_NO_FILES } from "./texts.js";
import { Tracking } from "./tracking.js";
import { type CompatVersion, rdbVersionOf, SERVER_VERSION } from "./version.js";

/** How many keys one step of active expiry removes at the most, a database. */
const EXPIRE_STEP = 1000;

/** One server's data and behaviour. */
export class Engine {
  readonly clock: EngineClock;
  readonly random: () => number;
  readonly platform: Platform;
  readonly onShutdown: (() => void) | undefined;
  readonly onCrash: (() => void) | undefined;
  readonly files: ServerFiles | undefined;
  readonly log: ServerLog | undefined;
  readonly otherServers: OtherServers | undefined;
  readonly alongside: Alongside;
  /** Without one, scripts are stopped at their time limit. */
  attendant: Attendant | undefined;
  /** The script that runs, once it has run past its time limit. */
  slowScript: RunningScript | undefined;
  /** Listens where the parameters say by now. Rejects, and all is as before, when that fails; missing without sockets. */
  reopenPorts: (() => Promise<void>) | undefined;
  /** Told when CONFIG SET has changed something. */
  onConfigChanged: (() => void) | undefined;
  /** Tells what happens to the data; undefined while nobody wants to know. */
  propagation: Propagation | undefined;
  readonly config: Config;
  readonly databases: readonly Database[];
  readonly channels = new Channels();
  readonly blocking = new Blocking();
  /** What is to be done at a time, before anything else that happens then. */
  readonly agenda = new Agenda();
  /** The fields of hashes that expire; `undefined` before Redis 7.4. */
  fieldExpiries: FieldExpiries | undefined;
  /** The version of Redis that it follows, as HELLO and INFO report it. */
  readonly version: string;
  /** Does a message for the client whose command runs go behind the reply? Since Redis 7.2. */
  readonly ownPushesWait: boolean;
  /** The version of RDB of its payloads. */
  readonly rdbVersion: number;
  readonly slowlog = new Slowlog();
  readonly latency = new LatencyMonitor();
  readonly acl = new Acl(this);
  readonly tracking = new Tracking(this);
  readonly clientMemory = new ClientMemory(this);
  readonly commands: CommandTable;
  /** Connected clients by id, in the order in which they came. */
  readonly sessions = new Map<number, Session>();
  readonly monitors = new Set<Session>();
  /** The interpreter for scripts, loaded on first use. */
  readonly scripting: Scripting;
  readonly scripts = new Scripts(this);
  readonly functions = new Functions(this);
  /** Requests that are held back: by CLIENT PAUSE, while scripting loads, while MIGRATE waits. */
  readonly holding = new Holding(this);
  /** Milliseconds since 1970; refreshed once a request, and not inside EXEC or a script. */
  now: number;
  /** When the engine was made, ms since 1970. */
  readonly startedAt: number;
  /** Whole seconds since it was made. */
  uptime = 0;
  /** Classes of keyspace events that are published. */
  notifyMask = 0;
  /** Is an LFU policy chosen, so that every access is counted? */
  countsFrequency = false;
  /** Is there a `maxmemory`, so that the size of every key is kept up to date? */
  measuresMemory = false;
  /** May a command have to be refused because memory is short, or a file is being loaded or cannot be written? */
  strained = false;
  /** Was there more in memory than `maxmemory` when the present request came, and nothing that might go? */
  outOfMemory = false;
  /** Are writes refused while there are too few replicas? */
  mustHaveReplicas = false;
  /** DEBUG SET-SKIP-CHECKSUM-VALIDATION: may payloads and files have any checksum? */
  skipsChecksums = false;
  /** What is saved and loaded. */
  readonly persistence: Persistence;
  /** DEBUG SET-ACTIVE-EXPIRE. */
  activeExpiry = true;
  /** DEBUG PAUSE-CRON: is nothing to be done that redis-server does now and then? */
  pausesRounds = false;
  /** DEBUG REPLYBUFFER. */
  readonly replyBuffers: ReplyBufferPolicy = { resetAfter: REPLY_PEAK_MS, resizes: true };
  /** Changes since the start. */
  dirty = 0;
  statistics = new Statistics();
  /** Where changes are written down as they happen. */
  readonly appendOnly = new AppendOnly(this);
  /** Is an append-only file being loaded? Then no key expires: what has become of it stands further on. */
  loading = false;
  /** To be called before replies leave. */
  beforeOutput: (() => void) | undefined;
  /** Its replicas, if it has any. */
  readonly replication = new Master(this);
  /** Its end, while that waits for something. */
  readonly shutdown = new Shutdown(this);
  /** The most memory that was ever seen in use, bytes. */
  peakMemory = 0;
  /** Names the data set as replicas would know it; DEBUG CHANGE-REPL-ID makes a new one. */
  replicationId: string;
  /** The session whose command runs. */
  current: Session | undefined;
  /** Does a command run that only reads? Its look-ups count as hits and misses. */
  reading = false;
  /** 40 hexadecimal digits that name this run. */
  readonly runId: string;
  /** A moment at or before the next deadline; the host compares it with its timer. */
  earliestDeadline = Number.POSITIVE_INFINITY;

  readonly #onBug: ((error: unknown) => void) | undefined;
  readonly #compat: CompatVersion;
  #nextId = 1;
  /** Messages for the session whose command runs. */
  #trailing: ReplyValue[] = [];

  constructor(options: EngineOptions) {
    this.clock = options.clock;
    this.random = options.random;
    this.platform = options.platform ?? NO_PLATFORM;
    this.onShutdown = options.onShutdown;
    this.onCrash = options.onCrash ?? options.onShutdown;
    this.files = options.files;
    this.log = options.log;
    this.otherServers = options.otherServers;
    this.alongside = options.alongside ?? AT_ONCE;
    this.#onBug = options.onBug;
    this.now = options.clock.now();
    this.startedAt = this.now;
    this.persistence = new Persistence(this);
    this.runId = this.randomId();
    this.replicationId = this.randomId();
    this.config = new Config(options.release?.parameters);
    const problem = this.config.set(Object.entries(options.config ?? {}).flat(), true);
    if (problem !== undefined) throw new RangeError(`config ${problem.name}: ${problem.reason}`);
    if (options.databases !== undefined) this.config.assign("databases", options.databases);
    if (options.files === undefined && this.config.get("appendonly") === "yes") {
      throw new RangeError(`config appendonly: ${KEEPS_NO_FILES}`);
    }
    const count = this.config.number("databases");
    this.databases = Array.from({ length: count }, (_, index) => new Database(this, index));
    this.configChanged();
    const { release } = options;
    this.version = release?.version ?? SERVER_VERSION;
    this.#compat = release?.compat ?? "7.0";
    this.ownPushesWait = this.isAtLeast("7.2");
    this.rdbVersion = rdbVersionOf(this.#compat);
    const all = release === undefined ? handlers : { ...handlers, ...release.handlers };
    this.commands = new CommandTable(all, options.renamedCommands, release?.specOf);
    release?.prepare(this);
    this.scripting = options.scripting?.(this) ?? NO_SCRIPTING;
  }

  /** A session for a client. `host` may be the function that delivers replies out of band. */
  newSession(host: SessionHost | SessionHost["deliver"]): Session {
    this.refreshTime();
    const session = new Session(this, typeof host === "function" ? { deliver: host } : host, this.#nextId++);
    this.sessions.set(session.id, session);
    this.statistics.connections++;
    return session;
  }

  /** The client has gone: end its subscriptions, its watches, its waiting. */
  closeSession(session: Session): void {
    if (session.waiter !== undefined) this.blocking.remove(session.waiter);
    this.holding.forget(session);
    session.unwatch();
    this.channels.dropSession(session);
    this.monitors.delete(session);
    if (this.tracking.active) this.tracking.drop(session);
    if (session.replica !== undefined) this.replication.detach(session);
    this.sessions.delete(session.id);
    if (this.clientMemory.active) this.clientMemory.drop(session);
  }

  /**
   * Run one request.
   * @returns the reply; `undefined` when there is none (now): the session waits, or CLIENT REPLY is off
   */
  execute(session: Session, args: Args): ReplyValue | undefined {
    this.refreshTime();
    const reply = this.executeInBatch(session, args);
    if (!this.tracking.active) return reply;
    const outer = this.current;
    this.current = session;
    this.endBatch();
    this.current = outer;
    return this.#trailing.length === 0 ? reply : this.#withTrailing(reply);
  }

  /** To be called after the last of several requests that came together. */
  endBatch(): void {
    if (this.tracking.active) this.tracking.broadcast();
  }

  /** The same for one of several requests that came together: the caller refreshes the time now and then. */
  executeInBatch(session: Session, args: Args): ReplyValue | undefined {
    this.statistics.commands++;
    session.lastCommandAt = this.now;
    if (session.replyMode === "skip-next") session.replyMode = "skip";
    const outer = this.current;
    this.current = session;
    let reply = dispatch(this, session, args);
    if (this.blocking.hasReady) {
      // What the command has made may have expired by now: it is not given to who waits.
      this.refreshTime();
      this.blocking.serve();
    }
    if (reply !== undefined && session.replyMode !== "on" && !this.wantsReply(session) && !isPushed(reply)) {
      reply = undefined;
    }
    if (this.tracking.active) this.tracking.afterCommand(session);
    this.current = outer;
    return this.#trailing.length === 0 ? reply : this.#withTrailing(reply);
  }

  /** Send a message out of band; to the session whose command runs, behind its reply. */
  sendBehindReply(session: Session, message: ReplyValue): void {
    if (session === this.current) this.#trailing.push(message);
    else session.host.deliver(message);
  }

  /**
   * Act for a client that has waited, while another one's command may run.
   * @returns the messages to send behind its reply
   */
  actFor(session: Session, act: () => void): readonly ReplyValue[] {
    const { current } = this;
    const ofCurrent = this.#trailing;
    const own: ReplyValue[] = [];
    this.current = session;
    this.#trailing = own;
    act();
    this.#trailing = ofCurrent;
    this.current = current;
    return own;
  }

  #withTrailing(reply: ReplyValue | undefined): ReplyValue {
    const messages = this.#trailing;
    this.#trailing = [];
    return new Replies(reply === undefined ? messages : [reply, ...messages]);
  }

  /** Is the reply to the present command to be sent? (CLIENT REPLY; uses a SKIP up.) */
  wantsReply(session: Session): boolean {
    if (session.replyMode === "on") return true;
    if (session.replyMode === "skip") session.replyMode = "on";
    return false;
  }

  /** 40 random hexadecimal digits. */
  randomId(): string {
    return Array.from({ length: 40 }, () => Math.floor(this.random() * 16).toString(16)).join("");
  }

  // ---- time -------------------------------------------------------------------------------------

  /** Does it follow this version, or a later one? */
  isAtLeast(version: CompatVersion): boolean {
    // Digits at the same places: compared as texts they are in order.
    return this.#compat >= version;
  }

  /** Read the clock. */
  refreshTime(): void {
    const now = this.clock.now();
    if (now === this.now) return;
    this.now = now;
    this.uptime = Math.floor((this.now - this.startedAt) / 1000);
    if (now >= this.agenda.next) this.agenda.run(now);
  }

  /** Do what is due: timeouts of blocked clients, the end of a pause, expiry of keys (one step). */
  tick(): void {
    this.refreshTime();
    if (this.now >= this.agenda.next) this.agenda.run(this.now);
    this.blocking.expire(this.now);
    if (this.holding.pause !== undefined) this.holding.expire(this.now);
    if (this.activeExpiry && this.holding.pause === undefined) {
      this.#timed("expire-cycle", () => {
        for (const database of this.databases) database.expireDue(EXPIRE_STEP);
      });
    }
    this.blocking.serve();
    this.endBatch();
    this.earliestDeadline = this.nextDeadline() ?? Number.POSITIVE_INFINITY;
  }

  /** When `tick` has something to do next (ms since 1970), or `undefined`. */
  nextDeadline(): number | undefined {
    let next = Math.min(this.blocking.nextDeadline() ?? Number.POSITIVE_INFINITY, this.agenda.next);
    if (this.holding.pause !== undefined) next = Math.min(next, this.holding.nextDeadline);
    else if (this.activeExpiry) {
      for (const database of this.databases) next = Math.min(next, database.nextExpiry() ?? next);
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  /** Something is due at `at`. */
  noteDeadline(at: number): void {
    if (at < this.earliestDeadline) this.earliestDeadline = at;
  }

  // ---- events -----------------------------------------------------------------------------------

  /** Publish a keyspace event of a class that is switched on. */
  notify(database: Database, kind: number, event: string, key: string): void {
    const mask = this.notifyMask;
    if ((mask & kind) === 0) return;
    if ((mask & Notify.KEYSPACE) !== 0) this.channels.publish(`__keyspace@${database.index}__:${key}`, event);
    if ((mask & Notify.KEYEVENT) !== 0) this.channels.publish(`__keyevent@${database.index}__:${event}`, key);
  }

  /** An exception that is no error reply. */
  reportBug(error: unknown): ErrorReply {
    this.#onBug?.(error);
    return new ErrorReply(INTERNAL_ERROR);
  }

  // ---- memory -----------------------------------------------------------------------------------

  /** Evict what is beyond `maxmemory`. @returns whether there is room for a command that needs memory */
  makeRoom(): boolean {
    // While clients are paused, nothing is to change.
    const mayEvict = this.holding.pause === undefined;
    this.outOfMemory = mayEvict && !this.#timed("eviction-cycle", () => evictKeys(this));
    return !this.outOfMemory;
  }

  /** Is a key that expires then gone? */
  isPast(moment: number): boolean {
    return moment <= this.now && !this.loading;
  }

  /** Do something of which LATENCY tells when it takes long. */
  #timed<T>(event: string, action: () => T): T {
    if (!this.latency.active) return action();
    const before = this.clock.micros();
    const result = action();
    this.latency.note(event, (this.clock.micros() - before) / 1000, this.now);
    return result;
  }

  /** Apply settings that code reads from fields of its own; to be called after CONFIG SET. */
  configChanged(): void {
    this.notifyMask = this.config.notifyMask;
    this.countsFrequency = this.config.get("maxmemory-policy").endsWith("lfu");
    const measures = this.config.maxmemory !== 0;
    if (measures && !this.measuresMemory) {
      for (const database of this.databases) for (const { key } of database.entries()) database.measure(key);
    }
    this.measuresMemory = measures;
    this.mustHaveReplicas = this.config.number("min-replicas-to-write") !== 0;
    this.persistence.configure();
    this.clientMemory.configure();
    if (!measures) this.outOfMemory = false;
    else if (this.current?.executing === undefined) this.makeRoom();
    else {
      // Not in the middle of the transaction, but next.
      this.agenda.add(this.now, () => this.makeRoom());
      this.noteDeadline(this.now);
    }
    this.slowlog.configure(this.config);
    this.latency.configure(this.config);
    this.acl.configure();
    this.replication.configChanged();
    this.appendOnly.configChanged();
    if (this.tracking.active) this.tracking.keepLimit();
    this.onConfigChanged?.();
  }
}

/** Confirmations of subscriptions are sent even while CLIENT REPLY is off. */
function isPushed(reply: ReplyValue): boolean {
  return reply instanceof PushReply || (reply instanceof Replies && reply.items[0] instanceof PushReply);
}
