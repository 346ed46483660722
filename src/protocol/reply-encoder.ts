/** The server's half of the protocol: replies to bytes. */
import { formatDouble } from "./double.js";
import {
  AttributeReply,
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  NullArray,
  OK,
  PushReply,
  QUEUED,
  Replies,
  type ReplyValue,
  SetReply,
  SimpleString,
  Verbatim,
} from "./reply.js";

/** Version of the protocol. */
export type Protocol = 2 | 3;

/** Integers and lengths that come up all the time: `:n\r\n`, `$n\r\n`, `*n\r\n` for n below 1024. */
const CACHED = 1024;
const INTEGERS = Array.from({ length: CACHED }, (_, n) => `:${n}\r\n`);
const BULK_HEADS = Array.from({ length: CACHED }, (_, n) => `$${n}\r\n`);
/** The same behind a bulk string whose line end is still missing: one string less to join for each of many. */
const NEXT_BULK_HEADS = BULK_HEADS.map((head) => `\r\n${head}`);
const ARRAY_HEADS = Array.from({ length: CACHED }, (_, n) => `*${n}\r\n`);

/**
 * The wire text of a reply.
 * @returns a one-byte string (a char code 0..255 a byte), to be written as latin1
 */
export function encodeReply(value: ReplyValue, protocol: Protocol): string {
  if (typeof value === "string") return bulk(value);
  if (value === OK) return "+OK\r\n";
  if (typeof value === "number") return integer(value);
  if (value === null) return protocol === 3 ? "_\r\n" : "$-1\r\n";
  if (Array.isArray(value)) return aggregate(arrayHead(value.length), value, protocol);
  if (value === QUEUED) return "+QUEUED\r\n";
  if (typeof value === "bigint") return `:${value}\r\n`;
  if (typeof value === "boolean") return encodeBoolean(value, protocol);
  return encodeObject(value as Exclude<ReplyValue, string | number | bigint | boolean | null>, protocol);
}

function bulk(text: string): string {
  const { length } = text;
  return length < CACHED ? `${BULK_HEADS[length]}${text}\r\n` : `$${length}\r\n${text}\r\n`;
}

/** What stands before the last three digits of the integer that was written last: counters move on by little. */
let thousands = 0;
let beforeThousands = "";
const LAST_DIGITS = Array.from({ length: 1000 }, (_, n) => `${String(n).padStart(3, "0")}\r\n`);

function integer(value: number): string {
  if (value >= 0 && value < CACHED) return INTEGERS[value];
  if (value < 0 || value > 0x7fffffff) return `:${value}\r\n`;
  const count = (value / 1000) | 0;
  if (count !== thousands) {
    thousands = count;
    beforeThousands = `:${count}`;
  }
  return beforeThousands + LAST_DIGITS[value - 1000 * count];
}

function arrayHead(length: number): string {
  return length < CACHED ? ARRAY_HEADS[length] : `*${length}\r\n`;
}

function encodeBoolean(value: boolean, protocol: Protocol): string {
  if (protocol === 3) return value ? "#t\r\n" : "#f\r\n";
  return value ? ":1\r\n" : ":0\r\n";
}

/** `text` must be `head` of as many elements as `items` has. */
function aggregate(head: string, items: readonly ReplyValue[], protocol: Protocol): string {
  let text = head;
  let lineEndMissing = false;
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item === "string" && item.length < CACHED) {
      text += (lineEndMissing ? NEXT_BULK_HEADS : BULK_HEADS)[item.length] + item;
      lineEndMissing = true;
    } else {
      if (lineEndMissing) text += "\r\n";
      lineEndMissing = false;
      text += encodeReply(item, protocol);
    }
  }
  return lineEndMissing ? `${text}\r\n` : text;
}

function encodeObject(
  value: Exclude<ReplyValue, string | number | bigint | boolean | null>,
  protocol: Protocol,
): string {
  const resp3 = protocol === 3;
  if (value instanceof SimpleString) return `+${oneLine(value.text)}\r\n`;
  if (value instanceof ErrorReply) return `-${oneLine(value.message)}\r\n`;
  if (value instanceof Double) {
    const text = value.text ?? formatDouble(value.value);
    return resp3 ? `,${text}\r\n` : bulk(text);
  }
  if (value instanceof MapReply) {
    const { flat } = value;
    return aggregate(resp3 ? `%${flat.length / 2}\r\n` : arrayHead(flat.length), flat, protocol);
  }
  if (value instanceof SetReply) {
    const { items } = value;
    return aggregate(resp3 ? `~${items.length}\r\n` : arrayHead(items.length), items, protocol);
  }
  if (value instanceof PushReply) {
    const { items } = value;
    return aggregate(resp3 ? `>${items.length}\r\n` : arrayHead(items.length), items, protocol);
  }
  if (value instanceof NullArray) return resp3 ? "_\r\n" : "*-1\r\n";
  if (value instanceof Replies) return aggregate("", value.items, protocol);
  if (value instanceof Verbatim) {
    return resp3 ? `=${value.text.length + 4}\r\n${value.format}:${value.text}\r\n` : bulk(value.text);
  }
  if (value instanceof BigNumber) return resp3 ? `(${value.digits}\r\n` : bulk(value.digits);
  if (value instanceof AttributeReply) {
    const { attributes } = value;
    return resp3 ? aggregate(`|${attributes.length / 2}\r\n`, attributes, protocol) : "";
  }
  return aggregate(arrayHead(value.length), value, protocol);
}

/** A line must not end early: what could end it becomes a space, as redis-server does it. */
function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? text.replace(/[\r\n]/g, " ") : text;
}
