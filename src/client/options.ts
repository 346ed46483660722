/** Options of the client: what they mean, their defaults, and their checks, before anything is sent. */
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { OptionError } from "../errors.js";
import { DEFAULT_LIMITS, type ParserFactory, type ParserLimits } from "../protocol/parser.js";
import { memoryConnector } from "../transport/memory.js";
import { socketConnector } from "../transport/tcp.js";
import type { Connector, InProcessServer } from "../transport/transport.js";
import { isolated } from "./events.js";
import { checkBoolean, checkInteger, checkKeys, checkOneOf, checkText, refuse } from "./option-checks.js";
import { parseUrl } from "./url.js";

/** Who the client is, for AUTH. */
export interface Credentials {
  /** ACL user; without it the `default` user. */
  username?: string | undefined;
  password?: string | undefined;
}

/** How to go on after a failure. */
export interface RetryOptions {
  /** How often a command that was not sent, or is read-only, is tried again; 0: never. Default 8. */
  attempts?: number;
  /**
   * Wait before the next attempt: exponential with full jitter between 0 and `min(cap, base * 2 ** n)`
   * milliseconds, or a function from the number of failures (1 is the first) to milliseconds.
   * Default `{ base: 50, cap: 2000 }`.
   */
  backoff?: { base?: number; cap?: number } | ((failures: number) => number);
}

/** Where commands wait while there is no connection. */
export interface OfflineQueueOptions {
  /** Most commands that wait. Default 100,000. */
  maxCommands?: number;
  /** Most bytes that wait, as they would be sent. Default 64 MiB. */
  maxBytes?: number;
  /**
   * What happens to a command for which there is no room: `"reject"` (default) rejects it at once;
   * `"wait"` lets it wait for room, within its deadline; `"fail-fast"` keeps no queue at all, so that
   * every command is rejected at once while there is no connection.
   */
  policy?: "reject" | "wait" | "fail-fast";
}

/** Options of {@link ConnectionPool}; those of `Redis` are the same and `connectionPool`. */
export interface PoolOptions {
  /** `redis:// rediss:// valkey:// valkeys:// unix://` URL; other options given beside it win over it. */
  url?: string;
  /** Default `"localhost"`. */
  host?: string;
  /** Default 6379. */
  port?: number;
  /** Number of the database, chosen by SELECT. Default 0. */
  db?: number;
  username?: string;
  password?: string;
  /** Asked at each connect, in place of `username` and `password`. */
  credentials?: () => Credentials | Promise<Credentials>;
  /** Path of a Unix socket, in place of `host` and `port`. */
  unixSocketPath?: string;
  /** `true`, or the options of Node's `tls.connect`. */
  tls?: boolean | TlsOptions;
  /** A server in this process, such as `MiniServer`, in place of an address. */
  server?: InProcessServer;
  /** Shown by CLIENT LIST. */
  connectionName?: string;
  /** RESP version to ask for; a server that does not know 3 is spoken to in 2. Default 3. */
  protocol?: 2 | 3;
  /** `"resp"` (default), `"redis-parser"` (that optional package), or a factory of your own. */
  parser?: "resp" | "redis-parser" | ParserFactory;
  /** Bounds of the parser. */
  limits?: Partial<ParserLimits>;
  /** Most connections at a time. Default 20. */
  maxConnections?: number;
  /** How many multiplexed connections carry the ordinary commands. Default 1. */
  shared?: number;
  /** Idle dedicated connections that are kept however long they idle. Default 0. */
  minIdle?: number;
  /** A dedicated connection that idles this many milliseconds is closed; 0: never. Default 30,000. */
  idleTimeout?: number;
  /** Longest wait for a dedicated connection in milliseconds; 0: no limit. Default 5000. */
  acquireTimeout?: number;
  /** A connection older than this many milliseconds is replaced when it is given back; 0: never. Default 0. */
  maxLifetime?: number;
  /** A dedicated connection that idled this many milliseconds is checked by PING before it is lent. Default 1000. */
  checkAfter?: number;
  /** Longest wait for a connection and its handshake in milliseconds; 0: no limit. Default 5000. */
  connectTimeout?: number;
  /**
   * Deadline of a command in milliseconds, from the call to the reply; 0: none. Default 10,000.
   * Blocking commands get their own timeout on top, and none when they block for ever.
   */
  commandTimeout?: number;
  /** Milliseconds of idleness until TCP keep-alive probes; 0: no probes. Default 5000. */
  keepAlive?: number;
  retry?: RetryOptions;
  offlineQueue?: OfflineQueueOptions;
}

