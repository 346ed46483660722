/** What a task is followed by: the next step of its chain, callbacks, errbacks; and the canvases among them. */
import { type ApplyOptions, optionsFromWire } from "../call-options.js";
import { readSignature, type SignatureJson } from "../signature-json.js";

/** What sends the steps. */
export interface StepSender {
  /** Publish a task; resolves when the broker has it. */
  sendTask(task: string, args: readonly unknown[], options: ApplyOptions): Promise<unknown>;
  /** Say of how many parts a chord has, before they are sent. */
  setChordSize(groupId: string, size: number): Promise<void>;
}

/** Where a step stands. */
export interface StepPlace {
  readonly rootId: string | undefined;
  readonly parentId: string | undefined;
  /** The group that it is a part of, and its place there. */
  readonly group?: string | undefined;
  readonly groupIndex?: number | undefined;
  /** Body of the chord that it is a part of. */
  readonly chord?: SignatureJson | undefined;
  /** What follows after it; the next one is the last. */
  readonly chain?: readonly SignatureJson[] | undefined;
}

/** The result of something sent, as a result's `children` list it. */
export type ResultTuple = unknown[];

const newId = (): string => globalThis.crypto.randomUUID();
const taskTuple = (id: string): ResultTuple => [[id, null], null];
const groupTuple = (id: string, children: ResultTuple[]): ResultTuple => [[id, null], children];

type Kind = "task" | "chain" | "group" | "chord";

/** Canvases are no tasks: they are taken apart here. */
function kindOf({ task, subtask_type, kwargs }: SignatureJson): Kind {
  if ((task === "celery.chain" || subtask_type === "chain") && Array.isArray(kwargs.tasks)) return "chain";
  if ((task === "celery.group" || subtask_type === "group") && Array.isArray(kwargs.tasks)) return "group";
  if (task === "celery.chord" || (subtask_type === "chord" && "header" in kwargs)) return "chord";
  return "task";
}

function tasksOf(signature: SignatureJson): SignatureJson[] {
  const { tasks } = signature.kwargs;
  return Array.isArray(tasks) ? tasks.map(readSignature) : [];
}

/** The parts of a chord; a group in it is no part but brings its own ones. */
function headerOf({ kwargs }: SignatureJson): SignatureJson[] {
  const { header } = kwargs;
  const parts = Array.isArray(header) ? header.map(readSignature) : [readSignature(header)];
  return parts.flatMap(membersOf);
}

function membersOf(signature: SignatureJson): SignatureJson[] {
  return kindOf(signature) === "group" ? tasksOf(signature).flatMap(membersOf) : [signature];
}

function withOptions(signature: SignatureJson, options: Record<string, unknown>): SignatureJson {
  return { ...signature, options: { ...signature.options, ...options } };
}

