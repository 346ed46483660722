/** What a worker tells about itself: numbers, settings, a report. */
import type { WorkerStats } from "../control/replies.js";
import { platformReport, processId, resourceUsage, SOFTWARE_NAME, softwareInfo } from "../node-facts.js";
import { pythonRepr } from "../python-repr.js";
import { parseBrokerUrl, readSettings, type Settings } from "../settings.js";
import type { ControlledWorker } from "./controlled-worker.js";

/** The answer to `stats`. */
export function statsOf(worker: ControlledWorker): WorkerStats {
  const { pool } = worker;
  return {
    total: Object.fromEntries(worker.totals),
    pid: processId(),
    clock: String(worker.clock.value),
    uptime: Math.round((Date.now() - worker.startedAt) / 1000),
    pool: {
      implementation: pool.kind,
      "max-concurrency": pool.concurrency,
      processes: [...pool.processIds],
      "max-tasks-per-child": pool.maxTasksPerChild ?? "N/A",
      "put-guarded-by-semaphore": false,
      timeouts: [...pool.timeLimits],
      writes: "N/A",
    },
    broker: brokerFacts(worker.settings),
    prefetch_count: worker.prefetchCount,
    rusage: resourceUsage(),
  };
}

/** The broker by Kombu's names. Passwords are not among them. */
function brokerFacts(settings: Settings): Record<string, unknown> {
  const address = parseBrokerUrl(settings.brokerUrl);
  const known = address.kind === "redis";
  return {
    hostname: known ? address.host : null,
    userid: null,
    virtual_host: String(known ? address.db : 0),
    port: known ? address.port : null,
    insist: false,
    ssl: /^(redis|valkey)s:/i.test(settings.brokerUrl),
    transport: known ? "redis" : "memory",
    connect_timeout: 4,
    transport_options: { visibility_timeout: settings.brokerTransportOptions.visibilityTimeout },
    login_method: null,
    uri_prefix: null,
    heartbeat: 0,
    failover_strategy: "round-robin",
    alternates: [],
  };
}

/**
 * The answer to `conf`: settings by Celery's names.
 * @param withDefaults those too that are as they are without being set
 */
export function settingsTable(settings: Settings, withDefaults: boolean): Record<string, unknown> {
  // Where broker and results are is always told: for these the environment may be the default.
  const defaults: Record<string, unknown> = {
    ...readSettings({}),
    brokerUrl: undefined,
    resultBackend: undefined,
  };
  const table: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) continue;
    if (!withDefaults && pythonRepr(jsonSafe(value)) === pythonRepr(jsonSafe(defaults[name]))) continue;
    table[snakeCase(name)] = SECRET.test(name) ? "********" : withoutPassword(jsonSafe(value));
  }
  return table;
}

/** Names of settings whose values nobody else may see. */
const SECRET = /password|secret|token|api_?key|passphrase/i;

/** The answer to `report`: a text for people, between line breaks. */
export function reportOf({ appName, settings }: Pick<ControlledWorker, "appName" | "settings">): string {
  const { sw_ver: version } = softwareInfo();
  const { system, arch, node } = platformReport();
  const backend = withoutPassword(settings.resultBackend ?? "disabled");
  const lines = [
    "",
    `software -> ${SOFTWARE_NAME}:${version} node:${node}`,
    `platform -> system:${system} arch:${arch}`,
    `app      -> ${appName}`,
    `settings -> transport:${brokerFacts(settings).transport} results:${String(backend)}`,
    "",
    ...Object.entries(settingsTable(settings, false)).map(([name, value]) => `${name}: ${pythonRepr(value)}`),
    "",
  ];
  return lines.join("\n");
}

/** What JSON can hold of a value; functions, expressions and the like become text. */
function jsonSafe(value: unknown): unknown {
  if (typeof value === "function") return `<function ${value.name || "anonymous"}>`;
  if (value instanceof RegExp || value instanceof Date) return String(value);
  if (Array.isArray(value)) return value.map(jsonSafe);
  if (typeof value !== "object" || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const shown: Record<string, unknown> = {};
  for (const [name, one] of entries) {
    if (one !== undefined) shown[String(name)] = SECRET.test(String(name)) ? "********" : jsonSafe(one);
  }
  return shown;
}

function withoutPassword(value: unknown): unknown {
  return typeof value === "string" ? value.replace(/^([a-z]+:\/\/[^/@]*:)[^/@]+@/i, "$1**@") : value;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
