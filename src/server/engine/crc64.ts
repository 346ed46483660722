/** The checksum at the end of RDB files and of DUMP payloads: CRC-64 by Jones, reflected, starting at 0. */

/** The polynomial, bits reversed. */
const POLYNOMIAL = 0x95ac9329ac4bc9b5n;

let table: BigUint64Array | undefined;

/**
 * The checksum of a one-byte string.
 * @param seed the checksum of what came before
 */
export function crc64(text: string, seed = 0n): bigint {
  table ??= makeTable();
  let crc = seed;
  for (let i = 0; i < text.length; i++) {
    crc = table[Number(crc & 0xffn) ^ text.charCodeAt(i)] ^ (crc >> 8n);
  }
  return crc;
}

function makeTable(): BigUint64Array {
  const made = new BigUint64Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n;
    made[byte] = crc;
  }
  return made;
}
