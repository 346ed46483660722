/** A whole data set as an RDB file of Redis 7.0 (version 10). */
import type { Database } from "../database.js";
import type { Engine } from "../engine.js";
import type { Entry } from "../keyspace.js";
import { frequencyNow, usedMemory } from "../memory.js";
import { ByteWriter } from "./byte-writer.js";
import { crc64 } from "./crc64.js";
import { type EncodeOptions, rdbTypeOf, writeValue } from "./encode.js";
import { RDB_VERSION } from "./payload.js";
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

/** What all keys of a file are written by. */
interface Manner extends EncodeOptions {
  readonly engine: Engine;
  /** Is the time since the last use of a key of interest? */
  readonly idle: boolean;
  /** Is it of interest how often a key is used? */
  readonly frequency: boolean;
}

/**
 * All keys of all databases with their times to live, and the libraries of functions, as `rdbcompression`,
 * `rdbchecksum` and `maxmemory-policy` say. Nothing changes by it, and the bytes are the caller's.
 */
export function encodeRdb(engine: Engine, options: RdbEncodeOptions = {}): Uint8Array {
  const { config } = engine;
  const policy = config.get("maxmemory-policy");
  const manner: Manner = {
    engine,
    compress: config.get("rdbcompression") === "yes",
    listMaxListpackSize: config.listMaxListpackSize,
    idle: policy.endsWith("lru"),
    frequency: policy.endsWith("lfu"),
  };
  const out = new ByteWriter();
  out.text(`REDIS${String(RDB_VERSION).padStart(4, "0")}`);
  const aux = {
    "redis-ver": engine.version,
    "redis-bits": 64,
    ctime: Math.floor(engine.now / 1000),
    "used-mem": usedMemory(engine),
    "aof-base": 0,
    ...options.aux,
  };
  for (const [name, value] of Object.entries(aux)) {
    out.byte(RdbOpcode.AUX);
    writeString(out, name, manner.compress);
    writeString(out, String(value), manner.compress);
  }
  if (options.withoutFunctions !== true) writeFunctions(out, manner);
  if (options.withoutKeys !== true) for (const db of engine.databases) writeDatabase(out, db, manner);
  out.byte(RdbOpcode.END);
  out.uint64(config.get("rdbchecksum") === "yes" ? crc64(out.bytes) : 0n);
  return out.bytes.slice();
}

function writeFunctions(out: ByteWriter, { engine, compress }: Manner): void {
  for (const { source } of engine.functions.libraries) {
    out.byte(RdbOpcode.FUNCTION);
    writeString(out, source, compress);
  }
}

function writeDatabase(out: ByteWriter, database: Database, manner: Manner): void {
  if (database.size === 0) return;
  out.byte(RdbOpcode.SELECT);
  writeLength(out, database.index);
  out.byte(RdbOpcode.RESIZE);
  writeLength(out, database.size);
  writeLength(out, database.expiringSize);
  for (const entry of database.allEntries) writeEntry(out, entry, manner);
}

function writeEntry(out: ByteWriter, entry: Entry, manner: Manner): void {
  const { key, value, deadline } = entry;
  if (deadline !== undefined) {
    out.byte(RdbOpcode.EXPIRES_MS);
    out.int64(deadline.at);
  }
  if (manner.idle) {
    out.byte(RdbOpcode.IDLE);
    writeLength(out, Math.max(0, manner.engine.uptime - entry.accessed));
  }
  if (manner.frequency) {
    out.byte(RdbOpcode.FREQUENCY);
    out.byte(frequencyNow(entry, manner.engine));
  }
  out.byte(rdbTypeOf(value));
  writeString(out, key, manner.compress);
  writeValue(out, value, manner);
}
