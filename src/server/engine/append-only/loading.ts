/** Loading an append-only file: its base, and all that has happened since. */
import { type RdbContents, RdbError } from "../dump/rdb-reader.js";
import type { Engine } from "../engine.js";
import type { AppendOnlyFiles, LogLevel, Pause } from "../server-files.js";
import { checkStrain } from "../strain.js";
import { textOf } from "../types/string.js";
import { AofReader } from "./aof-reader.js";
import type { Manifest } from "./manifest.js";
import { MultiExec } from "./replayed-session.js";

const NOTICE: LogLevel = 2;
const WARNING: LogLevel = 3;

/** Why an append-only file cannot be loaded; the log has been told. */
export class LoadingFailed extends Error {}

/** One file, read from the disk. */
interface LoadedPart {
  readonly name: string;
  readonly text: string;
  /** What it begins with. */
  readonly snapshot: RdbContents | undefined;
}

/** How far loading has come. */
export interface LoadingProgress {
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** Bytes of all that is to be read, and of what has been. */
  readonly total: number;
  readonly read: number;
}

/** How long one step takes at the most, if no request is slow; microseconds. */
const STEP_MICROS = 10_000;
/** So many requests are run before the time is looked at. */
const RUN_TOGETHER = 64;

/** What was loaded. */
export interface LoadedSizes {
  /** Bytes of all files, and of the base. */
  readonly total: number;
  readonly base: number;
}

/** One loading: the files are read first, so that scripting can be made ready before they are run. */
export class AppendOnlyLoading implements LoadingProgress {
  readonly startedAt: number;
  readonly total: number;
  read = 0;
  /** Does it need the scripting engine? */
  readonly needsScripting: boolean;
  readonly #engine: Engine;
  readonly #files: AppendOnlyFiles;
  readonly #parts: readonly LoadedPart[];
  readonly #sizes: LoadedSizes;
  readonly #running: Generator<Pause, void, void>;

  /**
   * Reads the files; nothing changes by it.
   * @param directory where they are
   * @throws LoadingFailed FileProblem
   */
  constructor(engine: Engine, files: AppendOnlyFiles, manifest: Manifest, directory: string) {
    this.#engine = engine;
    this.#files = files;
    const sizes = manifest.parts.map(({ name }) => this.#sizeOf(directory, name));
    const base = manifest.base === undefined ? 0 : sizes[0];
    this.#sizes = { base, total: sizes.reduce((sum, size) => sum + size, 0) };
    this.#parts = manifest.parts.map(({ name }) => this.#read(directory, name));
    this.needsScripting = this.#parts.some(
      ({ snapshot, text }) =>
        (snapshot?.libraries.length ?? 0) > 0 || /\r\n(eval|fcall|function|script)/i.test(text),
    );
    this.startedAt = Math.floor(engine.clock.now() / 1000);
    this.total = this.#sizes.total;
    this.#running = this.#run();
  }

