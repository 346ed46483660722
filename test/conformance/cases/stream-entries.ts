/** Lines that fill a stream. */

/** The greatest number in an id. */
export const GREATEST = "18446744073709551615";

/** XADD lines for the ids `first-0` to `last-0`. */
export function entries(key: string, first: number, last: number, fields = "f v"): string {
  const lines: string[] = [];
  for (let ms = first; ms <= last; ms++) lines.push(`XADD ${key} ${ms} ${fields}`);
  return lines.join("\n");
}

/** A stream `s` with the entries 1-0 to 6-0 and a group `g` that has read none of them. */
export const STREAM_WITH_GROUP = `
      XADD s 1 f 1
      XADD s 2 f 2
      XADD s 3 f 3
      XADD s 4 f 4
      XADD s 5 f 5
      XADD s 6 f 6
      XGROUP CREATE s g 0
`;
