/**
 * Words of requests that came lately. Commands, keys and fields come again and again: one that is recognized
 * by its bytes need not be made, and is the same string as before, which knows its hash.
 */

/** The longest word that is remembered. */
export const LONGEST_RECENT = 64;
const PLACES = 256;

/** By a hash of their ends; and their bytes, because those of a string are slower to compare with. */
const words: string[] = new Array<string>(PLACES).fill("");
const wordBytes = new Uint8Array(PLACES * LONGEST_RECENT);
const wordView = new DataView(wordBytes.buffer);

/** Of a short word, the bytes of its length line are looked at, too: there are always as many. */
function placeOf(bytes: Uint8Array, at: number, end: number): number {
  return (bytes[end - 1] + 7 * bytes[end - 3] + 31 * bytes[end - 5] + end - at) & (PLACES - 1);
}

/**
 * The word from `at` to `end`, behind its length line, if it came lately.
 * @param view of the same memory as `bytes`, which begins there as well
 */
export function recall(bytes: Uint8Array, view: DataView, at: number, end: number): string | undefined {
  const place = placeOf(bytes, at, end);
  const word = words[place];
  const length = end - at;
  if (word.length !== length) return undefined;
  const kept = place * LONGEST_RECENT;
  if (length < 4) {
    for (let i = 0; i < length; i++) if (wordBytes[kept + i] !== bytes[at + i]) return undefined;
    return word;
  }
  // Four at a time, from the end: keys that belong together begin alike.
  for (let i = length - 4; i > 0; i -= 4) {
    if (wordView.getInt32(kept + i) !== view.getInt32(at + i)) return undefined;
  }
  return wordView.getInt32(kept) === view.getInt32(at) ? word : undefined;
}

/** Remember `word`, which stands there and is no longer than {@link LONGEST_RECENT}. */
export function remember(bytes: Uint8Array, at: number, end: number, word: string): void {
  const place = placeOf(bytes, at, end);
  words[place] = word;
  const kept = place * LONGEST_RECENT - at;
  for (let i = at; i < end; i++) wordBytes[kept + i] = bytes[i];
}
