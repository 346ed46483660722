/** Unpacks bzip2 streams, which Node does not: Python's producers may compress by it. */

const BLOCK = 0x314159265359;
const END = 0x177245385090;
/** Symbols of the runs that stand for zeros of the move-to-front transform. */
const RUN_B = 1;
/** Symbols that are coded by one table before the next is chosen. */
const GROUP = 50;
const LONGEST_CODE = 20;

/**
 * The bytes that a bzip2 stream stands for, or several streams one behind the other.
 * @param limit most bytes that may come out
 * @throws RangeError when it is no such stream, is damaged, or holds more
 */
export function bunzip2(packed: Uint8Array, limit: number): Uint8Array<ArrayBuffer> {
  const bits = new BitReader(packed);
  const output = new Output(limit);
  do {
    if (bits.read(24) !== 0x425a68) throw new RangeError("It is no bzip2 stream");
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) throw new RangeError("The bzip2 stream names no size of its blocks");
    readStream(bits, level * 100_000, output);
    bits.alignToByte();
  } while (bits.remaining > 0);
  return output.bytes();
}

function readStream(bits: BitReader, blockSize: number, output: Output): void {
  let combined = 0;
  for (;;) {
    const magic = bits.read(24) * 0x1000000 + bits.read(24);
    const checksum = bits.read(16) * 0x10000 + bits.read(16);
    if (magic === END) {
      if (checksum !== combined) throw new RangeError("The bzip2 stream has a wrong checksum");
      return;
    }
    if (magic !== BLOCK) throw new RangeError("The bzip2 stream is damaged");
    if (readBlock(bits, blockSize, output) !== checksum)
      throw new RangeError("A block of the bzip2 stream has a wrong checksum");
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
  }
}

/** Reads one block; gives its checksum. */
function readBlock(bits: BitReader, blockSize: number, output: Output): number {
  if (bits.read(1) === 1) throw new RangeError("The bzip2 stream is of a version from before 1997");
  const origin = bits.read(24);
  const alphabet = readAlphabet(bits);
  const symbols = alphabet.length + 2;
  const tableCount = bits.read(3);
  if (tableCount < 2 || tableCount > 6) throw new RangeError("The bzip2 stream is damaged");
  const selectors = readSelectors(bits, tableCount);
  const tables = Array.from({ length: tableCount }, () => new CodeTable(bits, symbols));
  const column = readColumn(bits, { alphabet, selectors, tables, blockSize });
  if (origin >= column.length) throw new RangeError("The bzip2 stream is damaged");
  return writeRows(column, origin, output);
}

/** The bytes that occur in the block. */
function readAlphabet(bits: BitReader): number[] {
  const alphabet: number[] = [];
  const ranges = bits.read(16);
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const used = bits.read(16);
    for (let i = 0; i < 16; i++) if ((used & (0x8000 >> i)) !== 0) alphabet.push(range * 16 + i);
  }
  if (alphabet.length === 0) throw new RangeError("The bzip2 stream is damaged");
  return alphabet;
}

/** Which table codes each group of symbols. */
function readSelectors(bits: BitReader, tableCount: number): Uint8Array {
  const selectors = new Uint8Array(bits.read(15));
  const recent = Array.from({ length: tableCount }, (_, i) => i);
  for (let i = 0; i < selectors.length; i++) {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= tableCount) throw new RangeError("The bzip2 stream is damaged");
    selectors[i] = moveToFront(recent, place);
  }
  return selectors;
}

function moveToFront(list: number[], place: number): number {
  const value = list[place];
  list.copyWithin(1, 0, place);
  list[0] = value;
  return value;
}

/** A canonical Huffman code. */
class CodeTable {
  /** By length of the code: the largest code of it, and what to add to a code to find its symbol. */
  readonly #largest = new Int32Array(LONGEST_CODE + 2).fill(-1);
  readonly #offset = new Int32Array(LONGEST_CODE + 2);
  readonly #ordered: number[] = [];

