/** Compressed bodies of messages: zlib streams, which Kombu calls gzip, bzip2 and Brotli. */
import { brotliDecompressSync, deflateSync, unzipSync } from "node:zlib";
import { bunzip2 } from "./bzip2.js";
import { MessageError } from "./errors.js";

/** The largest body that is unpacked: a small message must not fill the memory. */
const LARGEST = 256 * 1024 * 1024;

/** What `headers.compression` says of a body that this package packs. */
export const GZIP = "application/x-gzip";

/** A body, packed as Kombu's `gzip` does. */
export function compress(body: Uint8Array): Buffer {
  return deflateSync(body);
}

/**
 * A body, unpacked.
 * @param compression what `headers.compression` says
 * @throws MessageError for a compression that is not known, for damaged bytes, and beyond 256 MiB
 */
export function decompress(body: Uint8Array, compression: string): Buffer {
  const unpack = UNPACK.get(compression.toLowerCase());
  if (unpack === undefined)
    throw new MessageError(
      `The body is compressed by ${compression}; supported are ${[...UNPACK.keys()].join(", ")}`,
    );
  try {
    return unpack(body);
  } catch (cause) {
    throw new MessageError(`The body cannot be unpacked: ${(cause as Error).message}`, { cause });
  }
}

const UNPACK = new Map<string, (body: Uint8Array) => Buffer>([
  [GZIP, (body) => unzipSync(body, { maxOutputLength: LARGEST })],
  ["application/x-bz2", (body) => Buffer.from(bunzip2(body, LARGEST).buffer)],
  ["application/x-brotli", (body) => brotliDecompressSync(body, { maxOutputLength: LARGEST })],
]);
