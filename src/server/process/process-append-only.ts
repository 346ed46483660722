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
import { dirname } from "node:path";
import {
  type AppendedFile,
  type AppendOnlyFiles,
  type DataDraft,
  FileProblem,
} from "../engine/server-files.js";
import { reasonOf } from "./file-reasons.js";

/** @throws FileProblem */
function attempt<T>(action: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new FileProblem(action, reasonOf(error));
  }
}

/** A name as the file system has it: one-byte text stands for bytes. */
function pathOf(name: string): Buffer | string {
  return /^[\0-\x7f]*$/.test(name) ? name : Buffer.from(name, "latin1");
}

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
    return new Draft(`temp-rewriteaof-${process.pid}-${++this.#drafts}.aof`, name);
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

/** A file beside the one whose place it will take. */
class Draft implements DataDraft {
  readonly #path: string;
  readonly #target: string;
  #file: number | undefined;

  constructor(path: string, target: string) {
    this.#path = path;
    this.#target = target;
    this.#file = attempt(`Opening the temp file for AOF rewrite`, () => openSync(path, "w", 0o644));
  }

  write(bytes: Uint8Array): void {
    attempt("Write error writing append only file on disk", () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file as number, bytes, at);
    });
  }

  finish(): void {
    attempt("Write error writing append only file on disk", () => {
      fdatasyncSync(this.#file as number);
      this.#close();
    });
    attempt(`Error moving temp append only file on the final destination`, () => {
      renameSync(this.#path, pathOf(this.#target));
      // The name must be on the disk as well.
      const directory = openSync(dirname(this.#target), "r");
      fdatasyncSync(directory);
      closeSync(directory);
    });
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
