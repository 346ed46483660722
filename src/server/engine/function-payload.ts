/** The payload of FUNCTION DUMP and FUNCTION RESTORE: libraries in the format of RDB files. */
import { ByteReader, Malformed } from "./dump/byte-reader.js";
import { ByteWriter } from "./dump/byte-writer.js";
import { FOOTER_SIZE, openPayload, sealPayload } from "./dump/payload.js";
import { readString, writeString } from "./dump/rdb-string.js";
import { RdbOpcode } from "./dump/rdb-type.js";

/** Why a payload was refused. */
export class BadPayload {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/**
 * The payload of these sources.
 * @param compress `rdbcompression`
 */
export function dumpLibraries(sources: Iterable<string>, compress: boolean): string {
  const out = new ByteWriter();
  for (const source of sources) {
    out.byte(RdbOpcode.FUNCTION);
    writeString(out, source, compress);
  }
  return sealPayload(out);
}

/**
 * The sources in a payload.
 * @param skipsChecksum whether any checksum will do
 */
export function readLibraries(payload: string, skipsChecksum = false): string[] | BadPayload {
  const bytes = openPayload(payload, skipsChecksum);
  if (bytes === undefined) return new BadPayload("DUMP payload version or checksum are wrong");
  const input = new ByteReader(bytes);
  const sources: string[] = [];
  try {
    while (input.position < bytes.length - FOOTER_SIZE) {
      const opcode = input.byte();
      if (opcode === RdbOpcode.FUNCTION_PRE_GA) return new BadPayload("Pre-GA function format not supported");
      if (opcode !== RdbOpcode.FUNCTION) return new BadPayload("given type is not a function");
      sources.push(readString(input));
    }
  } catch (error) {
    if (error instanceof Malformed) return new BadPayload("Failed loading library data");
    throw error;
  }
  return sources;
}
