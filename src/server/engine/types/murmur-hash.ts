/** MurmurHash64A, the hash of HyperLogLogs, in two 32-bit halves because JavaScript has no fast 64-bit integers. */

const MULTIPLIER_HIGH = 0xc6a4a793;
const MULTIPLIER_LOW = 0x5bd1e995;
const MULTIPLIER_LOW_TOP = 0x5bd1;
const MULTIPLIER_LOW_BOTTOM = 0xe995;

/** 64 bits as two signed 32-bit integers. */
export class Word64 {
  high: number;
  low: number;

  constructor(high: number, low: number) {
    this.high = high | 0;
    this.low = low | 0;
  }

  /** Times the multiplier of the hash, modulo 2^64. Partial products of 16 bits stay exact. */
  multiply(): void {
    const { high, low } = this;
    const bottom = low & 0xffff;
    const top = low >>> 16;
    const first = bottom * MULTIPLIER_LOW_BOTTOM;
    const second = top * MULTIPLIER_LOW_BOTTOM + (first >>> 16);
    const third = bottom * MULTIPLIER_LOW_TOP + (second & 0xffff);
    const carried = top * MULTIPLIER_LOW_TOP + (second >>> 16) + (third >>> 16);
    this.low = (third << 16) | (first & 0xffff);
    this.high = (carried + Math.imul(high, MULTIPLIER_LOW) + Math.imul(low, MULTIPLIER_HIGH)) | 0;
  }

  /** Xor with itself shifted right by 47 bits. */
  mix(): void {
    this.low ^= this.high >>> 15;
  }
}

/** The hash of a one-byte string. */
export function murmurHash64(text: string, seed: number): Word64 {
  const { length } = text;
  const hash = new Word64(0, length);
  hash.multiply();
  hash.low ^= seed;
  const whole = length - (length & 7);
  const word = new Word64(0, 0);
  for (let at = 0; at < whole; at += 8) {
    word.low = fourBytes(text, at);
    word.high = fourBytes(text, at + 4);
    word.multiply();
    word.mix();
    word.multiply();
    hash.low ^= word.low;
    hash.high ^= word.high;
    hash.multiply();
  }
  if (whole < length) {
    // Behind the end there are only zero bits.
    hash.low ^= fourBytes(text, whole);
    hash.high ^= fourBytes(text, whole + 4);
    hash.multiply();
  }
  hash.mix();
  hash.multiply();
  hash.mix();
  return hash;
}

/** Little-endian; `charCodeAt` behind the end is NaN, and no bits. */
function fourBytes(text: string, at: number): number {
  return (
    text.charCodeAt(at) |
    (text.charCodeAt(at + 1) << 8) |
    (text.charCodeAt(at + 2) << 16) |
    (text.charCodeAt(at + 3) << 24)
  );
}
