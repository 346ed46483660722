/** Intsets, the compact form of small sets of integers: bytes a member, number of members, members ascending. */
import { parseInteger } from "../arguments.js";
import { ByteReader, demand } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";

/**
 * The bytes of a set.
 * @param members integers of 64 bits as text, ascending
 */
export function writeIntset(members: readonly string[]): Uint8Array {
  const values = members.map((member) => parseInteger(member) as number | bigint);
  const width = Math.max(widthOf(values[0]), widthOf(values[values.length - 1]));
  const out = new ByteWriter();
  out.integer(width, 4);
  out.integer(values.length, 4);
  for (const value of values) {
    if (width === 8) out.int64(value);
    else out.integer(Number(value), width);
  }
  return out.bytes;
}

/** Bytes that a value needs: 2, 4 or 8. */
function widthOf(value: number | bigint): number {
  if (value >= -(2 ** 15) && value < 2 ** 15) return 2;
  return value >= -(2 ** 31) && value < 2 ** 31 ? 4 : 8;
}

/**
 * The members as text.
 * @throws Malformed
 */
export function readIntset(bytes: Uint8Array): string[] {
  const input = new ByteReader(bytes);
  const width = input.unsigned(4);
  demand(width === 2 || width === 4 || width === 8);
  const count = input.unsigned(4);
  demand(count > 0 && bytes.length === 8 + count * width);
  const members: string[] = [];
  let previous: number | bigint = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const value = input.signed(width);
    demand(value > previous);
    previous = value;
    members.push(String(value));
  }
  return members;
}
