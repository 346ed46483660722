/** Random draws for SRANDMEMBER, HRANDFIELD, ZRANDMEMBER and SPOP. */
import { ErrorReply } from "../../../protocol/reply.js";
import { int64Arg } from "../arguments.js";
import { clientType } from "../client-info.js";
import { outputLimitFor } from "../output-limits.js";
import type { Session } from "../session.js";

const LONG_MAX = 9223372036854775807n;
const COUNT_OUT_OF_RANGE = `ERR value is out of range, value must between -${LONG_MAX} and ${LONG_MAX}`;
const DOUBLED_OUT_OF_RANGE = "ERR value is out of range";

/** A count that may be negative. @throws ErrorReply when it is no integer, or the one that has no opposite */
export function signedCountArg(text: string): number {
  const value = int64Arg(text);
  if (value === -LONG_MAX - 1n) throw new ErrorReply(COUNT_OUT_OF_RANGE);
  return Number(value);
}

/** A count of pairs: twice as many elements must be countable. @throws ErrorReply */
export function checkPairCount(text: string): void {
  const value = BigInt(int64Arg(text));
  if (value > LONG_MAX / 2n || value < -LONG_MAX / 2n) throw new ErrorReply(DOUBLED_OUT_OF_RANGE);
}

/** A number from 0 to `size - 1`. */
export function randomPlace(size: number, random: () => number): number {
  return Math.floor(random() * size);
}

/**
 * Distinct places from 0 to `size - 1`, in no particular order (Floyd's way: as many draws as places).
 * @param count at most `size`
 */
export function distinctPlaces(size: number, count: number, random: () => number): number[] {
  const chosen = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const place = randomPlace(last + 1, random);
    chosen.add(chosen.has(place) ? last : place);
  }
  return [...chosen];
}

/** A reply of more elements cannot be made safely: as a text it may have 512 MB. */
const MOST_ELEMENTS = 2 ** 25;
/** The bytes of the shortest element of a reply, such as `$0`. */
const SHORTEST_ELEMENT = 6;

/**
 * Is a reply of so many elements more than the client may be behind with reading? Then the client is cut off, before
 * anything is made for it.
 * @throws ErrorReply when nobody could be given as much
 */
export function isCutOffBy(session: Session, elements: number): boolean {
  const { hard } = outputLimitFor(session.engine.config.outputLimits, clientType(session));
  if (hard !== 0 && elements * SHORTEST_ELEMENT > hard && !session.isScript) {
    session.end();
    return true;
  }
  if (elements > MOST_ELEMENTS) throw new ErrorReply(DOUBLED_OUT_OF_RANGE);
  return false;
}

/** `count` places from 0 to `size - 1`, each drawn anew. */
export function repeatedPlaces(size: number, count: number, random: () => number): number[] {
  const places: number[] = [];
  for (let i = 0; i < count; i++) places.push(randomPlace(size, random));
  return places;
}
