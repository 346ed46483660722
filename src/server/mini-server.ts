/** A Redis for tests, in this process. */
import { bytesOf } from "../protocol/bytes.js";
import { afterReading, alongside } from "./alongside.js";
import { CommandLog } from "./command-log.js";
import type { Database } from "./engine/database.js";
import { readRdb } from "./engine/dump/rdb-reader.js";
import { encodeRdb } from "./engine/dump/rdb-writer.js";
import { Engine } from "./engine/engine.js";
import type { Release } from "./engine/engine-options.js";
import { Faults } from "./faults.js";
import { type IdleServer, idle } from "./idle.js";
import { Interception } from "./interception.js";
import { lazyScripting } from "./lazy-scripting.js";
import { Link, type LinkOutput, type LinkOwner, type Peer } from "./link.js";
import { type Listener, listen } from "./listen.js";
import { type MiniServerOptions, portsOf, releaseFor, type ServerProcess } from "./mini-server-options.js";
import { Outgoing } from "./outgoing.js";
import { type PlainKey, plainData, plainKeys } from "./plain-data.js";
import { platform } from "./platform.js";
import { portsFrom } from "./port-settings.js";
import { ServerSnapshot } from "./snapshot.js";
import { SeededRandom, ServerClock } from "./testing.js";

/** A client that is attached without a socket. */
export interface AcceptedClient {
  /** Bytes from the client; they must not be changed afterwards. */
  receive(bytes: Uint8Array): void;
  /** The client hangs up. */
  close(): void;
}

/**
 * Some sockets are read before any is answered, so that the other side is not woken for each reply; but not
 * all, so that it has something to do meanwhile (measured: a tenth and a twentieth more requests a second).
 */
const ANSWERED_TOGETHER = 8;
/** The longest time that a timer can be set for. */
const LONGEST_TIMER = 2147483647;
const IN_PROCESS: Peer = { address: "127.0.0.1:0", localAddress: "127.0.0.1:0", isUnixSocket: false };

/**
 * A Redis-compatible server that runs in this process: the commands, replies and errors of redis-server
 * 7.0, data in memory alone.
 * @example
 * await using server = await MiniServer.start();
 * const redis = new Redis(server.url);
 */
export class MiniServer implements LinkOwner {
  /** The clock that keys expire by; tests may advance or freeze it. */
  readonly clock: ServerClock;
  /** The server without its sockets. */
  readonly engine: Engine;
  /** Makes the server fail as a test wants it to. */
  readonly faults: Faults;
  /** What clients have sent, once it has been started. */
  readonly commandLog: CommandLog;

  readonly #links = new Set<Link>();
  readonly #waiting = new Set<Link>();
  readonly #outgoing = new Outgoing();
  readonly #random: SeededRandom | undefined;
  #interception: Interception | undefined;
  #flushScheduled = false;
  #listener: Listener | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #closing: Promise<void> | undefined;

