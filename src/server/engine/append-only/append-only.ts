/** The append-only file: when it is loaded and written, and that it is made anew when it has grown. */
import { BackgroundSave } from "../background-save.js";
import { rdbPieces } from "../dump/rdb-writer.js";
import type { Engine } from "../engine.js";
import { Propagation } from "../propagation.js";
import { type AppendOnlyFiles, FileProblem, type LogLevel } from "../server-files.js";
import { checkStrain } from "../strain.js";
import { commandPieces } from "./data-commands.js";
import { AppendOnlyFolder } from "./folder.js";
import { IncrementWriter } from "./increment-writer.js";
import { AppendOnlyLoading, type LoadedSizes, LoadingFailed, type LoadingProgress } from "./loading.js";
import { RewritePatience } from "./rewrite-patience.js";

const NOTICE: LogLevel = 2;
const WARNING: LogLevel = 3;

/** Off; on; or wanted, and on as soon as there is a base for it. */
type State = "off" | "on" | "waiting";

/** The append-only file of one engine. */
export class AppendOnly {
  state: State = "off";
  /** What is being loaded, with clients told so. */
  loading: LoadingProgress | undefined;
  /** Is a rewrite to begin as soon as one can? */
  scheduled = false;
  /** Bytes of all files after the last rewrite. */
  baseSize = 0;
  /** Seconds that the last rewrite took; -1: there was none. */
  lastDuration = -1;
  lastRewriteSucceeded = true;
  /** What the last rewrite had to copy, bytes. */
  lastCopied = 0;
  /** How often a rewrite has begun, and how many have failed since one has succeeded. */
  rewrites = 0;
  failures = 0;
  /** Writes what happens. */
  readonly writer: IncrementWriter;
  readonly #engine: Engine;
  readonly #folder: AppendOnlyFolder;
  #rewrite: BackgroundSave | undefined;
  readonly #patience = new RewritePatience();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#folder = new AppendOnlyFolder(engine);
    this.writer = new IncrementWriter(engine);
  }

  /** The rewrite that is under way. */
  get rewriting(): BackgroundSave | undefined {
    return this.#rewrite;
  }

  #log(level: LogLevel, text: string): void {
    this.#engine.log?.(level, text);
  }

  // ---- loading, at the start and by DEBUG LOADAOF -----------------------------------------------

  /**
   * Read the files, so that they can be loaded; nothing changes in the engine.
   * @returns undefined when there are none
   * @throws LoadingFailed when they cannot be loaded: the log has been told
   */
  prepareLoading(files: AppendOnlyFiles): AppendOnlyLoading | undefined {
    try {
      this.#folder.read(files);
      if (this.#folder.manifest.parts.length === 0) return undefined;
      return new AppendOnlyLoading(this.#engine, files, this.#folder.manifest, this.#folder.directory);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      this.#log(WARNING, error.message);
      throw new LoadingFailed(error.message);
    }
  }

  /** What has been loaded is what the files hold. */
  loaded({ base, total }: LoadedSizes): void {
    this.writer.size = total;
    this.baseSize = base;
  }

  /** Begin to write behind what has been loaded, at the start. @throws FileProblem */
  openAtStart(files: AppendOnlyFiles): void {
    files.makeDirectory(this.#folder.directory);
    const manifest = this.#folder.manifest;
    if (manifest.parts.length === 0) {
      const name = manifest.nextBase(this.#folder.fileName, this.#baseFormat());
      const draft = files.draft(this.#folder.path(name));
      const { pieces, release } = this.#beginBase(false);
      for (let piece = pieces.next(); piece.value !== undefined; piece = pieces.next()) {
        draft.write(piece.value.bytes);
      }
      release();
      draft.finish();
      this.#log(NOTICE, `Creating AOF base file ${name} on server start`);
      this.baseSize = files.size(this.#folder.path(name)) ?? 0;
      this.writer.size = this.baseSize;
    }
    const last = manifest.increments.at(-1)?.name;
    const name = last ?? manifest.nextIncrement(this.#folder.fileName);
    const path = this.#folder.path(name);
    this.writer.open(files.open(path, false), files.size(path) ?? 0);
    this.#folder.writeManifest(files, manifest);
    this.#log(NOTICE, `${last === undefined ? "Creating" : "Opening"} AOF incr file ${name} on server start`);
    this.state = "on";
    this.#listen();
  }

  #listen(): void {
    Propagation.addListener(this.#engine, this.writer);
    this.#engine.beforeOutput = () => this.writer.flush();
  }

  /** To be called several times a second: write, bring to the disk, rewrite. */
  tick(): void {
    if (this.loading !== undefined) return;
    this.writer.flush();
    this.writer.syncIfDue(this.#rewrite !== undefined);
    this.#rewriteIfDue();
  }

  /** The server is about to end. @param force even without its first base @returns false when data would be lost by it */
  end(force: boolean): boolean {
    if (this.#rewrite !== undefined) {
      if (this.state === "waiting") {
        this.#log(WARNING, `Writing initial AOF${force ? ". Exit anyway." : ", can't exit."}`);
        if (!force) return false;
      }
      this.#giveUpRewrite();
    }
    this.writer.settle();
    return true;
  }

  // ---- on and off -------------------------------------------------------------------------------

  /** CONFIG SET appendonly yes. @returns false when it cannot be: the log has been told */
  start(files: AppendOnlyFiles): boolean {
    this.state = "waiting";
    this.writer.ignores = true;
    const { current, persistence } = this.#engine;
    if (persistence.background !== undefined) {
      this.scheduled = true;
      this.#log(
        WARNING,
        "AOF was enabled but there is already another background operation. An AOF background was scheduled to start when possible.",
      );
    } else if (current?.executing !== undefined) {
      this.scheduled = true;
      this.#log(
        WARNING,
        "AOF was enabled during a transaction. An AOF background was scheduled to start when possible.",
      );
    } else {
      this.#giveUpRewrite();
      if (!this.rewriteInBackground(files)) {
        this.state = "off";
        return false;
      }
    }
    this.writer.failure = undefined;
    this.#listen();
    return true;
  }

  /** CONFIG SET appendonly no; the files stay. */
  stop(): void {
    if (this.state === "off") return;
    this.writer.settle();
    this.writer.close();
    this.writer.failure = undefined;
    this.writer.ignores = false;
    this.state = "off";
    this.scheduled = false;
    this.#giveUpRewrite();
    this.#engine.beforeOutput = undefined;
    Propagation.removeListener(this.#engine, this.writer);
    checkStrain(this.#engine);
  }

  // ---- rewriting --------------------------------------------------------------------------------

  /** Begin to write a new base. @returns false when that fails: the log has been told */
  rewriteInBackground(files: AppendOnlyFiles): boolean {
    const engine = this.#engine;
    try {
      files.makeDirectory(this.#folder.directory);
      this.writer.flush();
      this.#openIncrement(files);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      this.#log(WARNING, error.message);
      this.lastRewriteSucceeded = false;
      return false;
    }
    this.rewrites++;
    engine.statistics.forks++;
    this.scheduled = false;
    this.writer.ignores = false;
    const manifest = this.#folder.manifest.copy();
    const base = manifest.nextBase(this.#folder.fileName, this.#baseFormat());
    const draft = { draft: () => files.draft(this.#folder.path(base)) };
    const rewrite = new BackgroundSave(engine, draft, this.#seconds(), (finely) => this.#beginBase(finely));
    this.#rewrite = rewrite;
    this.#log(NOTICE, "Background append only file rewriting started");
    engine.alongside(() => {
      if (this.#rewrite !== rewrite) return undefined;
      try {
        const pause = rewrite.step();
        if (pause === undefined) this.#finishRewrite(files, base);
        return pause;
      } catch (error) {
        if (!(error instanceof FileProblem)) throw error;
        this.#log(WARNING, error.message);
        rewrite.discard();
        this.#failRewrite(files);
        return undefined;
      }
    });
    return true;
  }

  #baseFormat(): "rdb" | "aof" {
    return this.#engine.config.get("aof-use-rdb-preamble") === "yes" ? "rdb" : "aof";
  }

  #beginBase(finely: boolean) {
    const engine = this.#engine;
    if (this.#baseFormat() === "rdb") return rdbPieces(engine, finely, { aux: { "aof-base": 1 } });
    const stamped = engine.config.get("aof-timestamp-enabled") === "yes";
    return commandPieces(engine, finely, stamped ? `#TS:${this.#seconds()}\r\n` : "");
  }

  /** What happens from now on goes to a file of its own, which belongs to the base that is being made. */
  #openIncrement(files: AppendOnlyFiles): void {
    if (this.state === "off") return;
    if (this.state === "waiting") {
      this.writer.open(files.open(this.#folder.temporaryIncrement, true), 0);
      this.#log(NOTICE, `Creating AOF incr file ${this.#folder.temporaryIncrement} on background rewrite`);
    } else {
      const manifest = this.#folder.manifest.copy();
      const name = manifest.nextIncrement(this.#folder.fileName);
      const file = files.open(this.#folder.path(name), true);
      try {
        this.#folder.writeManifest(files, manifest);
      } catch (error) {
        file.close();
        throw error;
      }
      this.#folder.manifest = manifest;
      this.writer.open(file, 0);
      this.#log(NOTICE, `Creating AOF incr file ${name} on background rewrite`);
    }
  }

  #finishRewrite(files: AppendOnlyFiles, base: string): void {
    this.#log(NOTICE, "Background AOF rewrite terminated with success");
    const manifest = this.#folder.manifest.copy();
    // The format may have been set otherwise meanwhile; the file is what it was begun as.
    manifest.nextBase(this.#folder.fileName, base.endsWith(".rdb") ? "rdb" : "aof");
    if (this.state === "waiting") {
      this.writer.flush();
      const name = manifest.nextIncrement(this.#folder.fileName);
      files.rename(this.#folder.temporaryIncrement, this.#folder.path(name));
      this.#log(NOTICE, `Successfully renamed the temporary AOF incr file into ${name}`);
    }
    manifest.retireIncrements(this.writer.isOpen);
    this.#folder.writeManifest(files, manifest);
    this.#folder.manifest = manifest;
    if (this.state !== "off") {
      this.baseSize = (files.size(this.#folder.path(base)) ?? 0) + this.writer.incrementSize;
      this.writer.size = this.baseSize;
    }
    this.#folder.removeHistory(files);
    this.lastRewriteSucceeded = true;
    this.failures = 0;
    this.#patience.reset();
    this.#endRewrite();
    this.#log(NOTICE, "Background AOF rewrite finished successfully");
    if (this.state === "waiting") this.state = "on";
  }

  #failRewrite(files: AppendOnlyFiles): void {
    this.lastRewriteSucceeded = false;
    this.failures++;
    this.#log(WARNING, "Background AOF rewrite terminated with error");
    this.#endRewrite();
    if (this.state !== "waiting") return;
    // What was gathered belongs to a base that never came to be.
    this.writer.close();
    this.writer.ignores = true;
    this.#log(NOTICE, "Removing the temp incr aof file");
    files.remove(this.#folder.temporaryIncrement);
    this.scheduled = true;
  }

  #giveUpRewrite(): void {
    const rewrite = this.#rewrite;
    if (rewrite === undefined) return;
    this.#log(NOTICE, "Killing the running AOF rewrite, which is no child process here");
    rewrite.discard();
    this.#endRewrite();
  }

  #endRewrite(): void {
    this.lastDuration = this.#seconds() - (this.#rewrite?.startedAt ?? 0);
    this.lastCopied = this.#rewrite?.copied ?? 0;
    this.#rewrite?.release();
    this.#rewrite = undefined;
  }

  /** A rewrite that has been asked for, or that is due because of the size. */
  #rewriteIfDue(): void {
    const { config, files, now, persistence } = this.#engine;
    if (files === undefined || this.#rewrite !== undefined || persistence.background !== undefined) return;
    if (this.scheduled) {
      if (this.state !== "waiting" || !this.#mustWait(now)) this.rewriteInBackground(files.appendOnly);
      return;
    }
    const percentage = config.number("auto-aof-rewrite-percentage");
    if (this.state !== "on" || percentage === 0) return;
    const { size } = this.writer;
    if (size <= config.number("auto-aof-rewrite-min-size")) return;
    const growth = Math.floor((size * 100) / Math.max(1, this.baseSize)) - 100;
    if (growth < percentage || this.#mustWait(now)) return;
    this.#log(NOTICE, `Starting automatic rewriting of AOF on ${growth}% growth`);
    this.rewriteInBackground(files.appendOnly);
  }

  #mustWait(now: number): boolean {
    return this.#patience.mustWait(this.failures, now, (text) => this.#log(WARNING, text));
  }

  /** Settings have changed: history that was kept may go. */
  configChanged(): void {
    const files = this.#engine.files?.appendOnly;
    if (files !== undefined) this.#folder.configChanged(files);
  }

  #seconds(): number {
    return Math.floor(this.#engine.clock.now() / 1000);
  }
}
