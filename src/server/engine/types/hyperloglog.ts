/**
 * HyperLogLogs: strings from which the number of distinct elements that were added can be estimated, with a
 * standard error of 0.81 %. The bytes are those of redis-server: a header of 16 bytes (`HYLL`, the encoding, three
 * that are not used, the last estimate in 8) and 16384 registers, dense with 6 bits each or sparse as runs.
 * @see https://redis.io/docs/latest/develop/data-types/probabilistic/hyperloglogs/
 */
import { COUNTED_BITS, estimateCardinality, REGISTERS } from "./cardinality.js";
import { murmurHash64 } from "./murmur-hash.js";
import { emptyRuns, MAX_RUN_VALUE, raiseInRuns, readRuns, walkRuns } from "./sparse-registers.js";
import { MutableString } from "./string.js";

const MAGIC = "HYLL";
const ENCODING_AT = 4;
const ESTIMATE_AT = 8;
const ESTIMATE_BYTES = 8;
const HEADER_BYTES = 16;
const DENSE = 0;
const SPARSE = 1;
const REGISTER_BITS = 6;
const REGISTER_MAX = 63;
const DENSE_BYTES = HEADER_BYTES + (REGISTERS * REGISTER_BITS) / 8;
const INDEX_BITS = 14;
const SEED = 0xadc83b19;

/** What an operation came upon a HyperLogLog that is none: its registers are not as many as they must be. */
export const CORRUPT = "corrupt";

/** A string that is a HyperLogLog; what it does to itself is done to the string. */
export class HyperLogLog {
  readonly string: MutableString;

  /** @param string one that {@link isHyperLogLog} */
  constructor(string: MutableString) {
    this.string = string;
  }

  /** An empty one. */
  static create(): HyperLogLog {
    const header = `${MAGIC}${String.fromCharCode(SPARSE)}`.padEnd(HEADER_BYTES, "\0");
    const made = new HyperLogLog(new MutableString(header));
    made.string.splice(HEADER_BYTES, 0, emptyRuns());
    return made;
  }

  get encoding(): "dense" | "sparse" {
    return this.string.at(ENCODING_AT) === DENSE ? "dense" : "sparse";
  }

  /**
   * Count an element in.
   * @param maxSparseBytes from what length on the encoding is dense
   * @returns whether that changes a register
   */
  add(element: string, maxSparseBytes: number): boolean | typeof CORRUPT {
    const { register, value } = placeOf(element);
    return this.raise(register, value, maxSparseBytes);
  }

  /** Let a register have at least that value. @returns whether it changed */
  raise(register: number, value: number, maxSparseBytes: number): boolean | typeof CORRUPT {
    if (this.encoding === "sparse") {
      const done =
        value > MAX_RUN_VALUE
          ? "full"
          : raiseInRuns(this.string, HEADER_BYTES, register, value, maxSparseBytes);
      if (done !== "full") {
        if (done === true) this.forgetEstimate();
        return done;
      }
      if (!this.toDense()) return CORRUPT;
    }
    if (denseRegister(this.string.bytes, register) >= value) return false;
    setDenseRegister(this.string.edit(), register, value);
    return true;
  }

  /** Change to the dense encoding. @returns false when it is corrupt, and stays as it is */
  toDense(): boolean {
    if (this.encoding === "dense") return true;
    const { bytes } = this.string;
    const dense = new Uint8Array(DENSE_BYTES);
    dense.set(bytes.subarray(0, HEADER_BYTES));
    dense[ENCODING_AT] = DENSE;
    const read = readRuns(bytes, HEADER_BYTES, (register, value) => setDenseRegister(dense, register, value));
    if (read) this.string.splice(0, bytes.length, dense);
    return read;
  }

  /**
   * Raise the registers of `registers`, a byte each, to those of this one.
   * @returns false when this one is corrupt
   */
  mergeInto(registers: Uint8Array): boolean {
    const raise = (register: number, value: number): void => {
      if (value > registers[register]) registers[register] = value;
    };
    const { bytes } = this.string;
    if (this.encoding === "sparse") return readRuns(bytes, HEADER_BYTES, raise);
    for (let register = 0; register < REGISTERS; register++) raise(register, denseRegister(bytes, register));
    return true;
  }

  /** All registers, of one in the dense encoding. */
  registers(): number[] {
    return Array.from({ length: REGISTERS }, (_, register) => denseRegister(this.string.bytes, register));
  }

