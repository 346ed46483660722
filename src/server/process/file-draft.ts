/** A file that is written beside the one whose place it will take. */
import { closeSync, fdatasyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { type DataDraft, FileProblem } from "../engine/server-files.js";
import { reasonOf } from "./file-reasons.js";

/** Do something with a file. @throws FileProblem */
export function attempt<T>(action: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new FileProblem(action, reasonOf(error));
  }
}

/** A name as the file system has it: one-byte text stands for bytes. */
export function pathOf(name: string): Buffer | string {
  return /^[\0-\x7f]*$/.test(name) ? name : Buffer.from(name, "latin1");
}

/** What the log is told of each step that fails. */
export interface DraftActions {
  readonly open: string;
  readonly write: string;
  readonly sync: string;
  readonly move: string;
}

/** One such file; its methods throw `FileProblem`. */
export class FileDraft implements DataDraft {
  readonly #path: string;
  readonly #target: string;
  readonly #actions: DraftActions;
  #file: number | undefined;

  /** @param path where it is written @param target whose place it takes */
  constructor(path: string, target: string, actions: DraftActions) {
    this.#path = path;
    this.#target = target;
    this.#actions = actions;
    this.#file = attempt(actions.open, () => openSync(path, "w", 0o644));
  }

  write(bytes: Uint8Array): void {
    attempt(this.#actions.write, () => {
      // One call may write less than all of it.
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file as number, bytes, at);
    });
  }

  finish(): void {
    attempt(this.#actions.sync, () => {
      fdatasyncSync(this.#file as number);
      this.#close();
    });
    attempt(this.#actions.move, () => {
      renameSync(this.#path, pathOf(this.#target));
      // The name must be on the disk as well.
      const directory = openSync(pathOf(dirname(this.#target)), "r");
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
