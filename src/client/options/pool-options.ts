/** What a user may set: types and their documentation. The checks are in `options.ts`. */
import type { ConnectionOptions as TlsOptions } from "node:tls";
import type { ParserFactory, ParserLimits } from "../../protocol/parser.js";
import type { AddressResolver, InProcessServer } from "../../transport/transport.js";

/** Who the client is, for AUTH. */
export interface Credentials {
  /** ACL user; without it the `default` user. */
  username?: string | undefined;
  password?: string | undefined;
  /**
   * Until when they are valid, as a `Date` or milliseconds of Unix time. When a function gives this, it is
   * asked again ahead of it, and all live connections say AUTH again.
   */
  expiresAt?: number | Date | undefined;
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

/** When commands fail at once, because most of them have failed lately. */
export interface CircuitBreakerOptions {
  /**
   * The share of commands that fail, above 0 and up to 1, at which the circuit opens. Deadlines and lost connections
   * are failures; errors with which the server answers are not. Default 0.5.
   */
  threshold?: number;
  /** Fewer commands than this never open it. Default 20. */
  minimum?: number;
  /** The time that is looked back on, in milliseconds. Default 10,000. */
  window?: number;
  /** How long it stays open before a trial is let through, in milliseconds. Default 5000. */
  openFor?: number;
  /** So many trials must be answered before it closes. Default 1. */
  trials?: number;
}

/** What is kept of the server's replies, and for how long: the option `cache`. */
export interface CacheOptions {
  /** The memory that it may take, in bytes; what was not read lately gives way. Default 64 MiB. */
  maxBytes?: number;
  /**
   * Milliseconds after which a reply is not used any more, although nothing has changed; 0: no limit. Default 60,000.
   * Keys that expire are gone in time without it; single fields of hashes that do (HEXPIRE), with it.
   */
  ttl?: number;
  /**
   * Keep only what depends on keys that begin with one of these. The server then tells of every change to such keys,
   * and need not remember which were read: less memory there, more messages here.
   */
  prefixes?: readonly string[];
}

/** What to do about maintenance that a server of Redis Enterprise or Redis Cloud announces. */
export interface MaintenanceOptions {
  /** As the option `maintenance` alone. Default `"auto"`. */
  mode?: "auto" | "enabled" | "disabled";
  /**
   * How the server shall name the endpoint to move to. `"none"`: not at all; the configured address is connected to
   * anew after half of the time that is left. Default `"auto"`: `internal-` where the server has a private address,
   * else `external-`, with `fqdn` under TLS (a certificate needs a name), else `ip`.
   */
  endpointType?: "auto" | "internal-ip" | "internal-fqdn" | "external-ip" | "external-fqdn" | "none";
  /** Milliseconds that commands get on top of their deadline while a server is under maintenance. Default 10,000. */
  relaxedTimeout?: number;
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
  /**
   * Asked at each connect where `host` and `port` lead, or where an endpoint does that the server has announced
   * (`maintenance`): for addresses behind NAT or in containers, SRV records, service registries. Certificates are checked for
   * the name that was asked for. When it fails, or says nothing within `connectTimeout`, the connect fails (and is tried again after
   * a pause).
   */
  addressResolver?: AddressResolver;
  username?: string;
  password?: string;
  /**
   * Asked at each connect and ahead of `expiresAt`, in place of `username` and `password`. When it fails, the
   * connect does (and is tried again after a pause), and a `warning` event says so.
   */
  credentials?: () => Credentials | Promise<Credentials>;
  /** Path of a Unix socket, in place of `host` and `port`. */
  unixSocketPath?: string;
  /**
   * `true`, or the options of Node's `tls.connect`: `ca` (who vouches for the server), `cert` and `key` (of
   * this client), `servername`, ... A function is asked at each connect, so that certificates can be renewed.
   */
  tls?: boolean | TlsOptions | (() => TlsOptions | Promise<TlsOptions>);
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
  /**
   * A connection that idles for this many milliseconds is asked for a sign of life by PING, and replaced when
   * none comes within `commandTimeout`; 0: never. PubSubs are asked too. Default 5000 (in process: 0).
   */
  pingInterval?: number;
  /** Milliseconds of idleness until TCP keep-alive probes; 0: no probes. Default 5000. */
  keepAlive?: number;
  /**
   * Servers of Redis Enterprise and Redis Cloud announce their maintenance to clients that ask for it (RESP3 only);
   * connections then move to another endpoint before theirs goes away, and deadlines wait for migrations.
   * `"auto"` (default) asks where the server's name or its reply to HELLO says that it may know the question, and
   * takes no for an answer; `"enabled"` asks everywhere, and refuses a server that does not know it; `"disabled"`
   * never asks.
   */
  maintenance?: "auto" | "enabled" | "disabled" | MaintenanceOptions;
  retry?: RetryOptions;
  offlineQueue?: OfflineQueueOptions;
  /**
   * Fail at once, with a `CircuitOpenError`, while most commands fail for want of an answer: `true`, or when exactly.
   * Not for PubSub, which waits for the server anyway. Default `false`.
   */
  circuitBreaker?: boolean | CircuitBreakerOptions;
  /**
   * Keep replies to reads in memory until the server says that their keys have changed: `true`, or how much. Needs
   * RESP3 (Redis 6 or later); a server without it is asked for everything, and a `warning` event says so. Default `false`.
   */
  cache?: boolean | CacheOptions;
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
  /**
   * No command is sent a second time: neither a read whose reply was lost, nor what the server has refused
   * to run for now (LOADING, READONLY, ...). What was never sent still waits for a connection.
   */
  noRetry?: boolean;
  /**
   * Stands before every key, in calls and in patterns, and is taken off keys in replies; text, or bytes that
   * are no text. A view of such a view puts its own behind it. Channels are no keys; commands without keys
   * (FLUSHDB) act on the whole database.
   */
  keyPrefix?: string | Uint8Array;
  /**
   * With the option `cache`: how old a reply from memory may be, in milliseconds; 0: ask the server. What the server
   * then says is kept.
   */
  maxAge?: number;
}
