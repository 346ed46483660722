/** Signatures: calls that can be kept, passed on, and made later. */
import { type ApplyOptions, optionsToWire } from "./call-options.js";
import { type SignatureJson, signatureJson } from "./signature-json.js";

export {
  readSignature,
  readSignatures,
  type SignatureJson,
  type SignatureLike,
  signatureJson,
} from "./signature-json.js";

/** What makes the call that a signature stands for. */
export interface SignatureSender<Result> {
  send(json: SignatureJson, options: ApplyOptions): Promise<Result>;
}

/** Parts of a signature that are changed by `clone`. */
export interface SignatureChanges {
  /** Put in front of its arguments (not of an immutable one's). */
  args?: readonly unknown[] | undefined;
  /** Go before its own of the same name. */
  kwargs?: Record<string, unknown> | undefined;
  options?: ApplyOptions | undefined;
}

/**
 * A call that is not made yet. It can be sent (`delay`, `applyAsync`), or given to other calls as
 * `link` and `linkError`. It never changes: `set` and `clone` give a new one.
 * @example
 * await add.applyAsync([2, 2], { link: notify.s("sum") });
 */
export class Signature<Result = unknown> {
  readonly json: SignatureJson;
  readonly #sender: SignatureSender<Result>;

  constructor(sender: SignatureSender<Result>, json: SignatureJson) {
    this.#sender = sender;
    this.json = json;
  }

  /** Name of the task. */
  get task(): string {
    return this.json.task;
  }

  /** The same call with more arguments in front, keyword arguments, or options. */
  clone(changes: SignatureChanges = {}): Signature<Result> {
    const { args, kwargs, options, immutable } = this.json;
    return new Signature(this.#sender, {
      ...this.json,
      args: immutable ? [...args] : [...(changes.args ?? []), ...args],
      kwargs: immutable ? { ...kwargs } : { ...kwargs, ...changes.kwargs },
      options: { ...options, ...optionsToWire(changes.options ?? {}) },
    });
  }

  /** The same call with other options. */
  set(options: ApplyOptions): Signature<Result> {
    return this.clone({ options });
  }

  /** Send it with these arguments in front of its own. */
  delay(...args: unknown[]): Promise<Result> {
    return this.applyAsync(args);
  }

  /** Send it with these arguments in front of its own; options go before its own. */
  applyAsync(args: readonly unknown[] = [], options: ApplyOptions = {}): Promise<Result> {
    const { kwargs, ...rest } = options;
    return this.#sender.send(this.clone({ args, kwargs }).json, rest);
  }

  /** Celery's JSON form. */
  toJSON(): SignatureJson {
    return signatureJson(this.json);
  }
}
