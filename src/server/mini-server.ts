/** A Redis for tests, in this process. */
import { bytesOf } from "../protocol/bytes.js";
import { Engine } from "./engine/engine.js";
import { lazyScripting } from "./lazy-scripting.js";
import { Link, type LinkOutput, type LinkOwner, type Peer } from "./link.js";
import { type Listener, listen, type TlsSettings } from "./listen.js";
import { platform } from "./platform.js";
import { ServerClock, seededRandom } from "./testing.js";

/** Settings of {@link MiniServer.start}. */
export interface MiniServerOptions {
  /** TCP port; 0 (the default): any free one. */
  readonly port?: number;
  /** Address to listen on; 127.0.0.1 when left out. */
  readonly host?: string;
  /** Listen on a Unix socket as well. */
  readonly unixSocketPath?: string;
  /** Certificate and key: the TCP port then speaks TLS. */
  readonly tls?: TlsSettings;
  /** Password of the default user. */
  readonly requirepass?: string;
  /** Number of databases; 16 when left out. */
  readonly databases?: number;
  /** Parameters as CONFIG SET takes them. */
  readonly config?: Readonly<Record<string, string>>;
  /** Makes SPOP, SRANDMEMBER, RANDOMKEY and the rest choose the same way every time. */
  readonly seed?: number;
  /** Told of a bug in the server itself (a command that failed in a way that it should not). */
  readonly onBug?: (error: unknown) => void;
}

/** A client that is attached without a socket. */
export interface AcceptedClient {
  /** Bytes from the client; they must not be changed afterwards. */
  receive(bytes: Uint8Array): void;
  /** The client hangs up. */
  close(): void;
}

/** Run a task when all sockets that are ready have been read. */
const afterReading: (task: () => void) => void =
  globalThis.setImmediate ?? ((task) => void setTimeout(task, 0));

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

  readonly #links = new Set<Link>();
  readonly #waiting = new Set<Link>();
  #flushScheduled = false;
  #listener: Listener | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #closing: Promise<void> | undefined;

  /** Use {@link MiniServer.start}. */
  private constructor(options: MiniServerOptions) {
    this.clock = new ServerClock(() => this.#clockMoved());
    this.engine = new Engine({
      clock: this.clock,
      random: options.seed === undefined ? Math.random : seededRandom(options.seed),
      config: {
        ...options.config,
        ...(options.requirepass === undefined ? {} : { requirepass: options.requirepass }),
      },
      ...(options.databases === undefined ? {} : { databases: options.databases }),
      ...(options.onBug === undefined ? {} : { onBug: options.onBug }),
      scripting: lazyScripting,
      platform,
      onShutdown: () => void this.close(),
    });
  }

  /**
   * Start a server.
   * @returns when it listens
   * @throws RangeError for a bad parameter in `config`, or the error of the socket (`EADDRINUSE`...)
   */
  static async start(options: MiniServerOptions = {}): Promise<MiniServer> {
    const server = new MiniServer(options);
    const { config } = server.engine;
    const listener = await listen(server, {
      port: options.port ?? 0,
      host: options.host ?? "127.0.0.1",
      ...(options.unixSocketPath === undefined ? {} : { unixSocketPath: options.unixSocketPath }),
      ...(options.tls === undefined ? {} : { tls: options.tls }),
    });
    server.#listener = listener;
    config.assign("port", listener.port);
    config.assign("bind", listener.host);
    if (options.unixSocketPath !== undefined) config.assign("unixsocket", options.unixSocketPath);
    return server;
  }

  /** The TCP port it listens on. */
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

  /** Remove all keys of all databases. */
  flush(): void {
    for (const database of this.engine.databases) database.clear();
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
      { write: (text) => send(bytesOf(text)), end: hangUp, destroy: hangUp },
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
    const stopped = this.#listener?.close();
    for (const link of [...this.#links]) link.close();
    await stopped;
    this.engine.scripting.close();
  }

  // ---- for links --------------------------------------------------------------------------------

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
    const at = this.engine.nextDeadline() ?? Number.POSITIVE_INFINITY;
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
    this.#flushWaiting();
    this.#setTimer();
  }
}