function textOption(signature: SignatureJson, name: string): string | undefined {
  const value = signature.options[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function listOption(signature: SignatureJson, name: string): unknown[] {
  const value = signature.options[name];
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * Sends what a signature stands for.
 *
 * @param partial - arguments put in front of its own, unless it is immutable
 * @returns the result as `children` of the sender list it
 * @throws MessageError for a signature that cannot be read; what the broker throws
 */
export async function applySignature(
  sender: StepSender,
  signature: SignatureJson,
  partial: readonly unknown[],
  place: StepPlace,
): Promise<ResultTuple> {
  switch (kindOf(signature)) {
    case "chain":
      return applyChain(sender, signature, partial, place);
    case "group":
      return applyGroup(sender, signature, partial, place);
    case "chord":
      return applyChord(sender, signature, partial, place);
    default:
      return applyTask(sender, signature, partial, place);
  }
}

async function applyTask(
  sender: StepSender,
  signature: SignatureJson,
  partial: readonly unknown[],
  place: StepPlace,
): Promise<ResultTuple> {
  const { task, args, kwargs, immutable } = signature;
  const options = optionsFromWire(signature.options);
  const taskId = options.taskId ?? newId();
  // What a body of a chord is followed by stands in its own options.
  const chain = [...(place.chain ?? []), ...(options.chain ?? [])];
  await sender.sendTask(task, immutable ? args : [...partial, ...args], {
    ...options,
    kwargs,
    taskId,
    addToParent: false,
    ...(place.rootId === undefined ? {} : { rootId: place.rootId }),
    ...(place.parentId === undefined ? {} : { parentId: place.parentId }),
    ...(place.group === undefined ? {} : { groupId: place.group }),
    ...(place.groupIndex === undefined ? {} : { groupIndex: place.groupIndex }),
    ...(place.chord === undefined ? {} : { chord: place.chord }),
    ...(place.chain === undefined && options.chain === undefined ? {} : { chain }),
  });
  return taskTuple(taskId);
}

/** A chain in one list; a group that is followed by a step is the header of a chord with that step. */
function stepsOf(signature: SignatureJson): SignatureJson[] {
  const flat = tasksOf(signature).flatMap((step) => (kindOf(step) === "chain" ? stepsOf(step) : [step]));
  const steps: SignatureJson[] = [];
  for (const step of flat) {
    const before = steps.at(-1);
    if (before === undefined || kindOf(before) !== "group") steps.push(step);
    else steps[steps.length - 1] = chordOf(before, step);
  }
  const last = steps.at(-1);
  if (last === undefined) return steps;
  // What was asked of the chain is asked of its last step, but errors may come from any.
  const passed: Record<string, unknown> = {};
  for (const name of ["task_id", "group_id", "group_index", "chord"]) {
    if (signature.options[name] !== undefined && signature.options[name] !== null)
      passed[name] = signature.options[name];
  }
  const link = [...listOption(last, "link"), ...listOption(signature, "link")];
  if (link.length > 0) passed.link = link;
  steps[steps.length - 1] = withOptions(last, passed);
  const errbacks = listOption(signature, "link_error");
  return errbacks.length === 0
    ? steps
    : steps.map((step) =>
        withOptions(step, { link_error: [...listOption(step, "link_error"), ...errbacks] }),
      );
}

function chordOf(header: SignatureJson, body: SignatureJson): SignatureJson {
  return {
    task: "celery.chord",
    args: [],
    kwargs: { header, body, kwargs: {} },
    options: {},
    subtask_type: "chord",
    immutable: false,
  };
}

async function applyChain(
  sender: StepSender,
  signature: SignatureJson,
  partial: readonly unknown[],
  place: StepPlace,
): Promise<ResultTuple> {
  const steps = stepsOf(signature).map((step) =>
    textOption(step, "task_id") === undefined ? withOptions(step, { task_id: newId() }) : step,
  );
  if (steps.length === 0) return groupTuple(newId(), []);
  const at = steps.length - 1;
  steps[at] = withOptions(steps[at], {
    ...(place.group === undefined ? {} : { group_id: place.group }),
    ...(place.groupIndex === undefined ? {} : { group_index: place.groupIndex }),
    ...(place.chord === undefined ? {} : { chord: place.chord }),
  });
  const [first, ...rest] = steps;
  const { rootId, parentId } = place;
  await applySignature(sender, first, signature.immutable ? [] : partial, {
    rootId,
    parentId,
    chain: [...(place.chain ?? []), ...rest.reverse()],
  });
  return taskTuple(textOption(steps[at], "task_id")!);
}

async function applyGroup(
  sender: StepSender,
  signature: SignatureJson,
  partial: readonly unknown[],
  place: StepPlace,
): Promise<ResultTuple> {
  const group = textOption(signature, "task_id") ?? newId();
  const links = listOption(signature, "link");
  const errbacks = listOption(signature, "link_error");
  const children: ResultTuple[] = [];
  for (const [groupIndex, member] of tasksOf(signature).flatMap(membersOf).entries()) {
    const linked = withOptions(member, {
      ...(links.length === 0 ? {} : { link: [...listOption(member, "link"), ...links] }),
      ...(errbacks.length === 0 ? {} : { link_error: [...listOption(member, "link_error"), ...errbacks] }),
    });
    const { rootId, parentId, chord, chain } = place;
    children.push(
      await applySignature(sender, linked, partial, { rootId, parentId, chord, chain, group, groupIndex }),
    );
  }
  return groupTuple(group, children);
}

async function applyChord(
  sender: StepSender,
  signature: SignatureJson,
  partial: readonly unknown[],
  place: StepPlace,
): Promise<ResultTuple> {
  const header = headerOf(signature);
  const { rootId, parentId } = place;
  const given = readSignature(signature.kwargs.body);
  const errbacks = [...listOption(given, "link_error"), ...listOption(signature, "link_error")];
  const links = [...listOption(given, "link"), ...listOption(signature, "link")];
  const chain = [...(place.chain ?? []), ...listOption(given, "chain")];
  const passed = optionsOfChord(signature);
  const bodyId = textOption(given, "task_id") ?? textOption(signature, "task_id") ?? newId();
  const body = withOptions(given, {
    ...passed,
    task_id: bodyId,
    ...(rootId === undefined ? {} : { root_id: rootId }),
    ...(place.group === undefined ? {} : { group_id: place.group }),
    ...(place.groupIndex === undefined ? {} : { group_index: place.groupIndex }),
    ...(place.chord === undefined ? {} : { chord: place.chord }),
    ...(place.chain === undefined && chain.length === 0 ? {} : { chain }),
    ...(links.length === 0 ? {} : { link: links }),
    ...(errbacks.length === 0 ? {} : { link_error: errbacks }),
  });
  if (header.length === 0) {
    await applySignature(sender, body, [[]], { rootId, parentId });
    return taskTuple(bodyId);
  }
  const group = headerId(signature) ?? newId();
  await sender.setChordSize(group, header.length);
  for (const [groupIndex, member] of header.entries()) {
    await applySignature(sender, member, partial, { rootId, parentId, group, groupIndex, chord: body });
  }
  return taskTuple(bodyId);
}

/** What a chord that is itself a step or a part passes on to its body. */
function optionsOfChord(signature: SignatureJson): Record<string, unknown> {
  const passed: Record<string, unknown> = {};
  for (const name of ["group_id", "group_index", "chord"]) {
    const value = signature.options[name];
    if (value !== undefined && value !== null) passed[name] = value;
  }
  return passed;
}

function headerId({ kwargs }: SignatureJson): string | undefined {
  const { header } = kwargs;
  if (typeof header !== "object" || header === null || Array.isArray(header)) return undefined;
  return textOption(readSignature(header), "task_id");
}

/**
 * Sends callbacks or errbacks: one by itself, more of them as a group.
 *
 * @returns children tuples
 */
export async function applyAll(
  sender: StepSender,
  signatures: readonly SignatureJson[],
  partial: readonly unknown[],
  place: Pick<StepPlace, "rootId" | "parentId">,
): Promise<ResultTuple[]> {
  if (signatures.length === 1) return [await applySignature(sender, signatures[0], partial, place)];
  const children: ResultTuple[] = [];
  const plain: SignatureJson[] = [];
  for (const signature of signatures) {
    if (kindOf(signature) === "group") children.push(await applySignature(sender, signature, partial, place));
    else plain.push(signature);
  }
  if (plain.length > 0) {
    const group: SignatureJson = {
      task: "celery.group",
      args: [],
      kwargs: { tasks: plain },
      options: {},
      subtask_type: "group",
      immutable: false,
    };
    children.push(await applyGroup(sender, group, partial, place));
  }
  return children;
}
