/** URLs of brokers and result backends: Redis and the embedded mini server; why others are refused. */
import { parseUrl } from "../index.js";
import { SettingsError } from "./errors.js";

/** What a URL stands for. */
export type BrokerAddress =
  | { kind: "redis"; url: string; db: number; host: string; port: number }
  | { kind: "memory" };

/** Other schemes of Celery's, and what to say of them. */
const REFUSED: Record<string, string> = {
  amqp: "RabbitMQ is not supported, only Redis is",
  amqps: "RabbitMQ is not supported, only Redis is",
  pyamqp: "RabbitMQ is not supported, only Redis is",
  rpc: "results by messages are not supported; name a Redis database",
  sentinel: "Sentinel is not supported; name the server itself",
  "redis+sentinel": "Sentinel is not supported; name the server itself",
  sqs: "Amazon SQS is not supported, only Redis is",
  cache: "results are kept in Redis",
  "cache+memory": "results are kept in Redis; for tests there is memory://",
  "db+sqlite": "results are kept in Redis",
  filesystem: "only Redis is supported; for tests there is memory://",
  disabled: "for no results set the backend to null",
};

/**
 * The address in a URL: `redis:// rediss:// valkey:// valkeys:// unix://` and Celery's
 * `redis+socket://`, or `memory://` for the mini server inside this process.
 * @throws SettingsError when it is no such URL; passwords are not in its message
 */
export function parseBrokerUrl(text: string, setting = "brokerUrl"): BrokerAddress {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text.trim())?.[1].toLowerCase();
  if (scheme === "memory") return { kind: "memory" };
  const reason = scheme !== undefined && Object.hasOwn(REFUSED, scheme) ? REFUSED[scheme] : undefined;
  if (reason !== undefined)
    throw new SettingsError(setting, `The setting ${setting} is a URL with ${scheme}://: ${reason}`);
  const url = scheme === "redis+socket" ? socketUrl(text.trim()) : text.trim();
  try {
    const { host, port, db, unixSocketPath } = parseUrl(url);
    return {
      kind: "redis",
      url,
      db: db ?? 0,
      host: unixSocketPath ?? host ?? "localhost",
      port: unixSocketPath === undefined ? (port ?? 6379) : 0,
    };
  } catch (cause) {
    throw new SettingsError(
      setting,
      `The setting ${setting} is no address: ${(cause as Error).message}`,
      cause,
    );
  }
}

/** Celery's name for a Unix socket; its `virtual_host` is the database. */
function socketUrl(text: string): string {
  return text.replace(/^redis\+socket:/i, "unix:").replace(/([?&])virtual_host=/, "$1db=");
}