/** The options with all defaults filled in. */
export interface ConnectionSettings {
  readonly connector: Connector;
  readonly db: number;
  readonly credentials: Credentials | (() => Credentials | Promise<Credentials>);
  readonly connectionName: string | undefined;
  readonly protocol: 2 | 3;
  readonly parser: "resp" | "redis-parser" | ParserFactory;
  readonly limits: ParserLimits;
  readonly maxConnections: number;
  readonly shared: number;
  readonly minIdle: number;
  readonly idleTimeout: number;
  readonly acquireTimeout: number;
  readonly maxLifetime: number;
  readonly checkAfter: number;
  readonly connectTimeout: number;
  readonly commandTimeout: number;
  readonly attempts: number;
  readonly backoff: (failures: number) => number;
  readonly maxQueuedCommands: number;
  readonly maxQueuedBytes: number;
  readonly queuePolicy: "reject" | "wait" | "fail-fast";
}

const NAMES: Readonly<Record<keyof PoolOptions, true>> = {
  url: true,
  host: true,
  port: true,
  db: true,
  username: true,
  password: true,
  credentials: true,
  unixSocketPath: true,
  tls: true,
  server: true,
  connectionName: true,
  protocol: true,
  parser: true,
  limits: true,
  maxConnections: true,
  shared: true,
  minIdle: true,
  idleTimeout: true,
  acquireTimeout: true,
  maxLifetime: true,
  checkAfter: true,
  connectTimeout: true,
  commandTimeout: true,
  keepAlive: true,
  retry: true,
  offlineQueue: true,
};

/**
 * Check `options` and fill in the defaults.
 * @throws OptionError that names the option and what is allowed
 */
export function resolveOptions(given: PoolOptions | string): ConnectionSettings {
  const options = typeof given === "string" ? parseUrl(given) : merged(given);
  checkKeys("", options, Object.keys(NAMES));
  const shared = checkInteger("shared", options.shared, 1, 1024, 1);
  const maxConnections = checkInteger(
    "maxConnections",
    options.maxConnections,
    1,
    100_000,
    Math.max(20, shared + 1),
  );
  if (maxConnections < shared)
    refuse("maxConnections", maxConnections, `at least the ${shared} of the option shared`);
  const retry = options.retry ?? {};
  checkKeys("retry", retry, ["attempts", "backoff"]);
  const queue = options.offlineQueue ?? {};
  checkKeys("offlineQueue", queue, ["maxCommands", "maxBytes", "policy"]);
  const year = 365 * 24 * 3600 * 1000;
  return {
    connector: connectorFor(options),
    db: checkInteger("db", options.db, 0, 2 ** 31 - 1, 0),
    credentials: credentialsOf(options),
    connectionName: checkName(options.connectionName),
    protocol: checkOneOf("protocol", options.protocol, [2, 3] as const, 3),
    parser: checkParser(options.parser),
    limits: checkLimits(options.limits),
    maxConnections,
    shared,
    minIdle: checkInteger("minIdle", options.minIdle, 0, maxConnections, 0),
    idleTimeout: checkInteger("idleTimeout", options.idleTimeout, 0, year, 30_000),
    acquireTimeout: checkInteger("acquireTimeout", options.acquireTimeout, 0, year, 5000),
    maxLifetime: checkInteger("maxLifetime", options.maxLifetime, 0, year, 0),
    checkAfter: checkInteger("checkAfter", options.checkAfter, 0, year, 1000),
    connectTimeout: checkInteger("connectTimeout", options.connectTimeout, 0, year, 5000),
    commandTimeout: checkInteger("commandTimeout", options.commandTimeout, 0, year, 10_000),
    attempts: checkInteger("retry.attempts", retry.attempts, 0, 1_000_000, 8),
    backoff: backoffOf(retry.backoff),
    maxQueuedCommands: checkInteger("offlineQueue.maxCommands", queue.maxCommands, 1, 2 ** 31 - 1, 100_000),
    maxQueuedBytes: checkInteger("offlineQueue.maxBytes", queue.maxBytes, 1, 2 ** 40, 64 * 1024 * 1024),
    queuePolicy: checkOneOf(
      "offlineQueue.policy",
      queue.policy,
      ["reject", "wait", "fail-fast"] as const,
      "reject",
    ),
  };
}

function merged(options: PoolOptions): PoolOptions {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new OptionError("options", `Options must be a URL or an object, not ${String(options)}`);
  }
  if (options.url === undefined) return options;
  const { url, ...rest } = options;
  const own = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...parseUrl(url), ...own };
}