  #log(level: LogLevel, text: string): void {
    this.#engine.log?.(level, text);
  }

  #sizeOf(directory: string, name: string): number {
    const size = this.#files.size(`${directory}/${name}`);
    if (size !== undefined) return size;
    this.#log(WARNING, `Unable to obtain the AOF file ${name} length. stat: No such file or directory`);
    throw new LoadingFailed(`${name} is missing`);
  }

  #read(directory: string, name: string): LoadedPart {
    const path = `${directory}/${name}`;
    const bytes = this.#files.read(path) ?? new Uint8Array(0);
    const begins = textOf(bytes, 0, Math.min(5, bytes.length));
    if (begins !== "REDIS") return { name: path, text: textOf(bytes, 0, bytes.length), snapshot: undefined };
    const isOld = name === this.#engine.config.get("appendfilename");
    this.#log(
      NOTICE,
      isOld ? "Reading RDB preamble from AOF file..." : "Reading RDB base file on AOF loading...",
    );
    try {
      const snapshot = this.#engine.persistence.readBase(bytes);
      return { name: path, text: textOf(bytes, 0, bytes.length), snapshot };
    } catch (error) {
      if (!(error instanceof RdbError)) throw error;
      this.#log(WARNING, error.message);
      const what = isOld ? "the RDB preamble of the AOF file" : "the RDB base file";
      this.#log(WARNING, `Error reading ${what} ${name}, AOF loading aborted`);
      throw new LoadingFailed(error.message);
    }
  }

  /** From now on clients are told that the data set is being loaded. */
  begin(): void {
    const engine = this.#engine;
    engine.appendOnly.loading = this;
    engine.loading = true;
    checkStrain(engine);
  }

  #end(): void {
    const engine = this.#engine;
    engine.appendOnly.loading = undefined;
    engine.loading = false;
    checkStrain(engine);
  }

  /** Run what has been read, on no data, at once. @throws LoadingFailed */
  run(): void {
    this.begin();
    try {
      while (this.#step() !== undefined);
    } finally {
      this.#end();
    }
  }

  /**
   * The same with clients served in between, behind {@link AppendOnlyLoading.begin}; scripting is made ready for it.
   * @returns when it is loaded
   * @throws LoadingFailed
   */
  async runInSteps(): Promise<void> {
    try {
      if (this.needsScripting) await this.#engine.scripting.load();
      await new Promise<void>((resolve, reject) => {
        this.#engine.alongside(() => {
          try {
            const pause = this.#step();
            if (pause !== undefined) return pause;
            resolve();
          } catch (error) {
            reject(error);
          }
          return undefined;
        });
      });
    } finally {
      this.#end();
    }
  }

  /** @returns ms to wait before the next step; `undefined` when that was all */
  #step(): Pause | undefined {
    const engine = this.#engine;
    engine.refreshTime();
    let pause: Pause | undefined;
    const act = (): void => {
      pause = this.#running.next().value ?? undefined;
    };
    if (engine.propagation === undefined) act();
    else engine.propagation.silently(act);
    if (pause === undefined) engine.appendOnly.loaded(this.#sizes);
    return pause;
  }

  *#run(): Generator<Pause, void, void> {
    for (const [at, part] of this.#parts.entries()) yield* this.#runPart(part, at === this.#parts.length - 1);
  }

  *#runPart(part: LoadedPart, isLast: boolean): Generator<Pause, void, void> {
    const bytesBefore = this.read;
    const before = performance.now();
    const { snapshot } = part;
    // Files of their own have been checked; all data is gone by now.
    if (snapshot !== undefined) this.#engine.persistence.load(snapshot, { keep: true, keepExpired: true });
    const truncatedAt = yield* this.#runCommands(part, snapshot?.end ?? 0);
    if (truncatedAt !== undefined) {
      this.#truncate(part, truncatedAt);
      if (!isLast) {
        this.#log(WARNING, "Fatal error: the truncated file is not the last file");
        throw new LoadingFailed("a truncated file is not the last one");
      }
    }
    this.read = bytesBefore + part.text.length;
    const seconds = ((performance.now() - before) / 1000).toFixed(3);
    const kind = part === this.#parts[0] && this.#sizes.base !== 0 ? "base" : "incr";
    if (part.text !== "")
      this.#log(NOTICE, `DB loaded from ${kind} file ${nameOf(part)}: ${seconds} seconds`);
  }

  /** @returns behind which byte the file makes no sense, where that may be mended */
  *#runCommands(part: LoadedPart, start: number): Generator<Pause, number | undefined, void> {
    const { clock, config } = this.#engine;
    const delay = config.number("key-load-delay");
    const bytesBefore = this.read;
    const reader = new AofReader(part.text, start);
    const replay = new MultiExec(this.#engine);
    let beforeTransaction = start;
    const begun = clock.micros();
    let until = begun + STEP_MICROS;
    for (let count = 1; ; count++) {
      if (delay > 0 || count % RUN_TOGETHER === 0) {
        const now = clock.micros();
        const early = delay > 0 ? begun + count * delay - now : 0;
        if (early > 0 || now >= until) {
          this.read = bytesBefore + reader.position;
          yield Math.max(0, early) / 1000;
          until = clock.micros() + STEP_MICROS;
        }
      }
      const at = reader.position;
      const words = reader.next();
      if (words === undefined) break;
      if (words[0].length === 5 && /^multi$/i.test(words[0])) beforeTransaction = at;
      const problem = replay.run(words);
      if (problem !== undefined) {
        this.#log(WARNING, `${problem} reading the append only file ${nameOf(part)}`);
        throw new LoadingFailed(problem);
      }
    }
    if (reader.end === "malformed") {
      this.#log(
        WARNING,
        `Bad file format reading the append only file ${nameOf(part)}: make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>`,
      );
      throw new LoadingFailed("bad file format");
    }
    if (reader.end === "truncated") return replay.isOpen ? beforeTransaction : reader.position;
    if (!replay.isOpen) return undefined;
    this.#log(WARNING, `Revert incomplete MULTI/EXEC transaction in AOF file ${nameOf(part)}`);
    return beforeTransaction;
  }

  #truncate(part: LoadedPart, offset: number): void {
    const name = nameOf(part);
    if (this.#engine.config.get("aof-load-truncated") === "yes") {
      this.#log(WARNING, `!!! Warning: short read while loading the AOF file ${name}!!!`);
      this.#log(WARNING, `!!! Truncating the AOF ${name} at offset ${offset} !!!`);
      this.#files.truncate(part.name, offset);
      this.#log(WARNING, `AOF ${name} loaded anyway because aof-load-truncated is enabled`);
      return;
    }
    this.#log(
      WARNING,
      `Unexpected end of file reading the append only file ${name}. You can: 1) Make a backup of your AOF file, then use ./redis-check-aof --fix <filename.manifest>. 2) Alternatively you can set the 'aof-load-truncated' configuration option to yes and restart the server.`,
    );
    throw new LoadingFailed("unexpected end of file");
  }
}

function nameOf({ name }: LoadedPart): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
