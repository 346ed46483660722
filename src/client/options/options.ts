/** Options of the client: their checks and defaults, before anything is opened. */
import { OptionError } from "../../errors.js";
import { DEFAULT_LIMITS, type ParserFactory, type ParserLimits } from "../../protocol/parser.js";
import { memoryConnector } from "../../transport/memory.js";
import { socketConnector } from "../../transport/tcp.js";
import type { Connector } from "../../transport/transport.js";
import { type CacheSettings, cacheOf } from "../cache/cache-settings.js";
import type { CircuitBreakerSettings } from "../circuit-breaker.js";
import { isolated } from "../events.js";
import { type MaintenanceSettings, maintenanceOf } from "../maintenance/maintenance-options.js";
import { checkBoolean, checkInteger, checkKeys, checkOneOf, checkText, refuse } from "./option-checks.js";
import type { Credentials, PoolOptions, RetryOptions, ViewOptions } from "./pool-options.js";
import { parseUrl } from "./url.js";

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
  readonly pingInterval: number;
  readonly maintenance: MaintenanceSettings;
  readonly attempts: number;
  readonly backoff: (failures: number) => number;
  readonly maxQueuedCommands: number;
  readonly maxQueuedBytes: number;
  readonly queuePolicy: "reject" | "wait" | "fail-fast";
  /** `undefined`: none. */
  readonly circuitBreaker: CircuitBreakerSettings | undefined;
  /** `undefined`: none. */
  readonly cache: CacheSettings | undefined;
}

const NAMES: Readonly<Record<keyof PoolOptions, true>> = {
  url: true,
  host: true,
  port: true,
  db: true,
  addressResolver: true,
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
  pingInterval: true,
  keepAlive: true,
  maintenance: true,
  retry: true,
  offlineQueue: true,
  circuitBreaker: true,
  cache: true,
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
    pingInterval: checkInteger("pingInterval", options.pingInterval, 0, year, options.server ? 0 : 5000),
    maintenance: maintenanceOf(options),
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
    circuitBreaker: circuitBreakerOf(options.circuitBreaker),
    cache: cacheOf(options),
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
  const resolver = checkResolver(options);
  if (options.server !== undefined) {
    if (typeof options.server?.accept !== "function")
      refuse("server", options.server, "a server such as MiniServer");
    return memoryConnector(options.server);
  }
  const host = checkText("host", options.host) ?? "localhost";
  if (host === "") refuse("host", host, "a host name or an address");
  const unixSocketPath = checkText("unixSocketPath", options.unixSocketPath);
  const { tls } = options;
  const isTls =
    typeof tls === "boolean" || typeof tls === "function" || (typeof tls === "object" && tls !== null);
  if (tls !== undefined && !isTls) {
    refuse("tls", tls, "true, false, the options of tls.connect, or a function that gives them");
  }
  return socketConnector({
    host,
    port: checkInteger("port", options.port, 1, 65_535, 6379),
    unixSocketPath,
    resolver,
    tls: tls === true ? {} : tls === false ? undefined : tls,
    keepAlive: checkInteger("keepAlive", options.keepAlive, 0, 2 ** 31 - 1, 5000),
  });
}

function checkResolver({
  addressResolver,
  server,
  unixSocketPath,
}: PoolOptions): PoolOptions["addressResolver"] {
  if (addressResolver === undefined) return undefined;
  if (typeof addressResolver !== "function") refuse("addressResolver", addressResolver, "a function");
  if (server !== undefined || unixSocketPath !== undefined) {
    const why = "The option addressResolver takes a host and a port; server and unixSocketPath have none";
    throw new OptionError("addressResolver", why);
  }
  return addressResolver;
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

function circuitBreakerOf(given: PoolOptions["circuitBreaker"]): CircuitBreakerSettings | undefined {
  if (given === undefined || given === false) return undefined;
  const options = given === true ? {} : given;
  const prefix = "circuitBreaker";
  checkKeys(prefix, options, ["threshold", "minimum", "window", "openFor", "trials"]);
  const { threshold = 0.5 } = options;
  if (typeof threshold !== "number" || !(threshold > 0 && threshold <= 1)) {
    refuse(`${prefix}.threshold`, threshold, "a number above 0 and up to 1");
  }
  const day = 24 * 3600 * 1000;
  return {
    threshold,
    minimum: checkInteger(`${prefix}.minimum`, options.minimum, 1, 1_000_000, 20),
    window: checkInteger(`${prefix}.window`, options.window, 100, day, 10_000),
    openFor: checkInteger(`${prefix}.openFor`, options.openFor, 1, day, 5000),
    trials: checkInteger(`${prefix}.trials`, options.trials, 1, 1000, 1),
  };
}

/** Milliseconds to wait after so many failures. What a function of the user's throws, or gives that is none, does not stop the retries. */
export function pauseAfter(failures: number, { backoff }: ConnectionSettings): number {
  let pause = 1000;
  isolated(() => {
    pause = backoff(failures);
  });
  return pause >= 0 && pause < 2 ** 31 ? pause : 1000;
}

/** Check the options of a view. @throws OptionError */
export function checkView(
  options: ViewOptions<"text" | "buffer" | undefined, "number" | "bigint" | undefined>,
): void {
  const known = ["replies", "integers", "timeout", "signal", "idempotent", "noRetry", "keyPrefix", "maxAge"];
  checkKeys("", options, known);
  checkOneOf("replies", options.replies, ["text", "buffer"] as const, "text");
  checkOneOf("integers", options.integers, ["number", "bigint"] as const, "number");
  checkInteger("timeout", options.timeout, 0, 2 ** 31 - 1, 0);
  checkInteger("maxAge", options.maxAge, 0, 2 ** 31 - 1, 0);
  checkBoolean("idempotent", options.idempotent);
  checkBoolean("noRetry", options.noRetry);
  const { keyPrefix } = options;
  const isKey = typeof keyPrefix === "string" ? keyPrefix.isWellFormed() : keyPrefix instanceof Uint8Array;
  if (keyPrefix !== undefined && !isKey) refuse("keyPrefix", keyPrefix, "a string, a Buffer or a Uint8Array");
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    refuse("signal", options.signal, "an AbortSignal");
  }
}
