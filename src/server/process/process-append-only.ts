/** The append-only file of a server process. */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import {
  type AppendedFile,
  type AppendOnlyFiles,
  type DataDraft,
  FileProblem,
} from "../engine/server-files.js";
import { attempt, type DraftActions, FileDraft, pathOf } from "./file-draft.js";
import { reasonOf } from "./file-reasons.js";

const DRAFT_ACTIONS: DraftActions = {
  open: "Opening the temp file for AOF rewrite",
  write: "Write error writing append only file on disk",
  sync: "Write error writing append only file on disk",
  move: "Error moving temp append only file on the final destination",
};

/** The files, seen from the directory where the process is. */
export class ProcessAppendOnly implements AppendOnlyFiles {
  #drafts = 0;

  exists(name: string): boolean {
    return existsSync(pathOf(name));
  }

  read(name: string): Uint8Array | undefined {
    try {
      return readFileSync(pathOf(name));
    } catch (error) {
      if ((error as { code?: string }).code === "ENOENT") return undefined;
      throw new FileProblem(
        `Fatal error: can't open the append log file ${name} for reading`,
        reasonOf(error),
      );
    }
  }

  size(name: string): number | undefined {
    return statSync(pathOf(name), { throwIfNoEntry: false })?.size;
  }

  makeDirectory(name: string): void {
    attempt(`Can't open or create append-only dir ${name}`, () =>
      mkdirSync(pathOf(name), { recursive: true, mode: 0o755 }),
    );
  }

  open(name: string, anew: boolean): AppendedFile {
    const flags = anew ? "w" : "a";
    return new OpenFile(
      attempt(`Can't open the append-only file ${name}`, () => openSync(pathOf(name), flags, 0o644)),
    );
  }

  draft(name: string): DataDraft {
    return new FileDraft(`temp-rewriteaof-${process.pid}-${++this.#drafts}.aof`, name, DRAFT_ACTIONS);
  }

  rename(from: string, to: string): void {
    attempt(`Error trying to rename the temporary AOF file ${from} into ${to}`, () =>
      renameSync(pathOf(from), pathOf(to)),
    );
  }

  remove(name: string): void {
    rmSync(pathOf(name), { force: true });
  }

  truncate(name: string, size: number): void {
    attempt(`Error truncating the AOF file ${name}`, () => truncateSync(pathOf(name), size));
  }

  sleep(milliseconds: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  }

  giveUp(): void {
    process.exit(1);
  }
}

class OpenFile implements AppendedFile {
  readonly #file: number;
  #problem: unknown;
  #syncing = false;

  constructor(file: number) {
    this.#file = file;
  }

  write(text: string): void {
    const bytes = Buffer.from(text, "latin1");
    attempt("Error writing to the AOF file", () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    });
  }

  sync(): void {
    const problem = this.#problem;
    this.#problem = undefined;
    attempt("Fail to fsync the AOF file", () => {
      if (problem !== undefined) throw problem;
      fdatasyncSync(this.#file);
    });
  }

  syncLater(): void {
    if (this.#syncing) return;
    this.#syncing = true;
    fdatasync(this.#file, (error) => {
      this.#syncing = false;
      // A file that was closed meanwhile had been synchronised before.
      if (error !== null && error.code !== "EBADF") this.#problem = error;
    });
  }

  truncate(size: number): void {
    attempt("Could not remove short write from the append-only file", () => ftruncateSync(this.#file, size));
  }

  close(): void {
    closeSync(this.#file);
  }
}