  /** The runs of one in the sparse encoding, as PFDEBUG DECODE writes them. */
  describeRuns(): string {
    const runs: string[] = [];
    const { bytes } = this.string;
    walkRuns(bytes, HEADER_BYTES, (length, value, size) => {
      if (value !== 0) runs.push(`v:${value},${length}`);
      else runs.push(size === 2 ? `Z:${length}` : `z:${length}`);
    });
    return runs.join(" ");
  }

  /** How many distinct elements were added, about. */
  count(): number | bigint | typeof CORRUPT {
    const histogram = new Uint32Array(REGISTER_MAX + 1);
    const { bytes } = this.string;
    if (this.encoding === "sparse") {
      let registers = 0;
      walkRuns(bytes, HEADER_BYTES, (length, value) => {
        registers += length;
        histogram[value] += length;
      });
      if (registers !== REGISTERS) return CORRUPT;
    } else {
      for (let register = 0; register < REGISTERS; register++) histogram[denseRegister(bytes, register)]++;
    }
    return estimateCardinality(histogram);
  }

  /** The estimate that the header holds, if it is still that of the registers. */
  get estimate(): number | bigint | undefined {
    const { string } = this;
    let value = 0n;
    for (let i = ESTIMATE_BYTES - 1; i >= 0; i--) value = (value << 8n) | BigInt(string.at(ESTIMATE_AT + i));
    // The highest bit says that the registers have changed since.
    if (value >= 2n ** 63n) return undefined;
    return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  }

  /** Keep an estimate in the header. */
  set estimate(value: number | bigint) {
    const bytes = this.string.edit();
    let rest = BigInt.asUintN(64, BigInt(value));
    for (let i = 0; i < ESTIMATE_BYTES; i++) {
      bytes[ESTIMATE_AT + i] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  /** The registers have changed: the estimate in the header is no longer theirs. */
  forgetEstimate(): void {
    this.string.edit()[ESTIMATE_AT + ESTIMATE_BYTES - 1] |= 0x80;
  }
}

/** Is that string a HyperLogLog? What its registers are is not looked at. */
export function isHyperLogLog(value: string | MutableString): boolean {
  const { length } = value;
  if (length < HEADER_BYTES) return false;
  const head = value.slice(0, HEADER_BYTES);
  const encoding = head.charCodeAt(ENCODING_AT);
  if (!head.startsWith(MAGIC) || encoding > SPARSE) return false;
  return encoding === SPARSE || length === DENSE_BYTES;
}

/** How many elements were added to the union of several, whose registers were merged into a byte each. */
export function countMerged(registers: Uint8Array): number | bigint {
  const histogram = new Uint32Array(REGISTER_MAX + 1);
  for (const value of registers) histogram[value]++;
  return estimateCardinality(histogram);
}

/** What register an element raises, and to what: the place of the lowest bit that is set in the rest of its hash. */
function placeOf(element: string): { readonly register: number; readonly value: number } {
  const { high, low } = murmurHash64(element, SEED);
  const register = low & (REGISTERS - 1);
  const lower = (low >>> INDEX_BITS) | (high << (32 - INDEX_BITS));
  if (lower !== 0) return { register, value: trailingZeros(lower) + 1 };
  // A bit above all others ends the search.
  const upper = (high >>> INDEX_BITS) | (1 << (COUNTED_BITS - 32));
  return { register, value: 32 + trailingZeros(upper) + 1 };
}

function trailingZeros(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function denseRegister(bytes: Uint8Array, register: number): number {
  const bit = register * REGISTER_BITS;
  const at = HEADER_BYTES + (bit >> 3);
  return ((bytes[at] | ((bytes[at + 1] ?? 0) << 8)) >> (bit & 7)) & REGISTER_MAX;
}

function setDenseRegister(bytes: Uint8Array, register: number, value: number): void {
  const bit = register * REGISTER_BITS;
  const at = HEADER_BYTES + (bit >> 3);
  const shift = bit & 7;
  const both = bytes[at] | ((bytes[at + 1] ?? 0) << 8);
  const changed = (both & ~(REGISTER_MAX << shift)) | (value << shift);
  bytes[at] = changed & 0xff;
  if (at + 1 < bytes.length) bytes[at + 1] = changed >> 8;
}
