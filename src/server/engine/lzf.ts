/** LZF, the compression that Redis uses for strings in RDB. */

/**
 * Undo the compression.
 * @param size how many bytes must come out
 * @returns `undefined` when the data is broken
 */
export function lzfDecompress(data: string, size: number): string | undefined {
  let out = "";
  let i = 0;
  while (i < data.length) {
    const control = data.charCodeAt(i++);
    if (control < 32) {
      out += data.slice(i, i + control + 1);
      i += control + 1;
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += data.charCodeAt(i++);
    const distance = ((control & 31) << 8) + data.charCodeAt(i++) + 1;
    // Behind the end of the data charCodeAt gives NaN.
    if (!(distance <= out.length) || Number.isNaN(length)) return undefined;
    length += 2;
    const from = out.length - distance;
    // The copy may reach into what it writes itself: then the last `distance` bytes repeat.
    const source = out.slice(from, from + length);
    out += source.repeat(Math.ceil(length / source.length)).slice(0, length);
  }
  return out.length === size ? out : undefined;
}
