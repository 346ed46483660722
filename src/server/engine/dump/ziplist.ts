/**
 * Ziplists, which listpacks have replaced in Redis 7: size, offset of the last entry, number of entries, the
 * entries, an end mark. Each entry begins with the length of the one before. They are only read.
 */
import { ByteReader, demand } from "./byte-reader.js";

const HEADER_SIZE = 10;
const END = 0xff;
/** The number of entries when there are that many or more. */
const UNCOUNTED = 0xffff;
/** First byte of a length before an entry that takes four bytes more. */
const LONG_LENGTH = 0xfe;

const INT8 = 0xfe;
const INT16 = 0xc0;
const INT24 = 0xf0;
const INT32 = 0xd0;
const INT64 = 0xe0;

/**
 * The entries of a ziplist as one-byte strings.
 * @throws Malformed
 */
export function readZiplist(bytes: Uint8Array): string[] {
  const input = new ByteReader(bytes);
  demand(input.unsigned(4) === bytes.length);
  const last = input.unsigned(4);
  const count = input.unsigned(2);
  const entries: string[] = [];
  let start = HEADER_SIZE;
  let lengthBefore = 0;
  for (;;) {
    const first = input.byte();
    if (first === END) break;
    demand((first === LONG_LENGTH ? input.unsigned(4) : first) === lengthBefore);
    entries.push(readEntry(input));
    lengthBefore = input.position - start;
    start = input.position;
  }
  demand(input.atEnd && last === start - lengthBefore);
  demand(count === UNCOUNTED || count === entries.length);
  return entries;
}

function readEntry(input: ByteReader): string {
  const first = input.byte();
  if (first < 0x40) return input.text(first);
  if (first < 0x80) return input.text(((first & 0x3f) << 8) | input.byte());
  switch (first) {
    case 0x80:
      return input.text(input.bigEndian(4));
    case INT8:
      return String(input.signed(1));
    case INT16:
      return String(input.signed(2));
    case INT24:
      return String(input.signed(3));
    case INT32:
      return String(input.signed(4));
    case INT64:
      return String(input.signed(8));
  }
  // 0 to 12 are part of the byte itself.
  demand(first > 0xf0 && first < 0xfe);
  return String((first & 0xf) - 1);
}
