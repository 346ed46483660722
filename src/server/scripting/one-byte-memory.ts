/** Copies one-byte strings (a char code 0..255 a byte) into and out of memory. */

interface NativeCopies {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, offset: number, length: number): number;
}

/** Node's native copies where there are any: many times faster for long strings. (TextDecoder's "latin1" changes 0x80..0x9f.) */
const native = (globalThis as { Buffer?: { prototype: Partial<NativeCopies> } }).Buffer?.prototype;
const nativeSlice = native?.latin1Slice;
const nativeWrite = native?.latin1Write;

/** Below this many bytes the call of the native function costs more than it saves. */
const SHORT = 40;
const fromCodes = String.fromCharCode;

/**
 * Short strings that were read before, by a few of their bytes. Scripts say the same names of commands, keys and fields
 * again and again: to compare one costs less than to make it, and the engine has hashed it already.
 */
const known: string[] = new Array(1024).fill("");

/** The bytes from `start` on as a string. */
export function readBytes(memory: Uint8Array, start: number, length: number): string {
  if (length > SHORT && nativeSlice !== undefined) return nativeSlice.call(memory, start, start + length);
  if (length > SHORT || length === 0) return made(memory, start, length);
  const ends = memory[start] * 5 + memory[start + length - 1] * 37 + memory[start + (length >> 1)] * 11;
  const slot = (ends + length * 101) & 1023;
  const last = known[slot];
  if (last.length === length && isAt(memory, start, last)) return last;
  known[slot] = made(memory, start, length);
  return known[slot];
}

function isAt(memory: Uint8Array, start: number, text: string): boolean {
  for (let i = text.length - 1; i >= 0; i--) if (memory[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

function made(memory: Uint8Array, start: number, length: number): string {
  let text = "";
  let i = start;
  const end = start + length;
  for (; i + 8 <= end; i += 8) {
    text += fromCodes(
      memory[i],
      memory[i + 1],
      memory[i + 2],
      memory[i + 3],
      memory[i + 4],
      memory[i + 5],
      memory[i + 6],
      memory[i + 7],
    );
  }
  for (; i < end; i++) text += fromCodes(memory[i]);
  return text;
}

/** Write the string's bytes from `start` on. */
export function writeBytes(memory: Uint8Array, start: number, text: string): void {
  const { length } = text;
  if (length > SHORT && nativeWrite !== undefined) {
    nativeWrite.call(memory, text, start, length);
    return;
  }
  for (let i = 0; i < length; i++) memory[start + i] = text.charCodeAt(i);
}
