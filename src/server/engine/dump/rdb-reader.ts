/** Taking the data set out of an RDB file: of Redis 7.0 or of any version before. */
import { ErrorReply } from "../../../protocol/reply.js";
import type { Engine } from "../engine.js";
import type { Value } from "../keyspace.js";
import { type Access, setAccess } from "../memory.js";
import type { AggregateLimits } from "../types/encoding-limits.js";
import { ByteReader, demand, EmptyValue, Malformed } from "./byte-reader.js";
import { crc64 } from "./crc64.js";
import { readValue } from "./decode.js";
import { moduleName } from "./module-name.js";
import { RDB_VERSION } from "./payload.js";
import { readLength, readString } from "./rdb-string.js";
import { RdbOpcode, RdbType } from "./rdb-type.js";

/** Why an RDB file cannot be loaded; it has been loaded neither whole nor in part. */
export class RdbError extends Error {
  /** Where in the file reading has ended, bytes from its beginning; `undefined` when it could be read. */
  readonly offset: number | undefined;

  constructor(reason: string, offset?: number) {
    super(offset === undefined ? reason : `${reason} (at byte ${offset})`);
    this.name = "RdbError";
    this.offset = offset;
  }
}

/** One key of a file. */
export interface RdbKey extends Access {
  readonly db: number;
  readonly key: string;
  readonly value: Value;
  /** ms since 1970; `undefined`: never. */
  readonly expiresAt: number | undefined;
}

/** What is in a file. */
export interface RdbContents {
  /** Of RDB, not of Redis. */
  readonly version: number;
  /** The fields that describe the file, by their names as they are written. */
  readonly aux: ReadonlyMap<string, string>;
  /** The sources of the libraries of functions. */
  readonly libraries: readonly string[];
  readonly keys: readonly RdbKey[];
  /** Keys with collections without elements, which nothing can load. */
  readonly emptyKeys: readonly string[];
  /** Where the file ends, bytes: an AOF may follow there. */
  readonly end: number;
  /** Was it saved without a checksum? */
  readonly unchecked: boolean;
}

const MAGIC = "REDIS";
/** The first version with a checksum at the end. */
const FIRST_CHECKED = 5;
const CHECKSUM_SIZE = 8;

/**
 * Read a whole file; nothing changes by it.
 * @param engine whose settings and number of databases count
 * @throws RdbError when it is broken, cut short, too new, or has what this server cannot hold
 */
