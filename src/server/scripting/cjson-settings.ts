/** What a script can change about `cjson`. It holds for all scripts of a server, as in Redis. */
export interface JsonSettings {
  /** Write very sparse arrays as objects instead of failing. */
  sparseConvert: boolean;
  /** An array is sparse when its last index is more than this many times the number of its items; 0: never. */
  sparseRatio: number;
  /** Arrays up to this index are never sparse. */
  sparseSafe: number;
  encodeMaxDepth: number;
  decodeMaxDepth: number;
  /** NaN and the infinities: an error, as C's printf writes them, or null. */
  encodeInvalidNumbers: "off" | "on" | "null";
  /** May texts hold NaN, infinities, hexadecimal numbers and leading zeros? */
  decodeInvalidNumbers: boolean;
  /** Kept for the answer of `encode_keep_buffer` alone: memory needs no such care here. */
  keepBuffer: boolean;
  /** Significant digits of numbers, 1 to 14. */
  precision: number;
}

/** The settings of a new state. */
export function defaultJsonSettings(): JsonSettings {
  return {
    sparseConvert: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeMaxDepth: 1000,
    decodeMaxDepth: 1000,
    encodeInvalidNumbers: "off",
    decodeInvalidNumbers: true,
    keepBuffer: true,
    precision: 14,
  };
}
