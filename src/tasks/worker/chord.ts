/** Bookkeeping of chords: each part of the header is noted, and whoever notes the last one sends the body. */
import { ChordError } from "../errors.js";
import { type ExceptionRecord, exceptionRepr, toExceptionRecord } from "../exceptions.js";
import type { TaskLog } from "../log.js";
import type { ResultTuple } from "../result-tuple.js";
import { readSignature, type SignatureJson } from "../signature-json.js";
import { applyAll, applySignature, type StepSender } from "./next-steps.js";

/** A part as it is kept. */
type ChordEntry = [encoding: number, id: string, state: string, result: unknown];

/** Where the parts are kept. */
export interface ChordStore {
  /** Note a part; @returns how many there are, and how many there must be (null: not told). */
  chordPart(
    group: string,
    index: number | null,
    part: ChordEntry,
  ): Promise<{ readonly count: number; readonly size: number | null }>;
  /** The parts in order. */
  chordParts(group: string): Promise<readonly ChordEntry[]>;
  /** The results of a header that has groups inside, as Python saves it for that case; else null. */
  readGroup(group: string): Promise<ResultTuple | null>;
  endChord(group: string): Promise<unknown>;
}

/** What chords need of the worker. */
export interface ChordHost {
  readonly backend: ChordStore;
  readonly sender: StepSender;
  readonly log: TaskLog;
  /** Store the failure of a task that is not sent any more. */
  storeFailure(
    taskId: string,
    status: string,
    error: ExceptionRecord,
    traceback: string | null,
  ): Promise<void>;
}

/** A part of a chord that has ended. */
export interface ChordPart {
  readonly taskId: string;
  readonly rootId: string | undefined;
  readonly group: string;
  readonly groupIndex: number | null;
  /** The body. */
  readonly chord: SignatureJson;
  readonly status: string;
  /** What it returned, or the record of its exception. */
  readonly result: unknown;
}

/** Notes that a part has ended, and finishes the chord when it was the last one. */
export async function chordPartEnded(host: ChordHost, part: ChordPart): Promise<void> {
  const { backend, log } = host;
  const { group, taskId } = part;
  const entry: ChordEntry = [1, taskId, part.status, part.result];
  const { count, size } = await backend.chordPart(group, part.groupIndex, entry);
  if (size === null || count !== size) {
    if (size !== null && count > size) log.warn(`Chord ${group}: ${count} parts of ${size}`);
    return;
  }
  const parts = await backend.chordParts(group);
  const results = new Map<string, unknown>();
  for (const [, id, status, result] of parts) {
    if (status !== "SUCCESS") {
      const dependency = `Dependency ${String(id)} raised ${reprOf(result)}`;
      log.error(`Chord '${group}' raised: ChordError('${dependency}')`);
      await failBody(host, part, dependency);
      await backend.endChord(group);
      return;
    }
    results.set(id, result);
  }
  const header = await backend.readGroup(group);
  const values = header === null ? parts.map((one) => one[3]) : arranged(header, results);
  await applySignature(host.sender, part.chord, [values], { rootId: part.rootId, parentId: taskId });
  await backend.endChord(group);
}

/** The results in the shape of the header: a list in it for each group in it. */
function arranged([[id], members]: ResultTuple, results: ReadonlyMap<string, unknown>): unknown {
  return members === null ? (results.get(id) ?? null) : members.map((member) => arranged(member, results));
}

function reprOf(result: unknown): string {
  const record = result as Partial<ExceptionRecord> | null;
  if (typeof record?.exc_type !== "string") return String(result);
  const exc_message = Array.isArray(record.exc_message) ? record.exc_message : [record.exc_message];
  return exceptionRepr({ exc_type: record.exc_type, exc_message, exc_module: "" });
}

/** The body cannot run: its id gets a failure, its errbacks are called, and so are those who wait behind it. */
async function failBody(host: ChordHost, part: ChordPart, dependency: string): Promise<void> {
  const { options } = part.chord;
  const bodyId = typeof options.task_id === "string" ? options.task_id : undefined;
  const error = toExceptionRecord(new ChordError(dependency));
  const errbacks = signaturesOf(options.link_error);
  if (errbacks.length > 0 && bodyId !== undefined) {
    await applyAll(host.sender, errbacks, [bodyId], { rootId: part.rootId, parentId: bodyId });
  }
  if (bodyId !== undefined) await host.storeFailure(bodyId, "FAILURE", error, null);
  await failSteps(host, signaturesOf(options.chain), "FAILURE", error, null);
  await failOuterChord(host, options, bodyId, error);
}

/** A body may be a part of another chord. */
async function failOuterChord(
  host: ChordHost,
  options: Record<string, unknown>,
  taskId: string | undefined,
  error: ExceptionRecord,
  status = "FAILURE",
): Promise<void> {
  const { chord, group_id: group, group_index: groupIndex, root_id: rootId } = options;
  if (chord === null || chord === undefined || typeof group !== "string" || taskId === undefined) return;
  await chordPartEnded(host, {
    taskId,
    rootId: typeof rootId === "string" ? rootId : undefined,
    group,
    groupIndex: typeof groupIndex === "number" ? groupIndex : null,
    chord: readSignature(chord),
    status,
    result: error,
  });
}

/**
 * The steps behind a task that failed will never run: each gets the same failure, so that nobody waits for them in
 * vain, and those that are parts of a chord are noted there.
 */
export async function failSteps(
  host: ChordHost,
  steps: readonly SignatureJson[],
  status: string,
  error: ExceptionRecord,
  traceback: string | null,
): Promise<void> {
  for (const { options } of steps) {
    const id = typeof options.task_id === "string" ? options.task_id : undefined;
    if (id !== undefined) await host.storeFailure(id, status, error, traceback);
    await failOuterChord(host, options, id, error, status);
  }
}

function signaturesOf(value: unknown): SignatureJson[] {
  if (value === null || value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map(readSignature);
}
