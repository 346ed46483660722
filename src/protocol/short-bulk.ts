/** Short bulk strings, which are written by a loop: up to some length that is cheaper than a call into the runtime. */

/** The longest text of one. */
export const SHORT = 40;
/** Room for a short word with its length line and line ends. */
export const SHORT_ROOM: number = SHORT + 8;
/** The end of a line. */
export const LINE_END = 0x0d0a;

/** `$0` to `$9` with the line's end, as one number. */
const SHORT_LENGTHS = Int32Array.from({ length: 10 }, (_, digit) => 0x24300d0a + (digit << 16));

/**
 * Write text of at most {@link SHORT} characters with its length; of each character the low eight bits.
 * @returns where it ends; negative when not all of it is ASCII
 */
export function writeShort(view: DataView, from: number, text: string): number {
  const { length } = text;
  let at = from;
  if (length > 9) {
    const tens = (length / 10) | 0;
    view.setUint8(at, 0x24);
    // The line of the ones, with the tens in the place of `$`.
    view.setInt32(at + 1, SHORT_LENGTHS[length - 10 * tens] + ((tens + 12) << 24));
    at += 5;
  } else {
    view.setInt32(at, SHORT_LENGTHS[length]);
    at += 4;
  }
  let codes = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    codes |= code;
    view.setUint8(at + i, code);
  }
  at += length;
  view.setInt16(at, LINE_END);
  return codes > 127 ? -at - 2 : at + 2;
}
