/** Kombu's envelope, which tasks, events and remote control share: a body beside headers and properties. */
import { decompress } from "./compression.js";
import { MessageError } from "./errors.js";
import { parseJson, stringifyJson } from "./json.js";
import { setInJson } from "./json-edit.js";

/** The only content type that is read and written. */
export const JSON_TYPE = "application/json";

const JSON_TYPES = new Set<unknown>([undefined, null, JSON_TYPE, "json", "application/x-json", "text/json"]);
const UTF8 = new Set<unknown>([undefined, null, "utf-8", "utf8", "us-ascii", "ascii", "binary"]);

/** Where a message goes, and how. */
export interface Destination {
  exchange: string;
  routingKey: string;
  /** 2: kept by the broker (tasks), 1: not (events, replies). */
  deliveryMode: 1 | 2;
  priority: number;
}

// The same few destinations come again and again.
let lastExchange = "";
let lastRoutingKey = "";
let lastDestination = '{"exchange":"","routing_key":""}';

function destination(exchange: string, routingKey: string): string {
  if (exchange !== lastExchange || routingKey !== lastRoutingKey) {
    lastExchange = exchange;
    lastRoutingKey = routingKey;
    lastDestination = `{"exchange":${JSON.stringify(exchange)},"routing_key":${JSON.stringify(routingKey)}}`;
  }
  return lastDestination;
}

/**
 * The text of an envelope with a fresh delivery tag.
 * @param body base64 text
 * @param headers JSON text
 * @param properties JSON members, each followed by a comma, that go before the others
 */
export function envelope(body: string, headers: string, properties: string, delivery: Destination): string {
  return (
    `{"body":"${body}","content-encoding":"utf-8","content-type":"application/json","headers":${headers},` +
    `"properties":{${properties}"delivery_mode":${delivery.deliveryMode},` +
    `"delivery_info":${destination(delivery.exchange, delivery.routingKey)},"priority":${delivery.priority},` +
    `"body_encoding":"base64","delivery_tag":"${crypto.randomUUID()}"}}`
  );
}

/** How a message other than a task is sent. */
export interface MessageOptions {
  headers?: Record<string, unknown> | undefined;
  exchange: string;
  routingKey: string;
  deliveryMode?: 1 | 2 | undefined;
  priority?: number | undefined;
}

/**
 * The text of a message that is no task: an event, a request or a reply of remote control.
 * @throws TypeError when the body cannot be written as JSON
 */
export function encodeMessage(body: unknown, options: MessageOptions): string {
  const headers = options.headers === undefined ? "{}" : stringifyJson(options.headers);
  return envelope(Buffer.from(stringifyJson(body), "utf8").toString("base64"), headers, "", {
    exchange: options.exchange,
    routingKey: options.routingKey,
    deliveryMode: options.deliveryMode ?? 1,
    priority: options.priority ?? 0,
  });
}

/** A message that is no task. */
export interface PlainMessage {
  body: unknown;
  headers: Record<string, unknown>;
  properties: Record<string, unknown>;
}

/**
 * Read a message that is no task.
 * @throws MessageError when it is no envelope with a JSON body
 */
export function decodeMessage(raw: string): PlainMessage {
  const read = readEnvelope(raw);
  const text = decodedBody(read);
  try {
    return { body: parseJson(text), headers: read.headers, properties: read.properties };
  } catch (cause) {
    throw new MessageError(`The body is no JSON: ${(cause as Error).message}`, {
      cause,
      contentType: JSON_TYPE,
    });
  }
}

/** The parts of an envelope, the body as it came. */
export interface ReadEnvelope {
  body: unknown;
  contentType: unknown;
  contentEncoding: unknown;
  headers: Record<string, unknown>;
  properties: Record<string, unknown>;
}

/** @throws MessageError when the text is no envelope */
export function readEnvelope(raw: string): ReadEnvelope {
  let read: unknown;
  try {
    read = parseJson(raw);
  } catch (cause) {
    throw new MessageError(`The message is no JSON: ${(cause as Error).message}`, { cause });
  }
  const fields = objectOr(read, undefined);
  if (fields === undefined || fields.body === undefined)
    throw new MessageError("The message is no envelope: it is no object with a body");
  return {
    body: fields.body,
    contentType: fields["content-type"],
    contentEncoding: fields["content-encoding"],
    headers: objectOr(fields.headers, {} as Record<string, unknown>),
    properties: objectOr(fields.properties, {} as Record<string, unknown>),
  };
}

/**
 * The body's text: base64 and compression undone.
 * @throws MessageError when it is no JSON by its content type, or damaged
 */
export function decodedBody(read: ReadEnvelope): string {
  const { body, contentType, headers, properties } = read;
  if (!JSON_TYPES.has(contentType))
    throw new MessageError(`The content type ${String(contentType)} is not read; only ${JSON_TYPE} is`, {
      contentType: String(contentType),
    });
  if (typeof body !== "string") return stringifyJson(body);
  const compression = headers.compression;
  const encoded = properties.body_encoding === "base64";
  if (!encoded && typeof compression !== "string") return body;
  let bytes: Buffer = Buffer.from(body, encoded ? "base64" : "latin1");
  if (typeof compression === "string") bytes = decompress(bytes, compression);
  return utf8Text(bytes, read.contentEncoding);
}

function utf8Text(bytes: Buffer, encoding: unknown): string {
  const name = typeof encoding === "string" ? encoding.toLowerCase() : encoding;
  if (!UTF8.has(name))
    throw new MessageError(`The content encoding ${String(encoding)} is not read; only utf-8 is`, {
      contentType: JSON_TYPE,
    });
  const text = bytes.toString("utf8");
  // The engine puts this sign where bytes are no UTF-8; whether it was there before, only the strict decoder knows.
  if (text.includes("\ufffd")) {
    try {
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new MessageError("The body is no UTF-8", { cause, contentType: JSON_TYPE });
    }
  }
  return text;
}

/** The value if it is an object (no array), else `otherwise`. */
export function objectOr<T extends Record<string, unknown> | undefined>(
  value: unknown,
  otherwise: T,
): Record<string, unknown> | T {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : otherwise;
}

/**
 * The message marked as one that was delivered before. The text is edited where it must be: read and
 * written again, numbers larger than JavaScript's would change. What is no envelope comes back unchanged.
 */
export function markRedelivered(raw: string): string {
  try {
    const marked = setInJson(raw, ["headers", "redelivered"], "true");
    return setInJson(marked, ["properties", "delivery_info", "redelivered"], "true");
  } catch {
    return raw;
  }
}
