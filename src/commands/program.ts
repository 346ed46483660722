/** Programs that a server runs by their names, and may have to be given first: scripts and functions. */
import type { Word } from "../protocol/encoder.js";

/** A script or a function, as what carries commands must know it. */
export interface Program {
  readonly kind: "script" | "function";
  /** SHA-1 of the script, or name of the function. */
  readonly name: string;
  /** The script itself, or the code of the library that has the function. */
  readonly source: string;
  /** It may not write, so that a replica may run it. */
  readonly readOnly: boolean;
  /** Bulk strings in its reply are bytes in every view. */
  readonly bytes: boolean;
}

/** The words of a call behind what is called: how many keys, the keys, the arguments. */
export type ProgramWords = () => readonly Word[];

/** The command that runs a program by its name. */
export function callByName({ kind, readOnly }: Program): "EVALSHA" | "EVALSHA_RO" | "FCALL" | "FCALL_RO" {
  if (kind === "script") return readOnly ? "EVALSHA_RO" : "EVALSHA";
  return readOnly ? "FCALL_RO" : "FCALL";
}

/** The command that runs a script by its source; EVAL makes the server know it, too. */
export function callBySource({ readOnly }: Program): "EVAL" | "EVAL_RO" {
  return readOnly ? "EVAL_RO" : "EVAL";
}
