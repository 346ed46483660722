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

/**
 * The checksum of some bytes.
 * @returns an unsigned integer of 64 bits
 * @example
 * crc64(new TextEncoder().encode("123456789")); // 0xe9c6d914c4b8d9can
 */
export function crc64(bytes: Uint8Array): bigint {
  table ??= makeTable();
  const { high: highs, low: lows } = table;
  let high = 0;
  let low = 0;
  for (let i = 0; i < bytes.length; i++) {
    const row = (low ^ bytes[i]) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ lows[row];
    high = (high >>> 8) ^ highs[row];
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
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