  /** Use {@link MiniServer.start}. */
  private constructor(options: MiniServerOptions, own?: ServerProcess, release?: Release) {
    this.clock = new ServerClock(() => this.#clockMoved());
    const random = options.seed === undefined ? undefined : new SeededRandom(options.seed);
    this.#random = random;
    this.engine = new Engine({
      clock: this.clock,
      random: random === undefined ? Math.random : () => random.next(),
      config: {
        ...options.config,
        ...(options.requirepass === undefined ? {} : { requirepass: options.requirepass }),
      },
      ...(options.databases === undefined ? {} : { databases: options.databases }),
      ...(options.onBug === undefined ? {} : { onBug: options.onBug }),
      scripting: lazyScripting,
      alongside,
      ...(platform === undefined ? {} : { otherServers: this.#outgoing }),
      ...(platform === undefined ? {} : { platform }),
      files: own?.files,
      log: own?.log,
      renamedCommands: own?.renamedCommands,
      release,
      onCrash: own?.onCrash,
      onShutdown: own?.onShutdown ?? (() => void this.close()),
    });
    const changed = (): void => this.#interceptionChanged();
    this.faults = new Faults({ engine: this.engine, faultsChanged: changed });
    this.commandLog = new CommandLog(changed, this.engine.commands);
  }

  /**
   * Start a server.
   * @returns when it listens
   * @throws RangeError for a bad parameter in `config` or an unknown `compat`, or the error of the socket (`EADDRINUSE`...)
   */
  static start(options: MiniServerOptions = {}): Promise<MiniServer> {
    return MiniServer.startAs(options);
  }

  /** @internal The same for a process of its own. */
  static async startAs(options: MiniServerOptions, own?: ServerProcess): Promise<MiniServer> {
    const { compat } = options;
    const release = compat === undefined ? undefined : await releaseFor(compat);
    const server = new MiniServer(options, own, release);
    own?.prepare(server.engine);
    if (options.listen === false) return server;
    const { config } = server.engine;
    const { host = "127.0.0.1" } = options;
    const listener = await listen(server, {
      ...portsOf(options),
      hosts: typeof host === "string" ? [host] : host,
      unixSocketPath: options.unixSocketPath,
      unixSocketMode: options.unixSocketMode,
      tls: options.tls,
      onSlowScript: own?.onSlowScript,
    });
    server.#listener = listener;
    // Without an address to listen on, the ports wait for one.
    const wanted = host.length === 0 ? portsOf(options) : undefined;
    config.assign("port", wanted?.port ?? (listener.secure ? 0 : listener.port));
    config.assign("tls-port", wanted?.tlsPort ?? listener.tlsPort);
    config.assign("bind", typeof host === "string" ? host : host.join(" "));
    if (options.unixSocketPath !== undefined) config.assign("unixsocket", options.unixSocketPath);
    server.engine.reopenPorts = async () =>
      listener.reopen(portsFrom(config, own?.readTls ?? (() => options.tls)));
    return server;
  }

  /** The TCP port it listens on; 0: none. */
  get port(): number {
    return this.#listener?.port ?? 0;
  }

  /** Host and port, such as `127.0.0.1:6379`. */
  get address(): string {
    const host = this.#listener?.host ?? "127.0.0.1";
    return `${host.includes(":") ? `[${host}]` : host}:${this.port}`;
  }

  /** What to give a client: `redis://127.0.0.1:6379`, with the password if there is one. */
  get url(): string {
    const { requirepass } = this.engine.config;
    const credentials = requirepass === "" ? "" : `:${encodeURIComponent(requirepass)}@`;
    return `${this.#listener?.secure ? "rediss" : "redis"}://${credentials}${this.address}`;
  }

  // ---- for tests --------------------------------------------------------------------------------

  /** Remove all keys of all databases. Connections, scripts, functions, users and parameters stay. */
  flush(): void {
    const { databases, propagation, tracking } = this.engine;
    for (const database of databases) database.clear();
    if (tracking.active) tracking.flushed();
    propagation?.also(databases[0], ["FLUSHALL"]);
    propagation?.flush();
  }

  /**
   * Remember all data as it is, for {@link restore}. Takes no time that depends on how much there is: values
   * are shared with the snapshot until somebody writes to them, and copied then, each on its own.
   * @example
   * const seeded = server.snapshot();
   * afterEach(() => server.restore(seeded));
   */
  snapshot(): ServerSnapshot {
    this.engine.refreshTime();
    return new ServerSnapshot({ engine: this.engine, clock: this.clock, random: this.#random });
  }

  /**
   * Put all data back as it was, any number of times, in any order of snapshots. Takes as long as what differs
   * needs, however much there is. The clock is set as it was then (real time that has passed has passed), and a
   * server with a `seed` draws the same random numbers again. Connections stay, with their database and their
   * subscriptions, and so do scripts, functions, users, parameters, statistics, faults and the log; watched keys
   * count as changed, client-side caches are told to forget everything, and blocked clients look at their keys again.
   * @throws TypeError for a snapshot of another server
   */
  restore(snapshot: ServerSnapshot): void {
    this.engine.refreshTime();
    snapshot.restoreTo({ engine: this.engine, clock: this.clock, random: this.#random });
    if (this.engine.replication.replicas.size !== 0) this.engine.replication.disown();
  }

  /**
   * The names of the keys of a database, sorted; expired ones are left out.
   * @throws RangeError when there is no such database
   * @example server.keys(); // ["user:1", "user:2"]
   */
  keys(db = 0): string[] {
    return plainKeys(this.#database(db));
  }

  /**
   * The data of a database as plain objects, for assertions; reading leaves no trace.
   * @throws RangeError when there is no such database
   * @example
   * expect(server.dump()).toEqual({ "user:1": { type: "hash", value: { name: "Ada" }, ttl: 60_000 } });
   */
  dump(db = 0): Record<string, PlainKey> {
    return plainData(this.#database(db));
  }

  /**
   * All data and all libraries of functions as an RDB file, which redis-server 7.0 loads (as its `dump.rdb`), and
   * {@link load} as well.
   * @example
   * await writeFile("fixture.rdb", server.toRdb());
   */
  toRdb(): Uint8Array {
    this.engine.refreshTime();
    return encodeRdb(this.engine);
  }

  /**
   * Load an RDB file of Redis 7.0 or before in the place of all data and all libraries of functions. Keys that have
   * expired are left out; watched keys count as changed, and blocked clients look at their keys again.
   * @throws Error for a file that cannot be loaded: where it is broken, or what of it this server cannot hold
   * @example
   * await server.load(await readFile("fixture.rdb"));
   */
  async load(rdb: Uint8Array): Promise<void> {
    const { engine } = this;
    engine.refreshTime();
    const contents = readRdb(engine, rdb);
    if (contents.libraries.length !== 0 && !engine.scripting.ready) await engine.scripting.load();
    engine.refreshTime();
    engine.persistence.load(contents);
    this.#clockMoved();
  }

  #database(db: number): Database {
    this.engine.refreshTime();
    const database = this.engine.databases[db];
    if (database === undefined) throw new RangeError(`There is no database ${db}`);
    return database;
  }

  /**
   * Wait until all that clients of this process have sent is answered, and nothing is under way. Blocked clients
   * (BLPOP...) and connections that a fault has stalled may still wait; the former are listed. What other processes
   * are about to send, nobody knows.
   * @param options.timeout give up after that many milliseconds; 5000 when left out
   * @throws Error after the timeout, naming who is busy
   */
  waitForIdle({ timeout = 5000 }: { readonly timeout?: number } = {}): Promise<IdleServer> {
    return idle({ engine: this.engine, links: this.#links }, timeout);
  }

  /**
   * Attach one client without a socket.
   * @param send is given the bytes for the client
   * @param end is called when the server hangs up
   */
  accept(send: (bytes: Uint8Array) => void, end: () => void): AcceptedClient {
    let ended = false;
    const hangUp = (): void => {
      if (!ended) end();
      ended = true;
    };
    const link = this.attach(
      { write: (text) => send(bytesOf(text)), waiting: 0, end: hangUp, destroy: hangUp },
      IN_PROCESS,
    );
    return {
      receive: (bytes) => link.receive(bytes),
      close: () => {
        ended = true;
        link.close();
      },
    };
  }

  /** Attach a client by whatever carries its bytes. */
  attach(output: LinkOutput, peer: Peer): Link {
    const link = new Link(this, output, peer);
    this.#links.add(link);
    if (this.#interception !== undefined && this.faults.refusesConnection()) link.close();
    return link;
  }

  /** Stop listening and hang up on all clients. Safe to call twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.engine.reopenPorts = undefined;
    this.faults.stop();
    const stopped = this.#listener?.close();
    for (const link of [...this.#links]) {
      // Nobody would repeat what a replica has not been sent.
      if (link.session.replica !== undefined) link.flush();
      link.close();
    }
    this.#outgoing.close();
    await stopped;
    this.engine.scripting.close();
  }

  #interceptionChanged(): void {
    const needed = this.faults.size !== 0 || this.commandLog.active;
    this.#interception = needed ? new Interception(this.engine, this.faults, this.commandLog) : undefined;
  }

  // ---- for links --------------------------------------------------------------------------------

  /** @internal */
  get interceptor(): Interception | undefined {
    return this.#interception;
  }

  /** @internal */
  outputWaits(link: Link): void {
    this.#waiting.add(link);
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    afterReading(() => {
      this.#flushScheduled = false;
      this.#flushWaiting();
    });
  }

  /** @internal */
  batchDone(): void {
    this.engine.endBatch();
    if (this.#waiting.size >= ANSWERED_TOGETHER) this.#flushWaiting();
    if (this.engine.earliestDeadline < this.#timerAt) this.#setTimer();
  }

  /** @internal */
  closed(link: Link): void {
    this.#links.delete(link);
    this.#waiting.delete(link);
  }

  #flushWaiting(): void {
    for (const link of this.#waiting) link.flush();
    this.#waiting.clear();
  }

  // ---- time -------------------------------------------------------------------------------------

  #setTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const at = Math.min(this.engine.nextDeadline() ?? Number.POSITIVE_INFINITY, this.faults.nextDeadline);
    this.engine.earliestDeadline = at;
    this.#timerAt = at;
    if (at === Number.POSITIVE_INFINITY || this.clock.frozen || this.#closing !== undefined) return;
    const wait = Math.min(Math.max(0, at - this.clock.now()), LONGEST_TIMER);
    this.#timer = setTimeout(() => this.#clockMoved(), wait);
    this.#timer.unref?.();
  }

  /** Do what is due by now. */
  #clockMoved(): void {
    const { engine } = this;
    do engine.tick();
    while (engine.earliestDeadline <= engine.now);
    this.faults.tick(engine.now);
    this.#flushWaiting();
    this.#setTimer();
  }
}
