/** The frame of a DUMP payload: behind the data stand the version of RDB and a checksum. */
import { textOf } from "../types/string.js";
import { ByteReader } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";
import { crc64 } from "./crc64.js";

/** The version of RDB that Redis 7.0 writes; newer ones it does not read. */
export const RDB_VERSION = 10;
const VERSION_SIZE = 2;
const CHECKSUM_SIZE = 8;
/** Bytes behind the data. */
export const FOOTER_SIZE = VERSION_SIZE + CHECKSUM_SIZE;

/** The payload for some data, as a one-byte string. */
export function sealPayload(data: ByteWriter): string {
  data.integer(RDB_VERSION, VERSION_SIZE);
  data.uint64(crc64(data.bytes));
  return textOf(data.bytes, 0, data.length);
}

/**
 * The bytes of a payload; `undefined` when its version or its checksum is wrong.
 * The footer is among them: redis-server does not mind when a value that is cut short reaches into it.
 * @param skipsChecksum whether any checksum will do
 */
export function openPayload(payload: string, skipsChecksum = false): Uint8Array | undefined {
  if (payload.length < FOOTER_SIZE) return undefined;
  const copy = new ByteWriter();
  copy.text(payload);
  const { bytes } = copy;
  const footer = new ByteReader(bytes, bytes.length - FOOTER_SIZE);
  if (footer.unsigned(VERSION_SIZE) > RDB_VERSION) return undefined;
  if (skipsChecksum) return bytes;
  const checksum = BigInt.asUintN(64, BigInt(footer.signed(CHECKSUM_SIZE)));
  return checksum === crc64(bytes.subarray(0, -CHECKSUM_SIZE)) ? bytes : undefined;
}
