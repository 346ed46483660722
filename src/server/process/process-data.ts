/** The file in which a server process keeps its data set. */
import { readFileSync } from "node:fs";
import type { Config } from "../engine/config.js";
import { type DataDraft, type DataFiles, FileProblem } from "../engine/server-files.js";
import { attempt, FileDraft, pathOf } from "./file-draft.js";
import { reasonOf } from "./file-reasons.js";

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
      return readFileSync(pathOf(this.#path));
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return undefined;
      throw new FileProblem("Fatal error loading the DB", reasonOf(error));
    }
  }

  replace(bytes: Uint8Array): void {
    const draft = draftOf(`temp-${process.pid}-${++this.#drafts}.rdb`, this.#path);
    try {
      draft.write(bytes);
      draft.finish();
    } catch (error) {
      draft.discard();
      throw error;
    }
  }

  draft(): DataDraft {
    return draftOf(`temp-${process.pid}.rdb`, this.#path);
  }

  moveTo(directory: string): string {
    return attempt(`Can't chdir to '${directory}'`, () => {
      process.chdir(directory);
      return process.cwd();
    });
  }
}

function draftOf(path: string, target: string): FileDraft {
  const places = `${path} on the final destination ${target}`;
  const root = `(in server root dir ${process.cwd()})`;
  return new FileDraft(path, target, {
    open: `Failed opening the temp RDB file ${path} ${root} for saving`,
    write: "Write error saving DB on disk(write)",
    sync: "Write error saving DB on disk(fsync)",
    move: `Error moving temp DB file ${places} ${root}`,
  });
}
