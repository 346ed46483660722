/** A signature (a call that is not made yet) as Celery writes it in messages. */
import { MessageError } from "./errors.js";

/** Celery's JSON form of a signature. */
export interface SignatureJson {
  task: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  /** Call options, named as Python does: `task_id`, `queue`, `countdown`, `link_error`. */
  options: Record<string, unknown>;
  /** `chain`, `group`, `chord`, or null for a plain task. */
  subtask_type: string | null;
  /** Whether results of earlier steps are kept out of its arguments. */
  immutable: boolean;
  [more: string]: unknown;
}

/** What stands for a signature: its JSON, or an object that gives it (a `Signature`). */
export type SignatureLike = SignatureJson | { toJSON(): SignatureJson };

/** The JSON of either form. */
export function signatureJson(signature: SignatureLike): SignatureJson {
  return typeof signature.toJSON === "function"
    ? (signature.toJSON() as SignatureJson)
    : (signature as SignatureJson);
}

/**
 * A signature out of a message; what is absent gets its default.
 * @throws MessageError when it is no object or names no task
 */
export function readSignature(value: unknown): SignatureJson {
  if (!isObject(value)) throw new MessageError(`A signature is an object, not ${typeof value}`);
  if (typeof value.task !== "string" || value.task === "")
    throw new MessageError("A signature has no name of a task");
  return {
    ...value,
    task: value.task,
    args: Array.isArray(value.args) ? value.args : [],
    kwargs: isObject(value.kwargs) ? value.kwargs : {},
    options: isObject(value.options) ? value.options : {},
    subtask_type: typeof value.subtask_type === "string" ? value.subtask_type : null,
    immutable: value.immutable === true,
  };
}

/** The signatures of a list, of one alone, or null for none. */
export function readSignatures(value: unknown): SignatureJson[] | null {
  if (value === null || value === undefined) return null;
  return Array.isArray(value) ? value.map(readSignature) : [readSignature(value)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
