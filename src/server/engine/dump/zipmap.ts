/** Zipmaps, the small hashes of Redis before 2.6: a count, then fields and values with their lengths. Only read. */
import { ByteReader, demand } from "./byte-reader.js";

const END = 0xff;
/** First byte of a length that takes four bytes more. */
const LONG_LENGTH = 0xfe;

/**
 * Fields and values in turn.
 * @throws Malformed
 */
export function readZipmap(bytes: Uint8Array): string[] {
  const input = new ByteReader(bytes);
  const count = input.byte();
  const flat: string[] = [];
  for (;;) {
    const first = input.byte();
    if (first === END) break;
    flat.push(input.text(lengthFrom(input, first)));
    const length = lengthFrom(input, input.byte());
    // A value that has become shorter leaves unused bytes behind it.
    const unused = input.byte();
    flat.push(input.text(length));
    input.take(unused);
  }
  demand(input.atEnd && flat.length !== 0 && (count >= LONG_LENGTH || count * 2 === flat.length));
  return flat;
}

function lengthFrom(input: ByteReader, first: number): number {
  demand(first !== END);
  return first === LONG_LENGTH ? input.unsigned(4) : first;
}