  constructor(bits: BitReader, symbols: number) {
    const lengths = CodeTable.#readLengths(bits, symbols);
    let code = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      this.#offset[length] = this.#ordered.length - code;
      for (let symbol = 0; symbol < symbols; symbol++) {
        if (lengths[symbol] !== length) continue;
        this.#ordered.push(symbol);
        this.#largest[length] = code++;
      }
      code <<= 1;
    }
  }

  static #readLengths(bits: BitReader, symbols: number): Uint8Array {
    const lengths = new Uint8Array(symbols);
    let length = bits.read(5);
    for (let symbol = 0; symbol < symbols; symbol++) {
      while (bits.read(1) === 1) length += bits.read(1) === 0 ? 1 : -1;
      if (length < 1 || length > LONGEST_CODE) throw new RangeError("The bzip2 stream is damaged");
      lengths[symbol] = length;
    }
    return lengths;
  }

  next(bits: BitReader): number {
    let code = 0;
    for (let length = 1; length <= LONGEST_CODE; length++) {
      code = (code << 1) | bits.read(1);
      if (code <= this.#largest[length]) {
        const symbol = this.#ordered[code + this.#offset[length]];
        if (symbol !== undefined) return symbol;
      }
    }
    throw new RangeError("The bzip2 stream is damaged");
  }
}

interface Coding {
  alphabet: number[];
  selectors: Uint8Array;
  tables: CodeTable[];
  blockSize: number;
}

/** Last column of the sorted rotations: Huffman codes, runs of zeros and the move-to-front undone. */
function readColumn(bits: BitReader, { alphabet, selectors, tables, blockSize }: Coding): Uint8Array {
  const column = new Uint8Array(blockSize);
  const endOfBlock = alphabet.length + 1;
  let length = 0;
  let run = 0;
  let weight = 1;
  for (let read = 0; ; read++) {
    const table = tables[selectors[Math.floor(read / GROUP)]];
    if (table === undefined) throw new RangeError("The bzip2 stream is damaged");
    const symbol = table.next(bits);
    if (symbol <= RUN_B) {
      run += weight << symbol;
      weight <<= 1;
      if (run > blockSize) throw new RangeError("The bzip2 stream is damaged");
      continue;
    }
    if (length + run >= blockSize + (symbol === endOfBlock ? 1 : 0))
      throw new RangeError("The bzip2 stream is damaged");
    column.fill(alphabet[0], length, length + run);
    length += run;
    run = 0;
    weight = 1;
    if (symbol === endOfBlock) return column.subarray(0, length);
    column[length++] = moveToFront(alphabet, symbol - 1);
  }
}

/** Undo the sorting and the first run-length code; gives the checksum of what came out. */
function writeRows(column: Uint8Array, origin: number, output: Output): number {
  const starts = new Int32Array(257);
  for (const byte of column) starts[byte + 1]++;
  for (let byte = 0; byte < 256; byte++) starts[byte + 1] += starts[byte];
  const next = new Int32Array(column.length);
  for (let i = 0; i < column.length; i++) next[starts[column[i]]++] = i;
  let at = next[origin];
  let same = 0;
  let last = -1;
  let checksum = 0xffffffff;
  for (let i = 0; i < column.length; i++) {
    const byte = column[at];
    at = next[at];
    // After four equal bytes there is a count of further ones.
    const repeats = same === 4 ? byte : 1;
    const value = same === 4 ? last : byte;
    same = same === 4 ? 0 : value === last ? same + 1 : 1;
    last = same === 0 ? -1 : value;
    for (let j = 0; j < repeats; j++) checksum = (checksum << 8) ^ CRC[(checksum >>> 24) ^ value];
    output.add(value, repeats);
  }
  return ~checksum >>> 0;
}

const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte << 24;
  for (let bit = 0; bit < 8; bit++) rest = rest < 0 ? (rest << 1) ^ 0x04c11db7 : rest << 1;
  return rest;
});

/** Reads bits, the most significant first. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #count = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bytes that were not looked at. */
  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** At most 24 bits. */
  read(count: number): number {
    while (this.#count < count) {
      if (this.#at >= this.#bytes.length) throw new RangeError("The bzip2 stream breaks off");
      this.#held = ((this.#held & 0xffffff) << 8) | this.#bytes[this.#at++];
      this.#count += 8;
    }
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  alignToByte(): void {
    this.#count -= this.#count % 8;
    this.#at -= this.#count / 8;
    this.#count = 0;
  }
}

/** Bytes that grow up to a limit. */
class Output {
  readonly #limit: number;
  #bytes = new Uint8Array(4096);
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(value: number, times: number): void {
    const length = this.#length + times;
    if (length > this.#limit) throw new RangeError(`It holds more than ${this.#limit} bytes`);
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.fill(value, this.#length, length);
    this.#length = length;
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}
