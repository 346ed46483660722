/**
 * LZF, the compression of strings in RDB: runs of literals, and references to at most 8192 bytes before.
 * Compression makes the choices that redis-server makes, so that the bytes are the same.
 */

/** Longest run of literals. */
const MOST_LITERALS = 32;
/** How far back a reference reaches at the most. */
const FARTHEST = 1 << 13;
/** Longest stretch that one reference repeats, but for the two bytes that are counted apart. */
const LONGEST_REFERENCE = (1 << 8) + (1 << 3);
/** Bytes that come out of one compressed byte at the most: a reference of three bytes. */
const BEST_RATIO = LONGEST_REFERENCE / 3;
const TABLE_SIZE = 1 << 16;
/** Positions are below 2^31, and each call takes new ones. */
const LAST_BASE = 1 << 30;

/**
 * Where three bytes with some hash were last seen, as position + `base`. Each call has a base above all
 * positions of the calls before, so that the table need not be cleared.
 */
let table: Int32Array | undefined;
let base = 1;

/**
 * Compress.
 * @param room how many bytes may come out
 * @returns `undefined` when it does not fit
 */
export function lzfCompress(input: Uint8Array, room: number): Uint8Array | undefined {
  if (input.length === 0 || room <= 0) return undefined;
  table ??= new Int32Array(TABLE_SIZE);
  if (base >= LAST_BASE) {
    table.fill(0);
    base = 1;
  }
  const start = base;
  base += input.length;
  return compress(input, new Uint8Array(room + MOST_LITERALS), room, table, start);
}

function compress(
  input: Uint8Array,
  output: Uint8Array,
  room: number,
  slots: Int32Array,
  start: number,
): Uint8Array | undefined {
  const { length } = input;
  const lastTriple = length - 2;
  let from = 0;
  // The first byte of a run of literals is written when the run ends.
  let to = 1;
  let literals = 0;
  while (from < lastTriple) {
    const slot = slotOf(input, from);
    const seen = slots[slot] - start;
    slots[slot] = from + start;
    // A reference to the very first byte is never made there either.
    if (seen <= 0 || from - seen > FARTHEST || !sameTriple(input, seen, from)) {
      if (to >= room) return undefined;
      output[to++] = input[from++];
      if (++literals === MOST_LITERALS) {
        output[to - literals - 1] = literals - 1;
        literals = 0;
        to++;
      }
      continue;
    }
    if ((literals === 0 ? to - 1 : to) + 4 >= room) return undefined;
    if (literals === 0) to--;
    else output[to - literals - 1] = literals - 1;
    const count = countSame(input, seen, from, length);
    const back = from - seen - 1;
    if (count < 9) {
      output[to++] = (back >> 8) | ((count - 2) << 5);
    } else {
      output[to++] = (back >> 8) | (7 << 5);
      output[to++] = count - 9;
    }
    output[to++] = back & 0xff;
    literals = 0;
    to++;
    from += count;
    if (from >= lastTriple) break;
    slots[slotOf(input, from - 2)] = from - 2 + start;
    slots[slotOf(input, from - 1)] = from - 1 + start;
  }
  if (to + 3 > room) return undefined;
  while (from < length) {
    output[to++] = input[from++];
    if (++literals === MOST_LITERALS) {
      output[to - literals - 1] = literals - 1;
      literals = 0;
      to++;
    }
  }
  if (literals === 0) to--;
  else output[to - literals - 1] = literals - 1;
  return output.subarray(0, to);
}

function slotOf(input: Uint8Array, at: number): number {
  const triple = (input[at] << 16) | (input[at + 1] << 8) | input[at + 2];
  return ((triple >> 8) - triple * 5) & (TABLE_SIZE - 1);
}

function sameTriple(input: Uint8Array, a: number, b: number): boolean {
  return input[a] === input[b] && input[a + 1] === input[b + 1] && input[a + 2] === input[b + 2];
}

/** How many bytes are the same at both places; the first three are. */
function countSame(input: Uint8Array, a: number, b: number, length: number): number {
  const most = Math.min(length - b - 2, LONGEST_REFERENCE);
  // The original compares up to 16 bytes in one go and looks at the limit only behind them.
  const sure = most > 16 ? 19 : 3;
  let count = 3;
  while ((count < sure || count < most) && input[a + count] === input[b + count]) count++;
  return count;
}

/**
 * Undo the compression.
 * @param size how many bytes must come out
 * @returns `undefined` when the data is broken
 */
export function lzfDecompress(input: Uint8Array, size: number): Uint8Array | undefined {
  if (!(size <= input.length * BEST_RATIO)) return undefined;
  const output = new Uint8Array(size);
  let to = 0;
  for (let from = 0; from < input.length; ) {
    const control = input[from++];
    if (control < MOST_LITERALS) {
      const count = control + 1;
      if (from + count > input.length || to + count > size) return undefined;
      for (let i = 0; i < count; i++) output[to++] = input[from++];
      continue;
    }
    let count = (control >> 5) + 2;
    if (count === 9) count += input[from++];
    // Behind the end of the data there is no number, and no comparison holds.
    const source = to - ((control & 31) << 8) - input[from++] - 1;
    if (!(source >= 0 && to + count <= size)) return undefined;
    // Byte by byte: the copy may reach into what it writes itself.
    for (let i = 0; i < count; i++) output[to++] = output[source + i];
  }
  return to === size ? output : undefined;
}
