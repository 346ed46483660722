/** Options of one call of a task, and their form in signatures. */
import { readIsoDate, writeIsoDate } from "./iso-date.js";
import { readSignature, type SignatureJson, type SignatureLike, signatureJson } from "./signature-json.js";

/** How one call is made. Times are seconds, as Celery's. */
export interface ApplyOptions {
  /** Queue to send to, instead of the one that the routes say. */
  queue?: string | undefined;
  routingKey?: string | undefined;
  exchange?: string | undefined;
  /** Seconds from now until the task may start. */
  countdown?: number | undefined;
  /** Earliest moment of the start: a `Date`, or ISO 8601 text (UTC where it has no offset). */
  eta?: Date | string | undefined;
  /** Seconds from now, or the moment, after which the task is not started any more. */
  expires?: number | Date | string | undefined;
  /** 0 to 9; with Redis 0 is the most urgent. */
  priority?: number | undefined;
  /** Whether a failed publish is tried again; setting `taskPublishRetry` when left out. */
  retry?: boolean | undefined;
  /** Id of the task; a new UUID when left out. */
  taskId?: string | undefined;
  /** Called with the result after success. */
  link?: SignatureLike | readonly SignatureLike[] | undefined;
  /** Called with the id of the task after a failure. */
  linkError?: SignatureLike | readonly SignatureLike[] | undefined;
  /** Headers of your own, beside the protocol's. */
  headers?: Record<string, unknown> | undefined;
  /** Store no result. */
  ignoreResult?: boolean | undefined;
  /** Seconds until the task is killed. */
  timeLimit?: number | undefined;
  /** Seconds until the task is asked to end. */
  softTimeLimit?: number | undefined;
  /** Name to show in events and logs instead of the task's. */
  shadow?: string | undefined;
  replyTo?: string | undefined;
  rootId?: string | undefined;
  parentId?: string | undefined;
  groupId?: string | undefined;
  groupIndex?: number | undefined;
  /** Body of the chord that the call is a part of. */
  chord?: SignatureJson | undefined;
  /** Steps that follow, the next one last. */
  chain?: readonly SignatureJson[] | undefined;
  /** Whether the result becomes a child of the running task. Default true. */
  addToParent?: boolean | undefined;
  /** Keyword arguments. */
  kwargs?: Record<string, unknown> | undefined;
}

/** Options that a signature carries, by their names on the wire. */
const NAMES = {
  queue: "queue",
  routing_key: "routingKey",
  exchange: "exchange",
  countdown: "countdown",
  eta: "eta",
  expires: "expires",
  priority: "priority",
  retry: "retry",
  task_id: "taskId",
  link: "link",
  link_error: "linkError",
  headers: "headers",
  ignore_result: "ignoreResult",
  time_limit: "timeLimit",
  soft_time_limit: "softTimeLimit",
  shadow: "shadow",
  reply_to: "replyTo",
  root_id: "rootId",
  parent_id: "parentId",
  group_id: "groupId",
  group_index: "groupIndex",
  chord: "chord",
  chain: "chain",
  add_to_parent: "addToParent",
} as const satisfies Record<string, keyof ApplyOptions>;

const KINDS: Partial<Record<keyof ApplyOptions, string>> = {
  queue: "string",
  routingKey: "string",
  exchange: "string",
  countdown: "number",
  priority: "number",
  retry: "boolean",
  taskId: "string",
  headers: "object",
  ignoreResult: "boolean",
  timeLimit: "number",
  softTimeLimit: "number",
  shadow: "string",
  replyTo: "string",
  rootId: "string",
  parentId: "string",
  groupId: "string",
  groupIndex: "number",
  addToParent: "boolean",
};

/**
 * The options of a signature. Null and what Python's producer puts there beside them (a serializer,
 * a connection's retry policy) is left out.
 * @throws MessageError for a link, a chord or a chain that is no signature
 */
export function optionsFromWire(options: Record<string, unknown>): ApplyOptions {
  const found: Record<string, unknown> = {};
  for (const [wire, value] of Object.entries(options)) {
    if (!Object.hasOwn(NAMES, wire) || value === null || value === undefined) continue;
    const name = NAMES[wire as keyof typeof NAMES];
    const read = readOption(name, value);
    if (read !== undefined) found[name] = read;
  }
  return found as ApplyOptions;
}

function readOption(name: keyof ApplyOptions, value: unknown): unknown {
  switch (name) {
    case "link":
    case "linkError":
      return (Array.isArray(value) ? value : [value]).map(readSignature);
    case "chain":
      return Array.isArray(value) ? value.map(readSignature) : undefined;
    case "chord":
      return readSignature(value);
    case "eta":
      return typeof value === "string" ? (readIsoDate(value) ?? value) : dateOrNothing(value);
    case "expires":
      if (typeof value === "number") return value;
      return typeof value === "string" ? (readIsoDate(value) ?? value) : dateOrNothing(value);
    default:
      return typeof value === KINDS[name] ? value : undefined;
  }
}

function dateOrNothing(value: unknown): Date | undefined {
  return value instanceof Date ? value : undefined;
}

/** Options as a signature carries them; dates become text, links JSON. */
export function optionsToWire(options: ApplyOptions): Record<string, unknown> {
  const wire: Record<string, unknown> = {};
  for (const [name, key] of Object.entries(NAMES)) {
    const value: unknown = options[key];
    if (value !== undefined) wire[name] = writeOption(key, value);
  }
  return wire;
}

function writeOption(name: keyof ApplyOptions, value: unknown): unknown {
  if (value instanceof Date) return writeIsoDate(value);
  if (name === "link" || name === "linkError") {
    const list = Array.isArray(value) ? (value as SignatureLike[]) : [value as SignatureLike];
    return list.map(signatureJson);
  }
  return value;
}