export function readRdb(engine: Engine, bytes: Uint8Array): RdbContents {
  const reading = rdbReading(engine, bytes);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** The same in steps: where in the file it is after each key, and in the end all that has been read. */
export function* rdbReading(engine: Engine, bytes: Uint8Array): Generator<number, RdbContents, void> {
  const reader = new RdbFileReader(engine, bytes);
  try {
    return yield* reader.read();
  } catch (error) {
    if (error instanceof Malformed) throw reader.problem(error);
    throw error;
  }
}

/** What is known of the next key before it comes. */
interface Ahead {
  expiresAt: number | undefined;
  idle: number | undefined;
  frequency: number | undefined;
}

const NOTHING: Ahead = { expiresAt: undefined, idle: undefined, frequency: undefined };

class RdbFileReader {
  readonly aux = new Map<string, string>();
  readonly libraries: string[] = [];
  readonly keys: RdbKey[] = [];
  readonly emptyKeys: string[] = [];
  readonly #bytes: Uint8Array;
  readonly #input: ByteReader;
  readonly #limits: AggregateLimits;
  readonly #databases: number;
  readonly #checks: boolean;
  #db = 0;
  /** The key whose value is being read. */
  #key: string | undefined;

  constructor(engine: Engine, bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#input = new ByteReader(bytes);
    this.#limits = engine.config;
    this.#databases = engine.databases.length;
    this.#checks = engine.config.get("rdbchecksum") === "yes" && !engine.skipsChecksums;
  }

  *read(): Generator<number, RdbContents, void> {
    const version = this.#readHeader();
    yield* this.#readRecords();
    const unchecked = version >= FIRST_CHECKED && this.#check();
    const { aux, libraries, keys, emptyKeys } = this;
    return { version, aux, libraries, keys, emptyKeys, end: this.#input.position, unchecked };
  }

  /** The error for data that is not as it should be. */
  problem({ reason }: Malformed): RdbError {
    const what = this.#key === undefined ? "The RDB file is broken" : `The value of ${this.#key} is broken`;
    return new RdbError(`${what}: ${reason}`, this.#input.position);
  }

  #fail(reason: string): never {
    throw new RdbError(reason, this.#input.position);
  }

  #readHeader(): number {
    const magic = this.#input.text(MAGIC.length);
    const digits = this.#input.text(4);
    if (magic !== MAGIC) this.#fail("Wrong signature trying to load DB from file");
    const version = Number.parseInt(digits, 10);
    if (!(version >= 1 && version <= RDB_VERSION)) this.#fail(`Can't handle RDB format version ${digits}`);
    return version;
  }

  *#readRecords(): Generator<number, void, void> {
    const input = this.#input;
    let ahead = { ...NOTHING };
    for (;;) {
      const type = input.byte();
      switch (type) {
        case RdbOpcode.END:
          return;
        case RdbOpcode.AUX:
          this.aux.set(readString(input), readString(input));
          break;
        case RdbOpcode.FUNCTION:
          this.libraries.push(readString(input));
          break;
        case RdbOpcode.FUNCTION_PRE_GA:
          this.libraries.push(this.#readOldLibrary());
          break;
        case RdbOpcode.SELECT:
          this.#select(readLength(input));
          break;
        case RdbOpcode.RESIZE:
          readLength(input);
          readLength(input);
          break;
        case RdbOpcode.EXPIRES:
          ahead.expiresAt = Number(input.signed(4)) * 1000;
          break;
        case RdbOpcode.EXPIRES_MS:
          ahead.expiresAt = Number(input.signed(8));
          break;
        case RdbOpcode.IDLE:
          ahead.idle = readLength(input);
          break;
        case RdbOpcode.FREQUENCY:
          ahead.frequency = input.byte();
          break;
        case RdbOpcode.MODULE_AUX:
          this.#fail(
            `The RDB file contains AUX module data I can't load: no matching module '${moduleName(input)}'`,
          );
          break;
        default:
          this.#readKey(type, ahead);
          ahead = { ...NOTHING };
          yield input.position;
      }
    }
  }

  #select(db: number): void {
    if (db >= this.#databases) {
      this.#fail(
        `FATAL: Data file was created with a Redis server configured to handle more than ${this.#databases} databases. Exiting`,
      );
    }
    this.#db = db;
  }

  /** Name and language were not yet part of the source. */
  #readOldLibrary(): string {
    const input = this.#input;
    const name = readString(input);
    const language = readString(input);
    const isDescribed = readLength(input) !== 0;
    if (isDescribed) readString(input);
    return `#!${language} name=${name}\n${readString(input)}`;
  }

  #readKey(type: number, ahead: Ahead): void {
    const input = this.#input;
    const key = readString(input);
    this.#key = key;
    if (type === RdbType.MODULE || type === RdbType.MODULE_PRE_GA) {
      this.#fail(
        `The RDB file contains module data I can't load: no matching module type '${moduleName(input)}'`,
      );
    }
    try {
      this.keys.push({ db: this.#db, key, value: readValue(input, type, this.#limits), ...ahead });
    } catch (error) {
      if (!(error instanceof EmptyValue)) throw error;
      this.emptyKeys.push(key);
    }
    this.#key = undefined;
  }

  /** @returns whether the file has no checksum, although its version knows them */
  #check(): boolean {
    const end = this.#input.position;
    demand(this.#bytes.length >= end + CHECKSUM_SIZE);
    const found = this.#input.uint64();
    if (found === 0n) return true;
    if (!this.#checks) return false;
    const expected = crc64(this.#bytes.subarray(0, end));
    if (found !== expected) {
      this.#fail(
        `Wrong RDB checksum expected: (${expected.toString(16)}) but got (${found.toString(16)}). RDB CRC error`,
      );
    }
    return false;
  }
}

/** What {@link loadRdb} may be told. */
export interface RdbLoadOptions {
  /** Keep what is there, but for keys and libraries that the file has as well. */
  readonly merge?: boolean;
  /** Keep what is there; it is an error when the file has the same key or library. */
  readonly keep?: boolean;
  /** Keep keys that have expired: whoever gives the data will say when they go. */
  readonly keepExpired?: boolean;
}

/** What came of loading a file. */
export interface RdbLoaded {
  readonly contents: RdbContents;
  readonly keysLoaded: number;
  readonly keysExpired: number;
}

/**
 * Load a file in the place of all data and all libraries of functions.
 * @throws RdbError for a file that cannot be loaded; then nothing has changed
 * @throws ErrorReply for a library that does not compile, or while the scripting engine has not been loaded; then
 * nothing has changed
 */
export function loadRdb(engine: Engine, bytes: Uint8Array, options: RdbLoadOptions = {}): RdbLoaded {
  return loadContents(engine, readRdb(engine, bytes), options);
}

/** The same for a file that has been read; its values are the engine's then, and cannot be loaded again. */
export function loadContents(engine: Engine, contents: RdbContents, options: RdbLoadOptions = {}): RdbLoaded {
  const { merge = false, keep = false, keepExpired = false } = options;
  const replaces = !merge && !keep;
  const { libraries, keys } = contents;
  if (!merge) demandNew(engine, keys, keep);
  if (libraries.length !== 0) {
    if (!engine.scripting.ready)
      throw new ErrorReply("ERR the file has libraries, and no interpreter is loaded");
    engine.functions.restore(libraries, replaces ? "flush" : merge ? "replace" : "append");
  } else if (replaces) {
    engine.functions.flush();
  }
  const { dirty } = engine;
  if (replaces) for (const database of engine.databases) database.clear();
  let keysLoaded = 0;
  let keysExpired = 0;
  for (const { db, key, value, expiresAt, ...access } of keys) {
    if (!keepExpired && expiresAt !== undefined && expiresAt < engine.now) {
      keysExpired++;
      continue;
    }
    const database = engine.databases[db];
    setAccess(database.load(key, value, expiresAt), access, engine);
    keysLoaded++;
  }
  // What is as in the file has not been changed since.
  engine.dirty = dirty;
  if (engine.tracking.active) engine.tracking.flushed();
  return { contents, keysLoaded, keysExpired };
}

/** @throws RdbError when a key comes twice, or is there already although it is to be kept */
function demandNew({ databases }: Engine, keys: readonly RdbKey[], keep: boolean): void {
  const seen = databases.map(() => new Set<string>());
  for (const { db, key } of keys) {
    if (seen[db].has(key) || (keep && databases[db].peek(key) !== undefined)) {
      throw new RdbError(`RDB has duplicated key '${key}' in DB ${db}`);
    }
    seen[db].add(key);
  }
}
