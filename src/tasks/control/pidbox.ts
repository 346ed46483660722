/** The bytes of remote control: its channel, its bindings, its requests and replies. */
import { decodeMessage, encodeMessage } from "../message.js";
import { bindingKey, SEPARATOR } from "../queue-keys.js";

const EXCHANGE = "celery.pidbox";
const REPLY_EXCHANGE = "reply.celery.pidbox";

/** The set of the bindings of workers. */
export const NODE_BINDINGS = bindingKey(EXCHANGE);

/** The set of the bindings of those who wait for replies. */
export const REPLY_BINDINGS = bindingKey(REPLY_EXCHANGE);

/** The channel on which a database's workers listen. */
export function controlChannel(db: number): string {
  return `/${db}.${EXCHANGE}`;
}

/** The member of {@link NODE_BINDINGS} that stands for a worker. */
export function nodeBinding(hostname: string): string {
  return `${SEPARATOR}${SEPARATOR}${hostname}.${EXCHANGE}`;
}

/** The list that replies for `id` are put into. */
export function replyQueue(id: string): string {
  return `${id}.${REPLY_EXCHANGE}`;
}

/** The member of {@link REPLY_BINDINGS} that leads replies for `id` to their queue. */
export function replyBinding(id: string): string {
  return `${id}${SEPARATOR}${SEPARATOR}${replyQueue(id)}`;
}

/** Where a reply is to go. */
export interface ReplyAddress {
  exchange: string;
  routingKey: string;
}

/** A remote control request. */
export interface ControlRequest {
  method: string;
  args: Readonly<Record<string, unknown>>;
  /** Names of the nodes it is for; `null` for all that match. */
  destination: readonly string[] | null;
  pattern: string | null;
  matcher: string | null;
  ticket: string | null;
  replyTo: ReplyAddress | null;
  /** The sender's clock; 0 when it told none. */
  clock: number;
}

/**
 * Write a request.
 * @param timeout seconds that its sender waits for replies; 0 when it does not
 */
export function encodeRequest(request: ControlRequest, timeout: number): string {
  const { method, args, destination, pattern, matcher, ticket, replyTo, clock } = request;
  const body: Record<string, unknown> = { method, arguments: args, destination, pattern, matcher };
  if (replyTo !== null) {
    body.ticket = ticket;
    body.reply_to = { exchange: replyTo.exchange, routing_key: replyTo.routingKey };
  }
  const expires = timeout > 0 ? Date.now() / 1000 + timeout : 0;
  return encodeMessage(body, {
    headers: { clock, expires },
    exchange: EXCHANGE,
    routingKey: "",
    deliveryMode: 1,
  });
}

/**
 * Read a request.
 * @throws MessageError, TypeError when it is none
 */
export function decodeRequest(raw: string): ControlRequest {
  const { body, headers } = decodeMessage(raw);
  if (!isRecord(body)) throw new TypeError("its body is not an object");
  const { method, destination, pattern, matcher, ticket, reply_to: replyTo } = body;
  if (typeof method !== "string") throw new TypeError("it names no method");
  const args = body.arguments ?? {};
  if (!isRecord(args)) throw new TypeError("its arguments are not an object");
  let address: ReplyAddress | null = null;
  if (isRecord(replyTo) && typeof replyTo.routing_key === "string") {
    const exchange = typeof replyTo.exchange === "string" ? replyTo.exchange : REPLY_EXCHANGE;
    address = { exchange, routingKey: replyTo.routing_key };
  }
  return {
    method,
    args,
    destination: destinationOf(destination),
    pattern: typeof pattern === "string" && pattern !== "" ? pattern : null,
    matcher: typeof matcher === "string" && matcher !== "" ? matcher : null,
    ticket: typeof ticket === "string" ? ticket : null,
    replyTo: address,
    clock: clockOf(headers),
  };
}

/** The address of replies for `id`. */
export function replyAddress(id: string): ReplyAddress {
  return { exchange: REPLY_EXCHANGE, routingKey: id };
}

/** A node's reply. */
export interface ControlReply {
  /** `{node: value}`. */
  body: Record<string, unknown>;
  ticket: string | null;
  clock: number;
}

/** Write a reply. */
export function encodeReply(reply: ControlReply, to: ReplyAddress): string {
  return encodeMessage(reply.body, {
    headers: { ticket: reply.ticket, clock: reply.clock },
    exchange: to.exchange,
    routingKey: to.routingKey,
    deliveryMode: 1,
  });
}

/**
 * Read a reply.
 * @throws MessageError, TypeError when it is none
 */
export function decodeReply(raw: string): ControlReply {
  const { body, headers } = decodeMessage(raw);
  if (!isRecord(body)) throw new TypeError("its body is not an object");
  const { ticket } = headers;
  return { body, ticket: typeof ticket === "string" ? ticket : null, clock: clockOf(headers) };
}

function destinationOf(value: unknown): string[] | null {
  if (typeof value === "string") return value === "" ? null : [value];
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.filter((name) => typeof name === "string");
}

function clockOf(headers: Readonly<Record<string, unknown>>): number {
  const { clock } = headers;
  return typeof clock === "number" && Number.isFinite(clock) ? clock : 0;
}

/** Is this a plain object, as JSON gives them? */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
