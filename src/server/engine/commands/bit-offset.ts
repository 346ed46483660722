/** Where a bit is: what SETBIT, GETBIT and BITFIELD have in common. */
import { ErrorReply } from "../../../protocol/reply.js";
import { parseInteger } from "../arguments.js";
import type { Session } from "../session.js";

/**
 * The offset of a bit.
 * @param width `#n` stands for n times this (BITFIELD); 0: no such form
 * @throws ErrorReply
 */
export function bitOffsetArg(session: Session, text: string, width = 0): number {
  const counted = width > 0 && text.startsWith("#");
  const value = parseInteger(counted ? text.slice(1) : text);
  const offset = Number(value) * (counted ? width : 1);
  if (value === undefined || offset < 0 || offset / 8 >= session.engine.config.protoMaxBulkLen) {
    throw new ErrorReply("ERR bit offset is not an integer or out of range");
  }
  return offset;
}
