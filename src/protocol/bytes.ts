/**
 * Bytes and one-byte strings (a character a byte). On Node, Bun and Deno these are the natives
 * behind `Buffer`; elsewhere plain JavaScript does the same, so that the codec has no `node:` import.
 */

interface NativeSlices {
  latin1Slice(this: Uint8Array, start: number, end: number): string;
  utf8Slice(this: Uint8Array, start: number, end: number): string;
  latin1Write(this: Uint8Array, text: string, offset: number, length: number): number;
  utf8Write(this: Uint8Array, text: string, offset: number, length: number): number;
}

interface NativeChecks {
  isAscii(bytes: Uint8Array): boolean;
  isUtf8(bytes: Uint8Array): boolean;
}

const native = (globalThis.Buffer?.prototype ?? undefined) as unknown as NativeSlices | undefined;
const checks = globalThis.process?.getBuiltinModule?.("node:buffer") as NativeChecks | undefined;
// For where there are no natives; made when they are needed, because that takes as long as all else here.
let lenient: InstanceType<typeof TextDecoder> | undefined;
let strict: InstanceType<typeof TextDecoder> | undefined;
let encoder: InstanceType<typeof TextEncoder> | undefined;

function lenientDecoder(): InstanceType<typeof TextDecoder> {
  lenient ??= new TextDecoder("utf-8", { ignoreBOM: true });
  return lenient;
}

function strictDecoder(): InstanceType<typeof TextDecoder> {
  strict ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return strict;
}

function standardEncoder(): InstanceType<typeof TextEncoder> {
  encoder ??= new TextEncoder();
  return encoder;
}

/** Bytes `start` to `end` as a one-byte string that shares no memory with `bytes`. */
export const latin1Slice: (bytes: Uint8Array, start: number, end: number) => string = native
  ? (bytes, start, end) => native.latin1Slice.call(bytes, start, end)
  : (bytes, start, end) => {
      let text = "";
      for (let at = start; at < end; at += 4096) {
        text += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 4096)));
      }
      return text;
    };

/** Bytes `start` to `end` read as UTF-8; U+FFFD stands for what is none. */
export const utf8Slice: (bytes: Uint8Array, start: number, end: number) => string = native
  ? (bytes, start, end) => native.utf8Slice.call(bytes, start, end)
  : (bytes, start, end) => lenientDecoder().decode(bytes.subarray(start, end));

/** Are the first `end` bytes all ASCII? */
export const isAscii: (bytes: Uint8Array, end: number) => boolean = checks
  ? (bytes, end) => checks.isAscii(end === bytes.length ? bytes : bytes.subarray(0, end))
  : (bytes, end) => {
      for (let at = 0; at < end; at++) if (bytes[at] > 127) return false;
      return true;
    };

/** Is this UTF-8 throughout? */
export const isUtf8: (bytes: Uint8Array) => boolean = checks
  ? checks.isUtf8
  : (bytes) => {
      try {
        strictDecoder().decode(bytes);
        return true;
      } catch {
        return false;
      }
    };

/** How many bytes `text` takes as UTF-8. */
export const utf8Length: (text: string) => number = native
  ? (text) => globalThis.Buffer.byteLength(text, "utf8")
  : (text) => standardEncoder().encode(text).length;

/** The UTF-8 bytes of `text`. */
export const utf8Bytes: (text: string) => Uint8Array = native
  ? (text) => globalThis.Buffer.from(text, "utf8")
  : (text) => standardEncoder().encode(text);

/** Write one-byte `text` to `bytes` from `at` on, at most `length` bytes. @returns how many were written */
export const latin1Write: (bytes: Uint8Array, text: string, at: number, length: number) => number = native
  ? (bytes, text, at, length) => native.latin1Write.call(bytes, text, at, length)
  : (bytes, text, at, length) => {
      const count = Math.min(length, text.length);
      for (let i = 0; i < count; i++) bytes[at + i] = text.charCodeAt(i);
      return count;
    };

/** Write `text` as UTF-8, of which the length is `length`, to `bytes` from `at` on. */
export const utf8Write: (bytes: Uint8Array, text: string, at: number, length: number) => void = native
  ? (bytes, text, at, length) => native.utf8Write.call(bytes, text, at, length)
  : (bytes, text, at, length) => standardEncoder().encodeInto(text, bytes.subarray(at, at + length));

/** The bytes of a one-byte string. */
export const bytesOf: (oneByte: string) => Uint8Array = native
  ? (oneByte) => globalThis.Buffer.from(oneByte, "latin1")
  : (oneByte) => {
      const bytes = new Uint8Array(oneByte.length);
      for (let at = 0; at < bytes.length; at++) bytes[at] = oneByte.charCodeAt(at);
      return bytes;
    };

/** New memory of `length` bytes, contents undefined: a `Buffer` where there is one. */
export const allocate: (length: number) => Uint8Array = native
  ? (length) => globalThis.Buffer.allocUnsafe(length)
  : (length) => new Uint8Array(length);

/** A copy of bytes `start` to `end`, a `Buffer` where there is one. */
export function copyOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  const copy = allocate(end - start);
  copy.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
  return copy;
}

/** All of `pieces` in new memory, one behind the other. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  let total = 0;
  for (const piece of pieces) total += piece.length;
  const bytes = allocate(total);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/**
 * Node keeps text of this many bytes and more outside of V8's heap, which makes it several times cheaper.
 * A string of at least half of that is made as a slice of one which is so long.
 */
const OUTSIDE_HEAP = 1_031_913;

/** How long the text must be made of which one of `length` is a slice; 0: as long as it is. */
export function outsideHeap(length: number): number {
  return length > OUTSIDE_HEAP / 2 && length < OUTSIDE_HEAP ? OUTSIDE_HEAP : 0;
}
