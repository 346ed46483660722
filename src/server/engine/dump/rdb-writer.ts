/** A whole data set as an RDB file of Redis 7.0 (version 10). */
import type { Engine } from "../engine.js";
import { Entry, type Value } from "../keyspace.js";
import type { KeyImage } from "../keyspace-version.js";
import { frequencyNow, sizeOf, usedMemory } from "../memory.js";
import { ByteWriter } from "./byte-writer.js";
import { Crc64, crc64 } from "./crc64.js";
import { type EncodeOptions, rdbTypeOf, writeValue } from "./encode.js";
import { writeLength, writeString } from "./rdb-string.js";
import { RdbOpcode } from "./rdb-type.js";

/** What {@link encodeRdb} may be told. */
export interface RdbEncodeOptions {
  /** Fields that describe the file, beside those that every file has: `repl-id`, `repl-offset`, `aof-base` ... */
  readonly aux?: Readonly<Record<string, string | number>>;
  /** Leave the libraries of functions out. */
  readonly withoutFunctions?: boolean;
  /** Leave the keys out. */
  readonly withoutKeys?: boolean;
}

/** The keys of one database, and how many there are. */
interface DatabaseKeys {
  readonly index: number;
  readonly size: number;
  readonly expiringSize: number;
  readonly entries: Iterable<Entry | KeyImage>;
}

/** A piece of a file that is being written. */
export interface RdbPiece {
  /** Valid until the next piece is asked for; may be empty. */
  readonly bytes: Uint8Array;
  /** How many keys have been written so far. */
  readonly keys: number;
}

/** A piece ends with the key that reaches it. */
const PIECE_SIZE = 65536;

/**
 * All keys of all databases with their times to live, and the libraries of functions, as `rdbcompression`,
 * `rdbchecksum` and `maxmemory-policy` say. Nothing changes by it, and the bytes are the caller's.
 */
export function encodeRdb(engine: Engine, options: RdbEncodeOptions = {}): Uint8Array {
  const writer = new RdbFileWriter(engine, options);
  const keys = options.withoutKeys === true ? [] : liveKeys(engine);
  // Every key is announced for those who stop in between; nobody does here.
  for (const _ of writer.write(keys));
  const { out } = writer;
  out.uint64(engine.config.get("rdbchecksum") === "yes" ? crc64(out.bytes) : 0n);
  return out.bytes.slice();
}

/** A data set that is written piece by piece. */
export interface RdbPieces {
  readonly pieces: Iterator<RdbPiece, void, void>;
  /** How much memory is taken by what has been changed since, and is to be written as it was; bytes. */
  readonly copied: () => number;
  /** To be called when no more pieces are needed. */
  readonly release: () => void;
}

/**
 * The same for the data set as it is when this is called, in pieces, between which commands may run.
 * @param finely let every key end a piece
 */
export function rdbPieces(engine: Engine, finely: boolean, options: RdbEncodeOptions = {}): RdbPieces {
  const writer = new RdbFileWriter(engine, options);
  const chosen = options.withoutKeys === true ? [] : engine.databases;
  const borrowed = chosen.map((database) => ({ database, ...database.borrow() }));
  const keys = borrowed.map(({ database: { index, size, expiringSize }, entries }) => {
    return { index, size, expiringSize, entries };
  });
  const checksum = engine.config.get("rdbchecksum") === "yes" ? new Crc64() : undefined;
  return {
    copied: () => {
      let bytes = 0;
      for (const { images } of borrowed) for (const image of images()) bytes += sizeOf(image);
      return bytes;
    },
    pieces: pieces(writer, keys, checksum, finely ? 0 : PIECE_SIZE),
    release: () => {
      for (const { release } of borrowed) release();
    },
  };
}

function* pieces(
  writer: RdbFileWriter,
  databases: readonly DatabaseKeys[],
  checksum: Crc64 | undefined,
  enough: number,
): Generator<RdbPiece, void, void> {
  const { out } = writer;
  for (const keys of writer.write(databases)) {
    if (out.length < enough) continue;
    checksum?.add(out.bytes);
    yield { bytes: out.bytes, keys };
    out.clear();
  }
  checksum?.add(out.bytes);
  out.uint64(checksum?.value ?? 0n);
  yield { bytes: out.bytes, keys: writer.keys };
}

function liveKeys(engine: Engine): DatabaseKeys[] {
  return engine.databases.map(({ index, size, expiringSize, allEntries }) => {
    return { index, size, expiringSize, entries: allEntries };
  });
}

/** Writes one file, but for its checksum. */
class RdbFileWriter {
  readonly out = new ByteWriter();
  /** Written so far. */
  keys = 0;
  readonly #engine: Engine;
  readonly #aux: Readonly<Record<string, string | number>>;
  readonly #sources: readonly string[];
  readonly #encode: EncodeOptions;
  readonly #policy: string;

  constructor(engine: Engine, { aux, withoutFunctions = false }: RdbEncodeOptions) {
    const { config } = engine;
    this.#engine = engine;
    this.#sources = withoutFunctions ? [] : Array.from(engine.functions.libraries, ({ source }) => source);
    this.#policy = config.get("maxmemory-policy");
    this.#encode = {
      version: engine.rdbVersion,
      compress: config.get("rdbcompression") === "yes",
      listMaxListpackSize: config.listMaxListpackSize,
    };
    this.#aux = {
      "redis-ver": engine.version,
      "redis-bits": 64,
      ctime: Math.floor(engine.now / 1000),
      "used-mem": usedMemory(engine),
      "aof-base": 0,
      ...aux,
    };
  }

  /** Write all that stands before the checksum. @returns after each key, how many there were */
  *write(databases: readonly DatabaseKeys[]): Generator<number, void, void> {
    const { out } = this;
    out.text(`REDIS${String(this.#engine.rdbVersion).padStart(4, "0")}`);
    for (const [name, value] of Object.entries(this.#aux)) {
      out.byte(RdbOpcode.AUX);
      this.#text(name);
      this.#text(String(value));
    }
    for (const source of this.#sources) {
      out.byte(RdbOpcode.FUNCTION);
      this.#text(source);
    }
    for (const { index, size, expiringSize, entries } of databases) {
      if (size === 0) continue;
      out.byte(RdbOpcode.SELECT);
      writeLength(out, index);
      out.byte(RdbOpcode.RESIZE);
      writeLength(out, size);
      writeLength(out, expiringSize);
      for (const entry of entries) {
        this.#entry(entry, entry instanceof Entry ? entry.deadline?.at : entry.expiresAt);
        yield ++this.keys;
      }
    }
    out.byte(RdbOpcode.END);
  }

  #entry(entry: Entry | KeyImage, expiresAt: number | undefined): void {
    const { out } = this;
    if (expiresAt !== undefined) {
      out.byte(RdbOpcode.EXPIRES_MS);
      out.int64(expiresAt);
    }
    if (this.#policy.endsWith("lru")) {
      out.byte(RdbOpcode.IDLE);
      writeLength(out, Math.max(0, this.#engine.uptime - entry.accessed));
    } else if (this.#policy.endsWith("lfu")) {
      out.byte(RdbOpcode.FREQUENCY);
      out.byte(frequencyNow(entry, this.#engine));
    }
    this.#value(entry.key, entry.value);
  }

  #value(key: string, value: Value): void {
    this.out.byte(rdbTypeOf(value, this.#encode.version));
    this.#text(key);
    writeValue(this.out, value, this.#encode);
  }

  #text(text: string): void {
    writeString(this.out, text, this.#encode.compress);
  }
}
