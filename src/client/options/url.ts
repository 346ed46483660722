/** Addresses as URLs: `redis:// rediss:// valkey:// valkeys:// unix://`, and bare `host`, `host:port`, `/path`. */
import { OptionError } from "../../errors.js";
import type { PoolOptions } from "./pool-options.js";

/** Options that a URL's query may carry, and how their text is read. */
const QUERY = {
  db: "integer",
  protocol: "integer",
  connectionName: "text",
  username: "text",
  password: "text",
  parser: "text",
  maxConnections: "integer",
  shared: "integer",
  minIdle: "integer",
  idleTimeout: "integer",
  acquireTimeout: "integer",
  maxLifetime: "integer",
  checkAfter: "integer",
  connectTimeout: "integer",
  commandTimeout: "integer",
  pingInterval: "integer",
  keepAlive: "integer",
  maintenance: "text",
} as const;

/**
 * The options that a URL stands for.
 * @example parseUrl("redis://user:pw@host:6379/2?commandTimeout=500")
 * @throws OptionError for a scheme, a port, a database or a query option that is none
 */
export function parseUrl(text: string): PoolOptions {
  const given = text.trim();
  if (given === "")
    throw new OptionError("url", "The URL is empty; write for example redis://localhost:6379/0");
  if (given.startsWith("/")) return parse(`unix://${given}`);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) return parse(`redis://${given}`);
  return parse(given);
}

function parse(text: string): PoolOptions {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new OptionError(
      "url",
      `${JSON.stringify(withoutPassword(text))} is no URL; write redis://user:password@host:port/db`,
    );
  }
  const options: PoolOptions = {};
  switch (url.protocol) {
    case "redis:":
    case "valkey:":
      address(url, options);
      break;
    case "rediss:":
    case "valkeys:":
      address(url, options);
      options.tls = true;
      break;
    case "unix:":
    case "redis+unix:":
      options.unixSocketPath = decoded(url.host + url.pathname);
      if (options.unixSocketPath === "")
        throw new OptionError("url", "A unix:// URL needs a path: unix:///tmp/redis.sock");
      break;
    default:
      throw new OptionError(
        "url",
        `The URL scheme ${url.protocol}// is unknown; allowed: redis, rediss, valkey, valkeys, unix`,
      );
  }
  if (url.username !== "") options.username = decoded(url.username);
  if (url.password !== "") options.password = decoded(url.password);
  if (url.hash !== "")
    throw new OptionError("url", "The URL has a part behind #; write %23 where the password has a #");
  for (const [name, value] of url.searchParams) setQuery(options, name, value);
  return options;
}

function address(url: URL, options: PoolOptions): void {
  if (url.hostname !== "") options.host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.port !== "") options.port = Number(url.port);
  const path = url.pathname.replace(/^\//, "");
  if (path === "") return;
  if (!/^\d+$/.test(path)) {
    throw new OptionError(
      "db",
      `The path of the URL is the number of a database, such as /0, not ${JSON.stringify(`/${path}`)}`,
    );
  }
  options.db = Number(path);
}

function setQuery(options: PoolOptions, name: string, value: string): void {
  const kind = (QUERY as Record<string, "integer" | "text" | undefined>)[name];
  if (kind === undefined) {
    throw new OptionError(name, `The URL has no option ${name}; known: ${Object.keys(QUERY).join(", ")}`);
  }
  if (kind === "integer" && !/^\d+$/.test(value)) {
    throw new OptionError(
      name,
      `The option ${name} of the URL is ${JSON.stringify(value)}; allowed: an integer`,
    );
  }
  Object.assign(options, { [name]: kind === "integer" ? Number(value) : value });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OptionError("url", "The URL has a malformed % escape; write %25 for a plain %");
  }
}

function withoutPassword(text: string): string {
  return text.replace(/:[^:@/]*@/, ":***@");
}
