/** What was sent, and what becomes of it. */
import { AbortError } from "../index.js";
import { type Backend, READY_STATES, type ResultMeta, type TaskState } from "./backend.js";
import { TaskTimeoutError } from "./errors.js";
import { fromExceptionRecord } from "./exceptions.js";
import { onAbort } from "./on-abort.js";
import { groupTuple, type ResultTuple, readResultTuple, resultTuple } from "./result-tuple.js";
import type { ResultWaiter } from "./result-waiter.js";

/** What results need of the app. */
export interface ResultSource {
  backend(): Promise<Backend>;
  resultWaiter(): Promise<ResultWaiter>;
  /** Tell all workers not to run a task. */
  revoke(id: string, options: RevokeOptions): Promise<void>;
}

/** Options of {@link AsyncResult.revoke}. */
export interface RevokeOptions {
  /** End the task if it runs. Default `false`. */
  terminate?: boolean | undefined;
  /** By which signal; default `SIGTERM`. */
  signal?: string | undefined;
}

/** Options of {@link AsyncResult.get}. */
export interface GetOptions {
  /** Longest wait in milliseconds, as everywhere in the client; for ever when left out. */
  timeout?: number | undefined;
  /** `false`: a failure is not thrown but given. Default `true`. */
  propagate?: boolean | undefined;
  /** Ends the wait when it fires. */
  signal?: AbortSignal | undefined;
  /** Called with everything that is seen of the task while it is waited for: STARTED, states of its own, RETRY ... */
  onMessage?: ((meta: ResultMeta) => void) | undefined;
}

/**
 * The result of a task that was sent. It is no promise: `await` of it gives it itself, {@link AsyncResult.get} waits.
 * @example
 * ```ts
 * const result = await add.delay(2, 2);
 * await result.get({ timeout: 5000 }); // 4
 * ```
 */
export class AsyncResult<T = unknown> {
  readonly id: string;
  /** The result of the task before it in a chain. */
  readonly parent: AsyncResult | GroupResult | null;
  readonly #source: ResultSource;
  readonly #ignored: boolean;
  #final: ResultMeta | undefined;

  /** @internal use `app.asyncResult(id)` */
  constructor(
    id: string,
    source: ResultSource,
    options: { parent?: AsyncResult | GroupResult | null; ignored?: boolean } = {},
  ) {
    this.id = id;
    this.#source = source;
    this.parent = options.parent ?? null;
    this.#ignored = options.ignored ?? false;
  }

