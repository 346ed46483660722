/** Saving the data set and loading it again: SAVE, BGSAVE, `save` points, DEBUG RELOAD, the start and the end. */
import { ErrorReply } from "../../protocol/reply.js";
import { BackgroundSave } from "./background-save.js";
import { loadContents, type RdbContents, RdbError, type RdbLoadOptions, readRdb } from "./dump/rdb-reader.js";
import { encodeRdb } from "./dump/rdb-writer.js";
import type { Ending } from "./ending.js";
import type { Engine } from "./engine.js";
import { RdbLoading } from "./rdb-loading.js";
import { type SavePoint, savePoints } from "./save-points.js";
import { type DataFiles, FileProblem, type LogLevel } from "./server-files.js";
import { checkStrain } from "./strain.js";

const NOTICE: LogLevel = 2;
const WARNING: LogLevel = 3;

/** After a background save has failed, the next one is not tried before so many seconds. */
const RETRY_SECONDS = 5;

/** What one engine does with the file of its data set. */
export class Persistence {
  /** When the data set was saved last, or the server was started; seconds since 1970. */
  lastSave: number;
  /** Did the last save in the background, or the last save at all, succeed? */
  lastSucceeded = true;
  /** How long the last save in the background took, seconds; -1: there was none. */
  lastDuration = -1;
  /** What had to be copied during it because it was changed, bytes. */
  lastCopied = 0;
  /** How often saving was begun. */
  saves = 0;
  /** Of the file that was loaded last. */
  keysLoaded = 0;
  keysExpired = 0;
  /** The file that is being loaded while clients wait. */
  loading: RdbLoading | undefined;
  readonly #engine: Engine;
  #points: readonly SavePoint[] = [];
  #background: BackgroundSave | undefined;
  /** Is a save in the background to begin as soon as one can? */
  #scheduled = false;
  /** What {@link Engine.dirty} was when the data set was as in the file. */
  #savedDirty = 0;
  /** Seconds since 1970. */
  #triedAt = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.lastSave = Math.floor(engine.now / 1000);
  }

  /** Number of changes that are not in the file. */
  get changes(): number {
    return this.#engine.dirty - this.#savedDirty;
  }

  /** The save in the background that is under way. */
  get background(): BackgroundSave | undefined {
    return this.#background;
  }

  /** Is the data set to be saved by itself? */
  get hasPoints(): boolean {
    return this.#points.length !== 0;
  }

  /** Must writing be refused, because what is written could not be saved (MISCONF)? */
  get refusesWrites(): boolean {
    return (
      !this.lastSucceeded &&
      this.hasPoints &&
      this.#engine.config.get("stop-writes-on-bgsave-error") === "yes"
    );
  }

  /** The settings may have changed. */
  configure(): void {
    const { config, files } = this.#engine;
    this.#points = files === undefined ? [] : savePoints(config.get("save"));
    checkStrain(this.#engine);
  }

  // ---- saving -----------------------------------------------------------------------------------

  /** Save now, with all clients waiting. @returns false when it failed: the log says why */
  save(files: DataFiles): boolean {
    this.saves++;
    return this.#save(files);
  }

  #save(files: DataFiles): boolean {
    const engine = this.#engine;
    try {
      files.replace(encodeRdb(engine));
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      engine.log?.(WARNING, error.message);
      return false;
    }
    engine.log?.(NOTICE, "DB saved on disk");
    this.#saved(engine.dirty);
    return true;
  }

  #saved(dirty: number): void {
    this.#savedDirty = dirty;
    this.lastSave = this.#seconds();
    this.lastSucceeded = true;
    checkStrain(this.#engine);
  }

  /** Begin to save the data set as it is now. */
  saveInBackground(files: DataFiles): void {
    const engine = this.#engine;
    const { dirty } = engine;
    this.saves++;
    engine.statistics.forks++;
    this.#scheduled = false;
    this.#triedAt = this.#seconds();
    engine.log?.(NOTICE, "Background saving started");
    this.#saveInSteps(files, (problem) =>
      this.#endBackground(problem === undefined ? dirty : undefined, problem),
    );
  }

  /** @param ended told why it failed, if it did; not called for a save that is given up */
  #saveInSteps(files: DataFiles, ended: (problem: string | undefined) => void): void {
    const background = new BackgroundSave(this.#engine, files, this.#seconds());
    this.#background = background;
    this.#engine.alongside(() => {
      if (this.#background !== background) return undefined;
      try {
        const pause = background.step();
        if (pause === undefined) ended(undefined);
        return pause;
      } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        background.discard();
        ended(error.message);
        return undefined;
      }
    });
  }

  #endBackground(dirty: number | undefined, problem?: string): void {
    const { log } = this.#engine;
    this.#release();
    if (dirty !== undefined) {
      log?.(NOTICE, "Background saving terminated with success");
      this.#saved(dirty);
      return;
    }
    if (problem !== undefined) log?.(WARNING, problem);
    log?.(WARNING, "Background saving error");
    this.lastSucceeded = false;
    checkStrain(this.#engine);
  }

  #release(): void {
    const background = this.#background;
    if (background === undefined) return;
    this.#background = undefined;
    this.lastDuration = this.#seconds() - background.startedAt;
    this.lastCopied = background.copied;
    background.release();
  }

  /** Begin a save in the background at the next occasion. */
  schedule(): void {
    this.#scheduled = true;
  }

  /** Give up the save in the background, if there is one. */
  cancelBackground(): void {
    const background = this.#background;
    if (background === undefined) return;
    this.#release();
    background.discard();
    this.#engine.log?.(WARNING, "Background saving was given up");
  }

  /** Begin a save in the background if it is time; to be called several times a second. */
  checkPoints(): void {
    const isBusy = this.#background !== undefined || this.#engine.appendOnly.rewriting !== undefined;
    if (this.#isLoading() || isBusy) return;
    if (this.#points.length === 0 && !this.#scheduled) return;
    const { files } = this.#engine;
    const seconds = this.#seconds();
    const mayTry = this.lastSucceeded || seconds - this.#triedAt > RETRY_SECONDS;
    if (files === undefined || !mayTry) return;
    const point = this.#points.find(
      ({ changes, seconds: within }) => this.changes >= changes && seconds - this.lastSave > within,
    );
    if (point !== undefined) {
      this.#engine.log?.(NOTICE, `${point.changes} changes in ${point.seconds} seconds. Saving...`);
    }
    if (point !== undefined || this.#scheduled) this.saveInBackground(files.data);
  }

  /** All data has been removed: what is being saved is out of date, and so is the file where it is kept up. */
  flushed(): void {
    this.cancelBackground();
    const { files } = this.#engine;
    if (files !== undefined && this.hasPoints) this.#save(files.data);
  }

  /**
   * The server is about to end.
   * @param done told whether it may, or saving has failed; at once when nothing is to be saved
   */
  end({ save, nosave, force }: Ending, done: (may: boolean) => void): void {
    const { appendOnly, files, holding, log } = this.#engine;
    this.cancelBackground();
    if (!appendOnly.end(force)) return done(false);
    // What has been loaded only in part must not take the place of the file.
    if (this.#isLoading() || files === undefined || !(save || (this.hasPoints && !nosave))) return done(true);
    log?.(NOTICE, "Saving the final RDB snapshot before exiting.");
    // Nobody is served meanwhile; but a signal is heard between the steps.
    holding.pauseClients("work", true, Number.POSITIVE_INFINITY);
    this.saves++;
    this.#saveInSteps(files.data, (problem) => {
      this.#release();
      if (problem === undefined) {
        log?.(NOTICE, "DB saved on disk");
        return done(true);
      }
      log?.(WARNING, problem);
      log?.(WARNING, `Error trying to save the DB, ${force ? "exiting anyway." : "can't exit."}`);
      holding.unpause("work");
      done(force);
    });
  }

  #isLoading(): boolean {
    return (this.loading ?? this.#engine.appendOnly.loading) !== undefined;
  }

  /** The data set has been loaded from elsewhere: none of its changes wants to be saved. */
  isAsInFile(): void {
    this.#savedDirty = this.#engine.dirty;
  }

  // ---- loading ----------------------------------------------------------------------------------

  /**
   * Load what has been read. The time of the engine must be right.
   * @throws RdbError for keys that are there already, although they are to be kept
   * @throws ErrorReply for libraries that cannot be loaded
   */
  load(contents: RdbContents, options?: RdbLoadOptions): void {
    const { log } = this.#engine;
    const loaded = loadContents(this.#engine, contents, options);
    this.keysLoaded = loaded.keysLoaded;
    this.keysExpired = loaded.keysExpired;
    for (const key of contents.emptyKeys.slice(0, 10)) {
      log?.(WARNING, `rdbLoadObject skipping empty key: ${key}`);
    }
    const skipped = contents.emptyKeys.length;
    log?.(
      skipped === 0 ? NOTICE : WARNING,
      `Done loading RDB, keys loaded: ${loaded.keysLoaded}, keys expired: ${loaded.keysExpired}${skipped === 0 ? "" : `, empty keys skipped: ${skipped}`}.`,
    );
  }

  /** From now on clients are told that the data set is being loaded. */
  beginLoading(bytes: Uint8Array): void {
    this.loading = new RdbLoading(this.#engine, bytes);
    checkStrain(this.#engine);
  }

  /**
   * Load the file of {@link Persistence.beginLoading}, with clients served in between.
   * @returns when it is loaded
   * @throws RdbError, or ErrorReply for a library
   */
  async finishLoading(): Promise<void> {
    const { loading } = this;
    if (loading === undefined) return;
    await new Promise<void>((resolve, reject) => {
      this.#engine.alongside(() => {
        try {
          const pause = loading.step();
          if (pause === undefined) resolve();
          return pause;
        } catch (error) {
          reject(error);
          return undefined;
        }
      });
    });
    const { contents } = loading;
    if (contents === undefined) return;
    this.#tell(contents);
    if (contents.libraries.length > 0) await this.#engine.scripting.load();
    this.#engine.refreshTime();
    this.load(contents);
    this.loading = undefined;
    checkStrain(this.#engine);
  }

  /** Read the snapshot that an append-only file begins with, and tell the log what it says of itself. @throws RdbError */
  readBase(bytes: Uint8Array): RdbContents {
    const contents = readRdb(this.#engine, bytes);
    this.#tell(contents);
    return contents;
  }

  /** Tell the log what a file says of itself. */
  #tell(contents: RdbContents): void {
    const { log, now } = this.#engine;
    for (const [name, value] of contents.aux) {
      if (name.startsWith("%")) log?.(NOTICE, `RDB '${name}': ${value}`);
    }
    const age = (created: string) => Math.max(0, Math.floor(now / 1000) - Number.parseInt(created, 10));
    const say = (name: string, words: (value: string) => string): void => {
      const value = contents.aux.get(name);
      if (value !== undefined) log?.(NOTICE, words(value));
    };
    say("redis-ver", (version) => `Loading RDB produced by version ${version}`);
    say("ctime", (created) => `RDB age ${age(created)} seconds`);
    say("used-mem", (bytes) => `RDB memory usage when created ${(Number(bytes) / 1048576).toFixed(2)} Mb`);
    if (contents.unchecked) {
      log?.(WARNING, "RDB file was saved with checksum disabled: no check performed.");
    }
  }

  /**
   * DEBUG RELOAD: save the data set and load it again, through memory where there are no files.
   * @param options.save load what has been saved before when false
   * @param options.flush keep what is there when false
   * @param options.merge let keys of the file take the place of others
   * @throws ErrorReply
   */
  reload(options: { readonly save: boolean; readonly flush: boolean; readonly merge: boolean }): void {
    const engine = this.#engine;
    const bytes = this.#bytesToReload(options.save);
    try {
      const contents = readRdb(engine, bytes);
      this.#tell(contents);
      const { flush, merge } = options;
      this.load(contents, flush ? {} : { merge, keep: !merge });
    } catch (error) {
      if (!(error instanceof RdbError || error instanceof ErrorReply)) throw error;
      engine.log?.(WARNING, error.message);
      throw new ErrorReply(`ERR Error trying to load the RDB dump: ${error.message}`);
    }
    engine.log?.(WARNING, "DB reloaded by DEBUG RELOAD");
  }

  #bytesToReload(save: boolean): Uint8Array {
    const engine = this.#engine;
    const { files } = engine;
    if (files === undefined) {
      if (save) {
        this.#saved(engine.dirty);
        return encodeRdb(engine);
      }
      throw new ErrorReply("ERR this server keeps no files: there is nothing to load");
    }
    if (save && !this.#save(files.data)) throw new ErrorReply("ERR");
    try {
      const bytes = files.data.read();
      if (bytes !== undefined) return bytes;
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      engine.log?.(WARNING, error.message);
    }
    throw new ErrorReply("ERR Error trying to load the RDB dump");
  }

  #seconds(): number {
    return Math.floor(this.#engine.clock.now() / 1000);
  }
}
