/** The append-only file: every change is written to it before it is answered, and it is made anew when it has grown. */
import { BackgroundSave } from "../background-save.js";
import { rdbPieces } from "../dump/rdb-writer.js";
import type { Engine } from "../engine.js";
import { Propagation, type PropagationListener } from "../propagation.js";
import { selectRequest } from "../request-text.js";
import { type AppendedFile, type AppendOnlyFiles, FileProblem, type LogLevel } from "../server-files.js";
import { commandPieces } from "./data-commands.js";
import { AppendOnlyFolder } from "./folder.js";
import { AppendOnlyLoading, type LoadedSizes, LoadingFailed, type LoadingProgress } from "./loading.js";
import { RewritePatience } from "./rewrite-patience.js";

const NOTICE: LogLevel = 2;
const WARNING: LogLevel = 3;

/** Off; on; or wanted, and on as soon as there is a base for it. */
type State = "off" | "on" | "waiting";

/** The append-only file of one engine. */
export class AppendOnly implements PropagationListener {
  readonly takesMessages = false;
  state: State = "off";
  /** What is being loaded, with clients told so. */
  loading: LoadingProgress | undefined;
  /** Is a rewrite to begin as soon as one can? */
  scheduled = false;
  /** Bytes of all files, and what these were after the last rewrite. */
  size = 0;
  baseSize = 0;
  /** Seconds that the last rewrite took; -1: there was none. */
  lastDuration = -1;
  lastRewriteSucceeded = true;
  /** What the last rewrite had to copy, bytes. */
  lastCopied = 0;
  /** How often a rewrite has begun, and how many have failed since one has succeeded. */
  rewrites = 0;
  failures = 0;
  /** Why the last writing has failed; undefined when it has not. */
  failure: string | undefined;
  /** DEBUG AOF-FLUSH-SLEEP: how long to wait before anything is written, ms. */
  sleepsBeforeWriting = 0;
  readonly #engine: Engine;
  readonly #folder: AppendOnlyFolder;
  #file: AppendedFile | undefined;
  /** What is not written yet. */
  #buffer = "";
  #unsynced = false;
  #syncedAt = 0;
  #database = -1;
  #timestamp = 0;
  #rewrite: BackgroundSave | undefined;
  /** Bytes in the increment that is written to. */
  #incrementSize = 0;
  readonly #patience = new RewritePatience();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#folder = new AppendOnlyFolder(engine);
  }

  // ---- what INFO tells --------------------------------------------------------------------------

  /** The rewrite that is under way. */
  get rewriting(): BackgroundSave | undefined {
    return this.#rewrite;
  }

  /** Bytes that are not written yet. */
  get waiting(): number {
    return this.#buffer.length;
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
    this.size = total;
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
      this.size = files.size(this.#folder.path(name)) ?? 0;
      this.baseSize = this.size;
    }
    const last = manifest.increments.at(-1)?.name;
    const name = last ?? manifest.nextIncrement(this.#folder.fileName);
    this.#file = files.open(this.#folder.path(name), false);
    this.#incrementSize = files.size(this.#folder.path(name)) ?? 0;
    this.#folder.writeManifest(files, manifest);
    this.#log(NOTICE, `${last === undefined ? "Creating" : "Opening"} AOF incr file ${name} on server start`);
    this.state = "on";
    this.#listen();
  }

  #listen(): void {
    Propagation.addListener(this.#engine, this);
    this.#engine.beforeOutput = () => this.flush();
  }

  // ---- writing ----------------------------------------------------------------------------------

  take(database: number, request: string): void {
    // While there is no base yet, only what happens during its rewrite counts.
    if (this.state === "waiting" && this.#rewrite === undefined) return;
    const { config, now } = this.#engine;
    if (config.get("aof-timestamp-enabled") === "yes") {
      const seconds = Math.floor(now / 1000);
      if (seconds > this.#timestamp) this.#buffer += `#TS:${seconds}\r\n`;
      this.#timestamp = Math.max(seconds, this.#timestamp);
    }
    if (database !== this.#database) {
      this.#database = database;
      this.#buffer += selectRequest(database);
    }
    this.#buffer += request;
  }

  /** Write what there is to be written; `appendfsync always` has it on the disk, too. */
  flush(): void {
    const file = this.#file;
    if (this.#buffer === "" || file === undefined) return;
    const files = this.#engine.files?.appendOnly;
    if (this.sleepsBeforeWriting !== 0) files?.sleep(this.sleepsBeforeWriting);
    const always = this.#engine.config.get("appendfsync") === "always";
    try {
      file.write(this.#buffer);
      if (always) file.sync();
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      return this.#writingFailed(file, error, always);
    }
    if (!always) this.#unsynced = true;
    this.size += this.#buffer.length;
    this.#incrementSize += this.#buffer.length;
    this.#buffer = "";
    if (this.failure === undefined) return;
    this.#log(WARNING, "AOF write error looks solved. The server can write again.");
    this.failure = undefined;
    this.#engine.checkStrain();
  }

  #writingFailed(file: AppendedFile, problem: FileProblem, always: boolean): void {
    if (this.failure === undefined || always) this.#log(WARNING, problem.message);
    if (always) {
      this.#log(
        WARNING,
        "Can't recover from AOF write error when the AOF fsync policy is 'always'. Exiting...",
      );
      return this.#engine.files?.appendOnly.giveUp();
    }
    this.failure = problem.reason;
    try {
      file.truncate(this.#incrementSize);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      this.#log(WARNING, error.message);
    }
    this.#engine.checkStrain();
  }

  /** To be called several times a second: write, bring to the disk, rewrite. */
  tick(): void {
    if (this.loading !== undefined) return;
    this.flush();
    const { config, now } = this.#engine;
    if (this.#unsynced && now - this.#syncedAt >= 1000 && config.get("appendfsync") === "everysec") {
      const spares = this.#rewrite !== undefined && config.get("no-appendfsync-on-rewrite") === "yes";
      if (!spares) {
        this.#file?.syncLater();
        this.#unsynced = false;
        this.#syncedAt = now;
      }
    }
    this.#rewriteIfDue();
  }

  /** Write all there is, and have it on the disk. */
  settle(): void {
    if (this.#file === undefined) return;
    this.flush();
    try {
      this.#file.sync();
      this.#unsynced = false;
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      this.#log(WARNING, error.message);
    }
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
    this.settle();
    return true;
  }

  // ---- on and off -------------------------------------------------------------------------------

  /** CONFIG SET appendonly yes. @returns false when it cannot be: the log has been told */
  start(files: AppendOnlyFiles): boolean {
    this.state = "waiting";
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
    this.failure = undefined;
    this.#listen();
    return true;
  }

  /** CONFIG SET appendonly no; the files stay. */
  stop(): void {
    if (this.state === "off") return;
    this.settle();
    this.#file?.close();
    this.#file = undefined;
    this.#database = -1;
    this.state = "off";
    this.scheduled = false;
    this.#incrementSize = 0;
    this.#giveUpRewrite();
    this.#buffer = "";
    this.failure = undefined;
    this.#engine.beforeOutput = undefined;
    Propagation.removeListener(this.#engine, this);
    this.#engine.checkStrain();
  }

  // ---- rewriting --------------------------------------------------------------------------------

  /** Begin to write a new base. @returns false when that fails: the log has been told */
  rewriteInBackground(files: AppendOnlyFiles): boolean {
    const engine = this.#engine;
    try {
      files.makeDirectory(this.#folder.directory);
      this.#database = -1;
      this.flush();
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
    const manifest = this.#folder.manifest.copy();
    const base = manifest.nextBase(this.#folder.fileName, this.#baseFormat());
    const draft = { draft: () => files.draft(this.#folder.path(base)) };
    const rewrite = new BackgroundSave(engine, draft, this.#seconds(), (finely) => this.#beginBase(finely));
    this.#rewrite = rewrite;
    this.#log(NOTICE, "Background append only file rewriting started");
    engine.files?.data.alongside(() => {
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
    const before = this.#file;
    if (this.state === "waiting") {
      this.#file = files.open(this.#folder.temporaryIncrement, true);
      this.#log(NOTICE, `Creating AOF incr file ${this.#folder.temporaryIncrement} on background rewrite`);
    } else {
      const manifest = this.#folder.manifest.copy();
      const name = manifest.nextIncrement(this.#folder.fileName);
      this.#file = files.open(this.#folder.path(name), true);
      this.#folder.writeManifest(files, manifest);
      this.#folder.manifest = manifest;
      this.#log(NOTICE, `Creating AOF incr file ${name} on background rewrite`);
    }
    this.#incrementSize = 0;
    before?.sync();
    before?.close();
  }

  #finishRewrite(files: AppendOnlyFiles, base: string): void {
    this.#log(NOTICE, "Background AOF rewrite terminated with success");
    const manifest = this.#folder.manifest.copy();
    // The format may have been set otherwise meanwhile; the file is what it was begun as.
    manifest.nextBase(this.#folder.fileName, base.endsWith(".rdb") ? "rdb" : "aof");
    if (this.state === "waiting") {
      this.flush();
      const name = manifest.nextIncrement(this.#folder.fileName);
      files.rename(this.#folder.temporaryIncrement, this.#folder.path(name));
      this.#log(NOTICE, `Successfully renamed the temporary AOF incr file into ${name}`);
    }
    manifest.retireIncrements(this.#file !== undefined);
    this.#folder.writeManifest(files, manifest);
    this.#folder.manifest = manifest;
    if (this.state !== "off") {
      this.size = (files.size(this.#folder.path(base)) ?? 0) + this.#incrementSize;
      this.baseSize = this.size;
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
    this.#buffer = "";
    this.#file?.close();
    this.#file = undefined;
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
    if (this.size <= config.number("auto-aof-rewrite-min-size")) return;
    const growth = Math.floor((this.size * 100) / Math.max(1, this.baseSize)) - 100;
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
