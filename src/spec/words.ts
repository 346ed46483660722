/**
 * Reading single words of a call. On a client they may be text, numbers or bytes, in the engine they
 * are one-byte strings; only ASCII matters here, so all are read alike.
 */

/** Is `word` the option `name` (upper case), in whatever case it is written? */
export function isOption(word: unknown, name: string): boolean {
  if (typeof word === "string") return word.length === name.length && word.toUpperCase() === name;
  if (word instanceof Uint8Array) return word.length === name.length && asciiOf(word).toUpperCase() === name;
  return false;
}

/** The number at the start of `word`, `NaN` when none is there; signs and spaces in front as C's `atoi` takes them. */
export function leadingInteger(word: unknown): number {
  if (typeof word === "number") return Math.trunc(word);
  return Number.parseInt(word instanceof Uint8Array ? asciiOf(word) : String(word), 10);
}

/** The number that `word` is, `NaN` when it is none. */
export function numberIn(word: unknown): number {
  if (typeof word === "number") return word;
  const text = word instanceof Uint8Array ? asciiOf(word) : String(word);
  return text.trim() === "" ? Number.NaN : Number(text);
}

/** Is there nothing in `word`? */
export function isEmpty(word: unknown): boolean {
  return (typeof word === "string" || word instanceof Uint8Array) && word.length === 0;
}

/** Longer words are neither options nor numbers. */
const LONGEST = 32;

function asciiOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, LONGEST));
}
