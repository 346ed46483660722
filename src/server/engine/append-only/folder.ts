/** The folder of the append-only file: the names of its files, its manifest, and what has become history. */
import type { Engine } from "../engine.js";
import { type AppendOnlyFiles, FileProblem, type LogLevel } from "../server-files.js";
import { LoadingFailed } from "./loading.js";
import { Manifest, ManifestProblem } from "./manifest.js";

const VERBOSE: LogLevel = 1;
const NOTICE: LogLevel = 2;
const WARNING: LogLevel = 3;

/** The folder of one engine, as the parameters name it. */
export class AppendOnlyFolder {
  /** What the folder holds, as the file in it says. */
  manifest = new Manifest();
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** `appendfilename`, with which the names of all files begin. */
  get fileName(): string {
    return this.#engine.config.get("appendfilename");
  }

  /** `appenddirname`. */
  get directory(): string {
    return this.#engine.config.get("appenddirname");
  }

  /** Where the increment is written that belongs to no base yet. */
  get temporaryIncrement(): string {
    return this.path(`temp-${this.fileName}.incr`);
  }

  /** Where a file of the folder is. */
  path(name: string): string {
    return `${this.directory}/${name}`;
  }

  get #manifestPath(): string {
    return this.path(`${this.fileName}.manifest`);
  }

  #log(level: LogLevel, text: string): void {
    this.#engine.log?.(level, text);
  }

  /**
   * Read the manifest, and take over the single file of before Redis 7.
   * @throws LoadingFailed for a manifest that is broken: the log has been told
   * @throws FileProblem
   */
  read(files: AppendOnlyFiles): void {
    this.#readManifest(files);
    this.#adoptOldFile(files);
    this.removeHistory(files);
  }

  #readManifest(files: AppendOnlyFiles): void {
    const path = this.#manifestPath;
    const bytes = files.read(path);
    this.manifest = new Manifest();
    if (bytes === undefined) return this.#log(VERBOSE, `The AOF manifest file ${path} doesn't exist`);
    try {
      this.manifest = Manifest.parse(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    } catch (error) {
      if (!(error instanceof ManifestProblem)) throw error;
      this.#log(WARNING, "*** FATAL AOF MANIFEST FILE ERROR ***");
      if (error.line !== undefined) {
        this.#log(WARNING, `Reading the manifest file, at line ${error.line.number}`);
        this.#log(WARNING, `>>> '${error.line.text}'`);
      }
      this.#log(WARNING, error.message);
      throw new LoadingFailed(error.message);
    }
  }

  /** Before Redis 7 there was one file, in the directory above. */
  #adoptOldFile(files: AppendOnlyFiles): void {
    const name = this.fileName;
    if (!files.exists(name)) return;
    const { base, increments } = this.manifest;
    const isInterrupted = base?.name === name && !files.exists(this.path(name));
    if (increments.length !== 0 || (base !== undefined && !isInterrupted)) return;
    files.makeDirectory(this.directory);
    this.manifest.adopt(name);
    this.writeManifest(files, this.manifest);
    files.rename(name, this.path(name));
    this.#log(
      NOTICE,
      `Successfully migrated an old-style AOF file (${name}) into the AOF directory (${this.directory}).`,
    );
  }

  /** Put a manifest in the place of the present one. @throws FileProblem */
  writeManifest(files: AppendOnlyFiles, manifest: Manifest): void {
    const draft = files.draft(this.#manifestPath);
    try {
      const text = manifest.format();
      draft.write(Uint8Array.from(text, (char) => char.charCodeAt(0)));
      draft.finish();
    } catch (error) {
      draft.discard();
      throw error;
    }
  }

  /** Remove what has been replaced, unless `aof-disable-auto-gc` keeps it. @throws FileProblem */
  removeHistory(files: AppendOnlyFiles): void {
    if (this.#engine.config.get("aof-disable-auto-gc") === "yes" || this.manifest.history.length === 0)
      return;
    for (const { name } of this.manifest.history) {
      this.#log(NOTICE, `Removing the history file ${name} in the background`);
      files.remove(this.path(name));
    }
    const manifest = this.manifest.copy();
    manifest.history = [];
    this.writeManifest(files, manifest);
    this.manifest = manifest;
  }

  /** Settings have changed: history that was kept may go. */
  configChanged(files: AppendOnlyFiles): void {
    if (this.manifest.history.length === 0) return;
    try {
      this.removeHistory(files);
    } catch (error) {
      if (!(error instanceof FileProblem)) throw error;
      this.#log(WARNING, error.message);
    }
  }
}
