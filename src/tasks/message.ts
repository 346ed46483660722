/** Task messages: the envelope that goes into a queue's list, written and read. Hot paths of producer and worker. */
import { compress, GZIP } from "./compression.js";
import { decodedBody, envelope, JSON_TYPE, objectOr, type ReadEnvelope, readEnvelope } from "./envelope.js";
import { MessageError } from "./errors.js";
import { readIsoDate, writeIsoDate } from "./iso-date.js";
import { parseJson, stringifyJson } from "./json.js";
import { argsRepr, kwargsRepr } from "./python-repr.js";
import { readSignature, readSignatures, type SignatureJson } from "./signature-json.js";

export { decodeMessage, encodeMessage, markRedelivered } from "./envelope.js";

/** What is to be done after the task. */
export interface Embed {
  /** Called with the result. */
  callbacks: SignatureJson[] | null;
  /** Called with the task's id after a failure. */
  errbacks: SignatureJson[] | null;
  /** Steps that follow; the next one is the last. */
  chain: SignatureJson[] | null;
  /** Body of the chord that the task is a part of. */
  chord: SignatureJson | null;
}

/** A task to be sent. */
export interface OutgoingTask {
  /** Name of the task. */
  task: string;
  id: string;
  args: readonly unknown[];
  kwargs: Record<string, unknown>;
  embed: Embed;
  /** Id of the first task of the workflow. */
  rootId: string;
  /** Id of the task that sends this one. */
  parentId: string | null;
  group: string | null;
  groupIndex: number | null;
  retries: number;
  eta: Date | null;
  expires: Date | null;
  /** Hard and soft limit in seconds. */
  timelimit: readonly [hard: number | null, soft: number | null];
  /** Left out of the message when undefined. */
  ignoreResult?: boolean | undefined;
  shadow: string | null;
  /** Headers of the caller's own. */
  headers?: Record<string, unknown> | undefined;
  replyTo: string;
  /** 0 to 9. */
  priority: number;
  exchange: string;
  routingKey: string;
  /** `gen<pid>@<host>` */
  origin: string;
  /** Pack the body. */
  compression?: "gzip" | undefined;
}

/** A task that came. */
export interface TaskMessage {
  /** The text as it came; to be kept as it is, for numbers may be larger than JavaScript's. */
  raw: string;
  task: string;
  id: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  embed: Embed;
  /** All headers, the caller's own among them. */
  headers: Record<string, unknown>;
  rootId: string | null;
  parentId: string | null;
  group: string | null;
  groupIndex: number | null;
  retries: number;
  eta: Date | null;
  expires: Date | null;
  timelimit: [hard: number | null, soft: number | null];
  ignoreResult: boolean | undefined;
  shadow: string | null;
  replyTo: string;
  correlationId: string;
  origin: string;
  priority: number;
  /** Key of the acknowledgement; empty when the message has none. */
  deliveryTag: string;
  exchange: string;
  routingKey: string;
  redelivered: boolean | null;
  argsrepr: string;
  kwargsrepr: string;
}

/** An embed that says nothing is to be done; its text is written without looking. */
export const NO_EMBED: Embed = Object.freeze({ callbacks: null, errbacks: null, chain: null, chord: null });
const NO_EMBED_TEXT = '{"callbacks":null,"errbacks":null,"chain":null,"chord":null}';

function embedText(embed: Embed): string {
  const { callbacks, errbacks, chain, chord } = embed;
  if (callbacks === null && errbacks === null && chain === null && chord === null) return NO_EMBED_TEXT;
  return stringifyJson({ callbacks, errbacks, chain, chord });
}

/**
 * The text of a task message (protocol 2), with a fresh delivery tag.
 * @throws TypeError when an argument or a header cannot be written as JSON
 */
export function encodeTask(task: OutgoingTask): string {
  const body = `[${stringifyJson(task.args)},${stringifyJson(task.kwargs)},${embedText(task.embed)}]`;
  const bytes = Buffer.from(body, "utf8");
  const packed = task.compression === undefined ? bytes : compress(bytes);
  const id = JSON.stringify(task.id);
  const expiration = task.expires === null ? "" : `"expiration":"${millisecondsUntil(task.expires)}",`;
  return envelope(
    packed.toString("base64"),
    headersText(task, id),
    `"correlation_id":${id},"reply_to":${JSON.stringify(task.replyTo)},${expiration}`,
    { exchange: task.exchange, routingKey: task.routingKey, deliveryMode: 2, priority: task.priority },
  );
}

function millisecondsUntil(date: Date): number {
  return Math.max(0, date.getTime() - Date.now());
}

function headersText(task: OutgoingTask, id: string): string {
  const text =
    `{"lang":"js","task":${JSON.stringify(task.task)},"id":${id},"shadow":${textOrNull(task.shadow)},` +
    `"eta":${dateOrNull(task.eta)},"expires":${dateOrNull(task.expires)},` +
    `"group":${textOrNull(task.group)},"group_index":${task.groupIndex},"retries":${task.retries},` +
    `"timelimit":[${task.timelimit[0]},${task.timelimit[1]}],` +
    `"root_id":${task.rootId === task.id ? id : JSON.stringify(task.rootId)},"parent_id":${textOrNull(task.parentId)},` +
    `"argsrepr":${JSON.stringify(argsRepr(task.args))},"kwargsrepr":${JSON.stringify(kwargsRepr(task.kwargs))},` +
    `"origin":${JSON.stringify(task.origin)}` +
    (task.ignoreResult === undefined ? "" : `,"ignore_result":${task.ignoreResult}`) +
    (task.compression === undefined ? "}" : `,"compression":"${GZIP}"}`);
  // As with Celery, a header of the caller's own goes before one of the protocol's.
  return task.headers === undefined ? text : stringifyJson({ ...JSON.parse(text), ...task.headers });
}

