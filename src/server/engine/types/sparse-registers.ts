/**
 * The registers of a small HyperLogLog as runs, which are written as
 *
 * - `00nnnnnn`: n + 1 registers that are 0
 * - `01nnnnnn nnnnnnnn`: the same for long runs
 * - `1vvvvvnn`: n + 1 registers that are v + 1
 *
 * The bytes are as redis-server has them, also after a change: a run is split and its parts are joined to their
 * neighbours in the same way.
 */
import { REGISTERS } from "./cardinality.js";
import type { MutableString } from "./string.js";

/** The greatest value that a run can have. */
export const MAX_RUN_VALUE = 32;
const MAX_VALUE_LENGTH = 4;
const MAX_ZERO_LENGTH = 64;
const LONG_ZERO = 0x40;
const VALUE = 0x80;
/** So many runs are looked at for neighbours that can be joined. */
const JOIN_RUNS = 5;

/** Sees one run: how many registers have which value, and how many bytes it takes. */
export type RunVisitor = (length: number, value: number, size: number) => void;

/** Visit all runs of the registers that begin at byte `start`. */
export function walkRuns(bytes: Uint8Array, start: number, visit: RunVisitor): void {
  for (let at = start; at < bytes.length; at += runSize(bytes[at])) {
    visit(runLength(bytes, at), runValue(bytes[at]), runSize(bytes[at]));
  }
}

/**
 * Copy the registers to where one has a place of its own; of two values the greater one stays.
 * @returns false when the runs are not those of as many registers as there must be
 */
export function readRuns(
  bytes: Uint8Array,
  start: number,
  raise: (register: number, value: number) => void,
): boolean {
  let register = 0;
  for (let at = start; at < bytes.length; at += runSize(bytes[at])) {
    const length = runLength(bytes, at);
    const value = runValue(bytes[at]);
    if (register + length > REGISTERS) return false;
    if (value !== 0) for (let i = 0; i < length; i++) raise(register + i, value);
    register += length;
  }
  return register === REGISTERS;
}

/** Runs that hold no register at all but 0, as a new HyperLogLog has them. */
export function emptyRuns(): Uint8Array {
  const out: number[] = [];
  pushZeros(out, REGISTERS);
  return Uint8Array.from(out);
}

/**
 * Raise one register to `value`, which fits a run.
 * @param start at which byte the registers begin
 * @param maxBytes how long the string may become
 * @returns whether it changed; `full`: it would be too long; `corrupt`: these are no registers
 */
export function raiseInRuns(
  string: MutableString,
  start: number,
  register: number,
  value: number,
  maxBytes: number,
): boolean | "full" | "corrupt" {
  const { bytes } = string;
  let first = 0;
  let before = start;
  let at = start;
  for (; at < bytes.length; at += runSize(bytes[at])) {
    const length = runLength(bytes, at);
    if (register < first + length) break;
    first += length;
    before = at;
  }
  if (at >= bytes.length) return "corrupt";
  const old = runValue(bytes[at]);
  const length = runLength(bytes, at);
  if (old >= value) return false;
  if (length === 1 && runSize(bytes[at]) === 1) {
    string.edit()[at] = valueRun(value, 1);
  } else {
    const parts = splitRun(old, register - first, value, first + length - 1 - register);
    const size = runSize(bytes[at]);
    const more = parts.length - size;
    if (more > 0 && bytes.length + more > maxBytes) return "full";
    string.splice(at, size, parts);
  }
  joinRuns(string, before);
  return true;
}

/** A run of `old` in which one register has another value: what stands before it, it, what stands behind. */
function splitRun(old: number, before: number, value: number, behind: number): Uint8Array {
  const out: number[] = [];
  const rest = (length: number): void => {
    if (length === 0) return;
    if (old === 0) pushZeros(out, length);
    else out.push(valueRun(old, length));
  };
  rest(before);
  out.push(valueRun(value, 1));
  rest(behind);
  return Uint8Array.from(out);
}

/** Join runs of the same value, from the run at byte `from` on. */
function joinRuns(string: MutableString, from: number): void {
  let bytes = string.edit();
  let at = from;
  for (let left = JOIN_RUNS; left > 0 && at < bytes.length; left--) {
    const value = runValue(bytes[at]);
    if (value !== 0 && at + 1 < bytes.length && runValue(bytes[at + 1]) === value) {
      const length = runLength(bytes, at) + runLength(bytes, at + 1);
      if (length <= MAX_VALUE_LENGTH) {
        // What was joined is looked at once more: it may be joined to the next one, too.
        string.splice(at, 2, Uint8Array.of(valueRun(value, length)));
        bytes = string.edit();
        continue;
      }
    }
    at += runSize(bytes[at]);
  }
}

function runSize(head: number): number {
  return head >= LONG_ZERO && head < VALUE ? 2 : 1;
}

function runLength(bytes: Uint8Array, at: number): number {
  const head = bytes[at];
  if (head >= VALUE) return (head & 3) + 1;
  if (head < LONG_ZERO) return head + 1;
  // A corrupt one may end within a run; the second byte is 0 then.
  return (((head & 0x3f) << 8) | (bytes[at + 1] ?? 0)) + 1;
}

function runValue(head: number): number {
  return head >= VALUE ? ((head >> 2) & 31) + 1 : 0;
}

function valueRun(value: number, length: number): number {
  return VALUE | ((value - 1) << 2) | (length - 1);
}

function pushZeros(out: number[], length: number): void {
  const rest = length - 1;
  if (length > MAX_ZERO_LENGTH) out.push(LONG_ZERO | (rest >> 8), rest & 0xff);
  else out.push(rest);
}
