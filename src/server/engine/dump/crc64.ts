/** The checksum at the end of RDB files and of DUMP payloads: CRC-64 by Jones, reflected, starting at 0. */

/** The polynomial with its bits reversed, in halves of 32 bits. */
const POLYNOMIAL_HIGH = 0x95ac9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;

/** Both halves of the table; a bigint a byte would be fifty times slower. */
interface Table {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

let table: Table | undefined;

/** The checksum of bytes that come in pieces. */
export class Crc64 {
  #high = 0;
  #low = 0;

  /** Count more bytes in. */
  add(bytes: Uint8Array): void {
    table ??= makeTable();
    const { high: highs, low: lows } = table;
    let high = this.#high;
    let low = this.#low;
    for (let i = 0; i < bytes.length; i++) {
      const row = (low ^ bytes[i]) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ lows[row];
      high = (high >>> 8) ^ highs[row];
    }
    this.#high = high;
    this.#low = low;
  }

  /** Of all bytes so far, an unsigned integer of 64 bits. */
  get value(): bigint {
    return (BigInt(this.#high >>> 0) << 32n) | BigInt(this.#low >>> 0);
  }
}

/**
 * The checksum of some bytes.
 * @returns an unsigned integer of 64 bits
 * @example
 * crc64(new TextEncoder().encode("123456789")); // 0xe9c6d914c4b8d9can
 */
export function crc64(bytes: Uint8Array): bigint {
  const checksum = new Crc64();
  checksum.add(bytes);
  return checksum.value;
}

function makeTable(): Table {
  const made = { high: new Int32Array(256), low: new Int32Array(256) };
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (low & 1) === 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (!isOdd) continue;
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
    made.high[byte] = high;
    made.low[byte] = low;
  }
  return made;
}
