/** The names of modules' data types, as RDB writes them. */
import type { ByteReader } from "./byte-reader.js";
import { readUint64 } from "./rdb-string.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const NAME_LENGTH = 9;
/** Bits of the version of the type's own format, below those of the name. */
const VERSION_BITS = 10n;
const LETTER_BITS = 6n;

/**
 * Take the id of a type, and tell its name: nine letters of six bits.
 * @throws Malformed
 */
export function moduleName(input: ByteReader): string {
  let bits = BigInt(readUint64(input)) >> VERSION_BITS;
  let name = "";
  for (let i = 0; i < NAME_LENGTH; i++) {
    name = LETTERS[Number(bits & 63n)] + name;
    bits >>= LETTER_BITS;
  }
  return name;
}
