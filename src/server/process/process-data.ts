/** The file in which a server process keeps its data set. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import type { Config } from "../engine/config.js";
import { type DataDraft, type DataFiles, FileProblem, type Pause } from "../engine/server-files.js";
import { reasonOf } from "./file-reasons.js";

/** Do something with a file. @throws FileProblem */
function attempt<T>(action: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new FileProblem(action, reasonOf(error));
  }
}

/** The file that `dbfilename` names, in the directory where the process is. */
export class ProcessData implements DataFiles {
  readonly #config: () => Config;
  #drafts = 0;

  /** @param config the settings as they are now */
  constructor(config: () => Config) {
    this.#config = config;
  }

  get #path(): string {
    return this.#config().get("dbfilename");
  }

  read(): Uint8Array | undefined {
    try {
      return readFileSync(this.#path);
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return undefined;
      throw new FileProblem("Fatal error loading the DB", reasonOf(error));
    }
  }

  replace(bytes: Uint8Array): void {
    const draft = new Draft(`temp-${process.pid}.rdb`, this.#path);
    try {
      draft.write(bytes);
      draft.finish();
    } catch (error) {
      draft.discard();
      throw error;
    }
  }

  draft(): DataDraft {
    return new Draft(`temp-${process.pid}-${++this.#drafts}.rdb`, this.#path);
  }

  alongside(step: () => Pause | undefined): void {
    const next = (): void => {
      const pause = step();
      if (pause === undefined) return;
      if (pause > 0) setTimeout(next, pause);
      else setImmediate(next);
    };
    setImmediate(next);
  }

  moveTo(directory: string): string {
    return attempt(`Can't chdir to '${directory}'`, () => {
      process.chdir(directory);
      return process.cwd();
    });
  }
}

/** A file beside the one whose place it will take. */
class Draft implements DataDraft {
  readonly #path: string;
  readonly #target: string;
  #file: number | undefined;

  constructor(path: string, target: string) {
    this.#path = path;
    this.#target = target;
    const action = `Failed opening the temp RDB file ${path} (in server root dir ${process.cwd()}) for saving`;
    this.#file = attempt(action, () => openSync(path, "w", 0o644));
  }

  write(bytes: Uint8Array): void {
    attempt("Write error saving DB on disk(write)", () => {
      // One call may write less than all of it.
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file as number, bytes, at);
    });
  }

  finish(): void {
    attempt("Write error saving DB on disk(fsync)", () => {
      fsyncSync(this.#file as number);
      this.#close();
    });
    const places = `${this.#path} on the final destination ${this.#target}`;
    const action = `Error moving temp DB file ${places} (in server root dir ${process.cwd()})`;
    attempt(action, () => renameSync(this.#path, this.#target));
  }

  discard(): void {
    this.#close();
    rmSync(this.#path, { force: true });
  }

  #close(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) closeSync(file);
  }
}