function connectorFor(options: PoolOptions): Connector {
  if (options.server !== undefined) {
    if (typeof options.server?.accept !== "function")
      refuse("server", options.server, "a server such as MiniServer");
    return memoryConnector(options.server);
  }
  const host = checkText("host", options.host) ?? "localhost";
  if (host === "") refuse("host", host, "a host name or an address");
  const unixSocketPath = checkText("unixSocketPath", options.unixSocketPath);
  const { tls } = options;
  if (tls !== undefined && typeof tls !== "boolean" && (typeof tls !== "object" || tls === null)) {
    refuse("tls", tls, "true, false or the options of tls.connect");
  }
  return socketConnector({
    host,
    port: checkInteger("port", options.port, 1, 65_535, 6379),
    unixSocketPath,
    tls: tls === true ? {} : tls === false ? undefined : tls,
    keepAlive: checkInteger("keepAlive", options.keepAlive, 0, 2 ** 31 - 1, 5000),
  });
}

function credentialsOf(options: PoolOptions): ConnectionSettings["credentials"] {
  if (options.credentials === undefined) {
    const username = checkText("username", options.username);
    const password = checkText("password", options.password);
    if (username !== undefined && password === undefined) {
      throw new OptionError("password", "The option username needs a password beside it");
    }
    return { username, password };
  }
  if (typeof options.credentials !== "function") refuse("credentials", options.credentials, "a function");
  return options.credentials;
}

/** CLIENT SETNAME takes no blanks, line ends or control characters. */
function checkName(name: string | undefined): string | undefined {
  const text = checkText("connectionName", name);
  if (text !== undefined && !/^[!-~]*$/.test(text))
    refuse("connectionName", text, "printable ASCII without blanks");
  return text;
}

function checkParser(parser: PoolOptions["parser"]): ConnectionSettings["parser"] {
  if (parser === undefined) return "resp";
  const isFactory = typeof parser === "object" && parser !== null && typeof parser.create === "function";
  if (!isFactory && parser !== "resp" && parser !== "redis-parser") {
    refuse("parser", parser, '"resp", "redis-parser" or a parser factory');
  }
  return parser;
}

function checkLimits(limits: Partial<ParserLimits> | undefined): ParserLimits {
  if (limits === undefined) return DEFAULT_LIMITS;
  checkKeys("limits", limits, ["maxDepth", "maxLength", "maxElements"]);
  return {
    maxDepth: checkInteger("limits.maxDepth", limits.maxDepth, 1, 1_000_000, DEFAULT_LIMITS.maxDepth),
    maxLength: checkInteger("limits.maxLength", limits.maxLength, 1, 2 ** 40, DEFAULT_LIMITS.maxLength),
    maxElements: checkInteger(
      "limits.maxElements",
      limits.maxElements,
      1,
      2 ** 40,
      DEFAULT_LIMITS.maxElements,
    ),
  };
}

function backoffOf(backoff: RetryOptions["backoff"]): (failures: number) => number {
  if (typeof backoff === "function") return backoff;
  if (backoff !== undefined) checkKeys("retry.backoff", backoff, ["base", "cap"]);
  const base = checkInteger("retry.backoff.base", backoff?.base, 0, 3_600_000, 50);
  const cap = checkInteger("retry.backoff.cap", backoff?.cap, 0, 3_600_000, 2000);
  return (failures) => Math.random() * Math.min(cap, base * 2 ** Math.min(failures, 30));
}

/** Milliseconds to wait after so many failures. What a function of the user's throws, or gives that is none, does not stop the retries. */
export function pauseAfter(failures: number, { backoff }: ConnectionSettings): number {
  let pause = 1000;
  isolated(() => {
    pause = backoff(failures);
  });
  return pause >= 0 && pause < 2 ** 31 ? pause : 1000;
}

/** Options of a view of a client: see `Redis.with`. */
export interface ViewOptions<
  V extends "text" | "buffer" | undefined,
  N extends "number" | "bigint" | undefined,
> {
  /** Bulk strings as `string` (the default) or as `Buffer`. */
  replies?: V;
  /** Integers as `number` (the default) or as `bigint`. */
  integers?: N;
  /** End-to-end deadline of each command in milliseconds; 0: none. */
  timeout?: number;
  /** Ends the wait of each command when it fires. */
  signal?: AbortSignal;
  /** Commands may be sent again although they may have run: say so only where a second run does no harm. */
  idempotent?: boolean;
}

/** Check the options of a view. @throws OptionError */
export function checkView(
  options: ViewOptions<"text" | "buffer" | undefined, "number" | "bigint" | undefined>,
): void {
  checkKeys("", options, ["replies", "integers", "timeout", "signal", "idempotent"]);
  checkOneOf("replies", options.replies, ["text", "buffer"] as const, "text");
  checkOneOf("integers", options.integers, ["number", "bigint"] as const, "number");
  checkInteger("timeout", options.timeout, 0, 2 ** 31 - 1, 0);
  checkBoolean("idempotent", options.idempotent);
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    refuse("signal", options.signal, "an AbortSignal");
  }
}