  /**
   * Wait for the value.
   * @throws TaskError when the task failed; its `name` is the class, `traceback` says where
   * @throws TaskRevokedError when it was revoked, terminated, or had expired
   * @throws TaskTimeoutError when `timeout` passed; the task goes on
   * @throws AbortError when `signal` fired
   * @throws SettingsError when the app has no result backend
   */
  async get(options: GetOptions & { propagate: false }): Promise<unknown>;
  async get(options?: GetOptions): Promise<T>;
  async get(options: GetOptions = {}): Promise<unknown> {
    if (this.#ignored) return undefined;
    const meta = this.#final ?? (await this.#wait(options));
    const value = this.#valueOf(meta);
    if (meta.status !== "SUCCESS" && (options.propagate ?? true)) throw value;
    return value;
  }

  async #wait({ timeout, signal, onMessage }: GetOptions): Promise<ResultMeta> {
    if (signal?.aborted) throw this.#aborted(signal);
    const waiter = await this.#source.resultWaiter();
    return new Promise((resolve, reject) => {
      const end = () => {
        stop();
        clearTimeout(timer);
        unlisten?.();
      };
      const fail = (error: unknown) => {
        end();
        reject(error);
      };
      let seen = "";
      const stop = waiter.listen(this.id, {
        known: (meta) => {
          if (onMessage !== undefined) {
            // One and the same can be told and looked up.
            const now = `${meta.status} ${JSON.stringify(meta.result, plainNumbers)}`;
            if (now !== seen) {
              seen = now;
              try {
                onMessage(meta);
              } catch (error) {
                return fail(error);
              }
            }
          }
          if (!READY_STATES.has(meta.status)) return;
          this.#final = meta;
          end();
          resolve(meta);
        },
        failed: fail,
      });
      const timer =
        timeout === undefined || timeout === Number.POSITIVE_INFINITY
          ? undefined
          : setTimeout(() => fail(new TaskTimeoutError(this.id, timeout)), Math.min(timeout, 2 ** 31 - 1));
      const unlisten = signal === undefined ? undefined : onAbort(signal, () => fail(this.#aborted(signal)));
    });
  }

  #aborted(signal: AbortSignal): AbortError {
    return new AbortError("EABORTED", `The wait for task ${this.id} was ended by its signal`, "no", {
      cause: signal.reason,
    });
  }

  /** All that is stored of the task; `null` when nothing is. */
  async meta(): Promise<ResultMeta | null> {
    if (this.#final !== undefined) return this.#final;
    const meta = await (await this.#source.backend()).read(this.id);
    if (meta !== null && READY_STATES.has(meta.status)) this.#final = meta;
    return meta;
  }

  /** The state now, `PENDING` when nothing is known of the task. */
  get state(): Promise<TaskState> {
    return this.meta().then((meta) => meta?.status ?? "PENDING");
  }

  /** Is it over: succeeded, failed or revoked? */
  async ready(): Promise<boolean> {
    return READY_STATES.has(await this.state);
  }

  async successful(): Promise<boolean> {
    return (await this.state) === "SUCCESS";
  }

  async failed(): Promise<boolean> {
    return (await this.state) === "FAILURE";
  }

  /** The value now, without waiting: of a failure its error, of a state of the task's own what it gave. */
  get result(): Promise<unknown> {
    return this.meta().then((meta) => (meta === null ? null : this.#valueOf(meta)));
  }

  /** Where a failed task failed: Python's traceback, or TypeScript's stack. */
  get traceback(): Promise<string | null> {
    return this.meta().then((meta) => meta?.traceback ?? null);
  }

  /** When it was done. */
  get dateDone(): Promise<Date | null> {
    return this.meta().then((meta) => {
      const text = meta?.date_done;
      if (text === null || text === undefined) return null;
      return new Date(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
    });
  }

  /** The results of what the task has sent. */
  get children(): Promise<(AsyncResult | GroupResult)[]> {
    return this.meta().then((meta) =>
      (meta?.children ?? [])
        .map(readResultTuple)
        .filter((tuple) => tuple !== undefined)
        .map((tuple) => resultOf(tuple, this.#source)),
    );
  }

  /** Forget the result, here and in the backend. */
  async forget(): Promise<void> {
    this.#final = undefined;
    await (await this.#source.backend()).forget(this.id);
  }

  /** Tell the workers not to run the task, and with `terminate` to end it if it runs. */
  revoke(options: RevokeOptions = {}): Promise<void> {
    return this.#source.revoke(this.id, options);
  }

  /** Celery's form, as it stands in `children`. */
  asTuple(): ResultTuple {
    return resultTuple(this.id, this.parent?.asTuple() ?? null);
  }

  #valueOf({ status, result, traceback }: ResultMeta): unknown {
    if (status === "SUCCESS" || !(READY_STATES.has(status) || status === "RETRY")) return result;
    return fromExceptionRecord(result, { taskId: this.id, traceback, status });
  }
}

/** JSON for a comparison only. */
function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** The results of a group, together. */
export class GroupResult<T = unknown> {
  readonly id: string;
  readonly results: readonly (AsyncResult<T> | GroupResult<T>)[];
  readonly parent: AsyncResult | GroupResult | null;

  constructor(
    id: string,
    results: readonly (AsyncResult<T> | GroupResult<T>)[],
    parent: AsyncResult | GroupResult | null = null,
  ) {
    this.id = id;
    this.results = results;
    this.parent = parent;
  }

  /** Wait for all values; they come in the order of the group. @throws what the first that fails throws */
  get(options: GetOptions = {}): Promise<unknown[]> {
    return Promise.all(this.results.map((result) => result.get(options)));
  }

  /** Are all over? */
  async ready(): Promise<boolean> {
    return (await Promise.all(this.results.map((result) => result.ready()))).every(Boolean);
  }

  /** Have all succeeded? */
  async successful(): Promise<boolean> {
    return (await Promise.all(this.results.map((result) => result.successful()))).every(Boolean);
  }

  /** Has one failed? */
  async failed(): Promise<boolean> {
    return (await Promise.all(this.results.map((result) => result.failed()))).some(Boolean);
  }

  /** Forget all results. */
  async forget(): Promise<void> {
    await Promise.all(this.results.map((result) => result.forget()));
  }

  /** Revoke all tasks. */
  async revoke(options: RevokeOptions = {}): Promise<void> {
    await Promise.all(this.results.map((result) => result.revoke(options)));
  }

  /** Celery's form. */
  asTuple(): ResultTuple {
    return groupTuple(
      this.id,
      this.results.map((result) => result.asTuple()),
      this.parent?.asTuple() ?? null,
    );
  }
}

/** The result that a tuple of Celery's names. */
export function resultOf(tuple: ResultTuple, source: ResultSource): AsyncResult | GroupResult {
  const [[id, parentTuple], members] = tuple;
  const parent = parentTuple === null ? null : resultOf(parentTuple, source);
  if (members === null) return new AsyncResult(id, source, { parent });
  return new GroupResult(
    id,
    members.map((member) => resultOf(member, source)),
    parent,
  );
}