function textOrNull(text: string | null): string {
  return text === null ? "null" : JSON.stringify(text);
}

function dateOrNull(date: Date | null): string {
  return date === null ? "null" : `"${writeIsoDate(date)}"`;
}

/**
 * Read a task message: protocols 1 and 2, plain or base64, plain or compressed.
 * @throws MessageError when it is no task message; its `contentType` is set when the body is no JSON
 */
export function decodeTask(raw: string): TaskMessage {
  const read = readEnvelope(raw);
  const text = decodedBody(read);
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (cause) {
    throw new MessageError(`The body is no JSON: ${(cause as Error).message}`, {
      cause,
      contentType: JSON_TYPE,
    });
  }
  return read.headers.task === undefined ? protocol1(raw, read, body) : protocol2(raw, read, body);
}

function protocol2(raw: string, read: ReadEnvelope, body: unknown): TaskMessage {
  if (!Array.isArray(body) || body.length < 2)
    throw new MessageError("The body of a task message is [args, kwargs, embed]");
  const embed = objectOr(body[2], NOTHING);
  return assemble(raw, read, read.headers, {
    args: body[0],
    kwargs: body[1],
    embed,
    group: read.headers.group,
  });
}

/** Protocol 1 has in the body what the headers have in protocol 2. */
function protocol1(raw: string, read: ReadEnvelope, body: unknown): TaskMessage {
  const fields = objectOr(body, undefined);
  if (fields === undefined || typeof fields.task !== "string")
    throw new MessageError("The message names no task: neither its headers nor its body do");
  return assemble(raw, read, fields, {
    args: fields.args ?? [],
    kwargs: fields.kwargs ?? {},
    embed: fields,
    group: fields.group ?? fields.taskset,
  });
}

const NOTHING: Record<string, unknown> = Object.freeze({});

interface TaskParts {
  args: unknown;
  kwargs: unknown;
  embed: Record<string, unknown>;
  group: unknown;
}

function assemble(
  raw: string,
  read: ReadEnvelope,
  fields: Record<string, unknown>,
  parts: TaskParts,
): TaskMessage {
  const { headers, properties } = read;
  const { task, id } = fields;
  if (typeof task !== "string" || task === "") throw new MessageError("The message names no task");
  if (typeof id !== "string" || id === "") throw new MessageError(`The message of task ${task} has no id`);
  if (!Array.isArray(parts.args)) throw new MessageError(`The arguments of task ${task}[${id}] are no array`);
  const kwargs = objectOr(parts.kwargs, undefined);
  if (kwargs === undefined)
    throw new MessageError(`The keyword arguments of task ${task}[${id}] are no object`);
  const info = objectOr(properties.delivery_info, NOTHING);
  const correlationId = textOr(properties.correlation_id, id);
  return {
    raw,
    task,
    id,
    args: parts.args,
    kwargs,
    embed: readEmbed(parts.embed),
    headers,
    rootId: nullableText(fields.root_id),
    parentId: nullableText(fields.parent_id),
    group: nullableText(parts.group),
    groupIndex: nullableNumber(fields.group_index),
    retries: nullableNumber(fields.retries) ?? 0,
    eta: nullableDate(fields.eta, "eta"),
    expires: nullableDate(fields.expires, "expires"),
    timelimit: limits(fields.timelimit),
    ignoreResult: typeof fields.ignore_result === "boolean" ? fields.ignore_result : undefined,
    shadow: nullableText(fields.shadow),
    replyTo: textOr(properties.reply_to, ""),
    correlationId,
    origin: textOr(fields.origin, ""),
    priority: nullableNumber(properties.priority) ?? 0,
    deliveryTag: textOr(properties.delivery_tag, ""),
    exchange: textOr(info.exchange, ""),
    routingKey: textOr(info.routing_key, ""),
    redelivered: redelivery(info.redelivered ?? headers.redelivered),
    argsrepr: typeof fields.argsrepr === "string" ? fields.argsrepr : argsRepr(parts.args),
    kwargsrepr: typeof fields.kwargsrepr === "string" ? fields.kwargsrepr : kwargsRepr(kwargs),
  };
}

function readEmbed(embed: Record<string, unknown>): Embed {
  const { callbacks, errbacks, chain, chord } = embed;
  return {
    callbacks: readSignatures(callbacks),
    errbacks: readSignatures(errbacks),
    chain: readSignatures(chain),
    chord: chord === null || chord === undefined ? null : readSignature(chord),
  };
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function nullableText(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function nullableNumber(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function nullableDate(value: unknown, name: string): Date | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value;
  const date = typeof value === "string" ? readIsoDate(value) : undefined;
  if (date === undefined) throw new MessageError(`The header ${name} is no moment: ${JSON.stringify(value)}`);
  return date;
}

function limits(value: unknown): [number | null, number | null] {
  return Array.isArray(value) ? [nullableNumber(value[0]), nullableNumber(value[1])] : [null, null];
}

function redelivery(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}
