/** Replies of commands as the debugger of scripts shows them, and what it says of itself. */
import {
  AttributeReply,
  BigNumber,
  Double,
  ErrorReply,
  MapReply,
  NullArray,
  PushReply,
  Replies,
  type ReplyValue,
  SetReply,
  SimpleString,
  Verbatim,
} from "../../protocol/reply.js";
import { quoted } from "./lua-inspector.js";
import { formatGeneral } from "./number-format.js";

/** A reply on one line. @param protocol of the script */
export function replyText(value: ReplyValue, protocol: 2 | 3): string {
  const list = (items: readonly ReplyValue[]): string =>
    items.map((item) => replyText(item, protocol)).join(",");
  switch (typeof value) {
    case "string":
      return quoted(value);
    case "number":
    case "bigint":
      return String(value);
    case "boolean":
      return protocol === 3 ? `#${value}` : String(value ? 1 : 0);
  }
  if (value === null || value instanceof NullArray) return protocol === 3 ? "(null)" : "NULL";
  if (value instanceof SimpleString) return quoted(`+${value.text}`);
  if (value instanceof ErrorReply) return quoted(`-${value.message}`);
  if (value instanceof Double) {
    const digits = value.text ?? formatGeneral(value.value, 17);
    return protocol === 3 ? `(double) ${digits}` : quoted(digits);
  }
  if (value instanceof BigNumber) return protocol === 3 ? value.digits : quoted(value.digits);
  if (value instanceof Verbatim) return quoted(value.text);
  if (value instanceof MapReply) {
    return protocol === 3 ? `{${pairsText(value.flat, protocol)}}` : `[${list(value.flat)}]`;
  }
  if (value instanceof SetReply) return protocol === 3 ? `~(${list(value.items)})` : `[${list(value.items)}]`;
  if (value instanceof AttributeReply) return "";
  return `[${list(value instanceof PushReply || value instanceof Replies ? value.items : value)}]`;
}

function pairsText(flat: readonly ReplyValue[], protocol: 2 | 3): string {
  const pairs: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    pairs.push(`${replyText(flat[i], protocol)} => ${replyText(flat[i + 1], protocol)}`);
  }
  return pairs.join(",");
}

/** What `help` answers. */
export const DEBUGGER_HELP: readonly string[] = [
  "Commands of the debugger, each by its name or its first letter:",
  "step, next           Run this line and stop at the next one.",
  "continue             Run on to the next breakpoint.",
  "list [line] [lines]  Show the lines around this one or that one, so many on each side (5).",
  "whole                Show all lines.",
  "print [variable]     Show a local variable, KEYS or ARGV; all local variables without a name.",
  "break [line ...]     Stop at that line; -line: no more; 0: nowhere; without lines: show where.",
  "trace                Show which functions have called which.",
  "eval <code>          Run Lua code, which does not see the local variables.",
  "redis <command>      Run a command of Redis.",
  "maxlen [bytes]       Cut what is shown to so many bytes; 0: never.",
  "abort                Stop the script. What it has written stays.",
  "In scripts, redis.debug(...) shows values and redis.breakpoint() stops at the next line.",
];
