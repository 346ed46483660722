/** What happens to the data, on its way to the append-only file: gathered, written, and brought to the disk. */
import type { Engine } from "../engine.js";
import type { PropagationListener } from "../propagation.js";
import { selectRequest } from "../request-text.js";
import { type AppendedFile, FileProblem, type LogLevel } from "../server-files.js";
import { checkStrain } from "../strain.js";

const WARNING: LogLevel = 3;

/** How often `appendfsync everysec` brings the file to the disk, ms. */
const SYNC_EVERY = 1000;

/** Writes to one increment after another. */
export class IncrementWriter implements PropagationListener {
  readonly takesMessages = false;
  /** While there is no base yet, only what happens during its rewrite counts. */
  ignores = false;
  /** Bytes of all files. */
  size = 0;
  /** Why the last writing has failed; undefined when it has not. */
  failure: string | undefined;
  /** DEBUG AOF-FLUSH-SLEEP: how long to wait before anything is written, ms. */
  sleepsBefore = 0;
  readonly #engine: Engine;
  #file: AppendedFile | undefined;
  /** What is not written yet. */
  #buffer = "";
  #incrementSize = 0;
  #unsynced = false;
  #syncedAt = 0;
  #database = -1;
  #timestamp = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get isOpen(): boolean {
    return this.#file !== undefined;
  }

  /** Bytes in the file that is written to. */
  get incrementSize(): number {
    return this.#incrementSize;
  }

  /** Bytes that are not written yet. */
  get waiting(): number {
    return this.#buffer.length;
  }

  /** Write to this file from now on. @param size bytes that are in it @throws FileProblem about the one before */
  open(file: AppendedFile, size: number): void {
    const before = this.#file;
    this.#file = file;
    this.#incrementSize = size;
    this.#database = -1;
    before?.sync();
    before?.close();
  }

  /** Write no more, not even what has been gathered. */
  close(): void {
    this.#file?.close();
    this.#file = undefined;
    this.#buffer = "";
    this.#incrementSize = 0;
    this.#database = -1;
  }

  take(database: number, request: string): void {
    if (this.ignores) return;
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
    if (this.sleepsBefore !== 0) files?.sleep(this.sleepsBefore);
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
    this.#engine.log?.(WARNING, "AOF write error looks solved. The server can write again.");
    this.failure = undefined;
    checkStrain(this.#engine);
  }

  #writingFailed(file: AppendedFile, problem: FileProblem, always: boolean): void {
    if (this.failure === undefined || always) this.#engine.log?.(WARNING, problem.message);
    if (always) {
      this.#engine.log?.(
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
      this.#engine.log?.(WARNING, error.message);
    }
    checkStrain(this.#engine);
  }

  /** Bring the file to the disk once a second, as `appendfsync everysec` wants it. */
  syncIfDue(isRewriting: boolean): void {
    const { config, now } = this.#engine;
    if (!this.#unsynced || now - this.#syncedAt < SYNC_EVERY || config.get("appendfsync") !== "everysec")
      return;
    if (isRewriting && config.get("no-appendfsync-on-rewrite") === "yes") return;
    this.#file?.syncLater();
    this.#unsynced = false;
    this.#syncedAt = now;
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
      this.#engine.log?.(WARNING, error.message);
    }
  }
}
