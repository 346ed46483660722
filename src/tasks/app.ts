/** The app: its settings, its tasks, and its ways to the broker and the results. */
import { ClosedError, ConnectionError } from "../index.js";
import { AppConnections } from "./app-connections.js";
import { AsyncResult, GroupResult, type ResultSource, type RevokeOptions, resultOf } from "./async-result.js";
import { Backend } from "./backend.js";
import { Broker } from "./broker.js";
import { type ApplyOptions, optionsFromWire, optionsToWire } from "./call-options.js";
import { Control } from "./control/control.js";
import { SettingsError, TaskQueueError } from "./errors.js";
import { EventDispatcher } from "./events/dispatcher.js";
import { writeIsoDate } from "./iso-date.js";
import { LamportClock } from "./lamport.js";
import { SILENT, type TaskLog } from "./log.js";
import { encodeTask, type OutgoingTask } from "./message.js";
import { processId } from "./node-facts.js";
import { anonymousNodeName } from "./node-name.js";
import { type Call, outgoingTask } from "./outgoing.js";
import { argsRepr, kwargsRepr } from "./python-repr.js";
import { ResultWaiter } from "./result-waiter.js";
import { Router } from "./routing.js";
import { readSettings, type Settings, type TaskAppOptions } from "./settings.js";
import { Signature, type SignatureChanges, type SignatureJson } from "./signature.js";
import { Task, type TaskHost } from "./task.js";
import { currentTask, TaskContext } from "./task-context.js";
import { checkTaskOptions, type TaskOptions } from "./task-options.js";

const newId = (): string => globalThis.crypto.randomUUID();

/** Tasks of Celery's own that only stand for what the sender has to take apart. */
const CANVAS = new Set(["celery.chain", "celery.group", "celery.chord"]);

// A type with a signature would make a parameter with a default value (`times = 1`) one of an unknown type.
// biome-ignore lint/complexity/noBannedTypes: that is why it has to be a function without a signature.
type Callable = Function;
type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? A : never;
type ResultOf<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

/** Options of {@link TaskApp.signature}. */
export interface SignatureOptions extends SignatureChanges {
  /** Takes no result of what is before it. */
  immutable?: boolean | undefined;
}

/**
 * An app: tasks are defined in it, sent by it, and run by its workers. It speaks Celery's protocol, so that the tasks
 * may be Python's, and Python may send these.
 * @example
 * ```ts
 * export const app = new TaskApp("proj", { broker: "redis://localhost:6379/0" });
 * export const add = app.task("proj.tasks.add", (x: number, y: number) => x + y);
 *
 * const result = await add.delay(2, 2);
 * await result.get({ timeout: 5000 }); // 4
 * await app.close();
 * ```
 */
export class TaskApp implements TaskHost, ResultSource {
  readonly name: string;
  readonly settings: Settings;
  /** The tasks by their names. */
  readonly tasks: ReadonlyMap<string, Task>;
  readonly router: Router;
  /** Remote control of the workers, Python's too. */
  readonly control: Control;
  /** The logical clock of this process. */
  readonly clock = new LamportClock();
  /** Where the app writes what happens; nowhere unless it is set. */
  log: TaskLog = SILENT;

  readonly #tasks = new Map<string, Task>();
  readonly #connections = new AppConnections();
  readonly #forward: TaskLog = {
    debug: (text) => this.log.debug(text),
    info: (text) => this.log.info(text),
    warn: (text) => this.log.warn(text),
    error: (text) => this.log.error(text),
  };
  readonly #origin = anonymousNodeName(processId());
  readonly #replyTo = newId();
  readonly #compression: "gzip" | undefined;
  #broker: Broker | undefined;
  #backend: Backend | undefined;
  #waiter: ResultWaiter | undefined;
  #events: EventDispatcher | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @param name of the app
   * @throws SettingsError for an unknown or wrong setting
   */
  constructor(name: string, options: TaskAppOptions = {}) {
    if (typeof name !== "string" || name === "") throw new SettingsError("name", "An app needs a name");
    this.name = name;
    this.settings = readSettings(options);
    this.tasks = this.#tasks;
    this.router = new Router(this.settings);
    this.#compression = this.settings.taskCompression ?? undefined;
    this.control = new Control(this);
  }

  /**
   * Define a task.
   * @param name under which it is called, from Python too; such as `"proj.tasks.add"`
   * @param fn the function; with `bind: true` its first argument is the {@link TaskContext}
   * @throws SettingsError for an unknown or wrong option, and for a name that is taken
   * @example
   * ```ts
   * const mail = app.task("proj.mail", async (to: string, text: string) => send(to, text), {
   *   params: ["to", "text"],
   *   autoretryFor: [ConnectionError],
   *   retryBackoff: true,
   * });
   * ```
   */
  task<F extends Callable>(
    name: string,
    fn: F,
    options?: TaskOptions & { bind?: false | undefined },
  ): Task<ArgumentsOf<F>, ResultOf<F>>;
  task<A extends unknown[], R>(
    name: string,
    fn: (context: TaskContext, ...args: A) => R,
    options: TaskOptions & { bind: true },
  ): Task<A, Awaited<R>>;
  task(name: string, fn: (...args: never) => unknown, options: TaskOptions = {}): Task {
    if (typeof name !== "string" || name === "") throw new SettingsError("name", "A task needs a name");
    if (typeof fn !== "function") throw new SettingsError("fn", `The task ${name} needs a function`);
    if (this.#tasks.has(name)) {
      throw new SettingsError("name", `There is a task ${name} already; names of tasks must differ`);
    }
    const task = new Task(this, name, fn, checkTaskOptions(name, options));
    this.#tasks.set(name, task as unknown as Task);
    return task as unknown as Task;
  }

  /** A call, not made yet, of a task that may live elsewhere. */
  signature(task: string, options: SignatureOptions = {}): Signature<AsyncResult> {
    const { immutable = false, ...changes } = options;
    return this.makeSignature(task, changes, immutable);
  }

  /** @internal */
  makeSignature(task: string, changes: SignatureChanges, immutable: boolean): Signature<AsyncResult> {
    return new Signature<AsyncResult>(this, {
      task,
      args: [...(changes.args ?? [])],
      kwargs: { ...changes.kwargs },
      options: optionsToWire(changes.options ?? {}),
      subtask_type: null,
      immutable,
    });
  }

  /**
   * Send a call of a task by its name; it may live elsewhere, in Python say.
   * @example
   * ```ts
   * const result = await app.sendTask("py.add", [2, 2], { queue: "celery" });
   * ```
   * @throws TypeError when JSON cannot hold an argument
   * @throws ConnectionError when the broker cannot be reached; with `sent: "maybe"` the task may run all the same
   */
  sendTask<R = unknown>(
    name: string,
    args: readonly unknown[] = [],
    options: ApplyOptions = {},
  ): Promise<AsyncResult<R>> {
    return this.#send(name, args, options, this.#tasks.get(name)?.options.ignoreResult) as Promise<
      AsyncResult<R>
    >;
  }

  /**
   * Send what a signature says.
   * @param options go before those of the signature
   */
  send(json: SignatureJson, options: ApplyOptions = {}): Promise<AsyncResult> {
    if (CANVAS.has(json.task)) {
      return Promise.reject(new TaskQueueError(`A ${json.task} cannot be sent as a task; send its parts`));
    }
    const own = optionsFromWire(json.options);
    const all: Record<string, unknown> = { ...own };
    for (const [name, value] of Object.entries(options)) if (value !== undefined) all[name] = value;
    const kwargs = { ...json.kwargs, ...options.kwargs };
    const merged: ApplyOptions = { ...all, kwargs };
    const task = this.#tasks.get(json.task);
    return task === undefined
      ? this.sendTask(json.task, json.args, merged)
      : this.apply(task, json.args, merged);
  }

  /** @internal */
  apply(task: Task, args: readonly unknown[], options: ApplyOptions): Promise<AsyncResult> {
    const { queue, priority, timeLimit, softTimeLimit, ignoreResult } = task.options;
    let all = options;
    if (queue !== undefined || priority !== undefined || timeLimit || softTimeLimit) {
      const elsewhere = options.queue ?? options.routingKey ?? options.exchange;
      all = {
        ...options,
        queue: elsewhere === undefined ? queue : options.queue,
        priority: options.priority ?? priority,
        timeLimit: options.timeLimit ?? timeLimit ?? undefined,
        softTimeLimit: options.softTimeLimit ?? softTimeLimit ?? undefined,
      };
    }
    return this.#send(task.name, args, all, ignoreResult ?? (this.settings.taskIgnoreResult || undefined));
  }

  async #send(
    name: string,
    args: readonly unknown[],
    given: ApplyOptions,
    ignored: boolean | undefined,
  ): Promise<AsyncResult> {
    const kwargs = given.kwargs ?? {};
    const routed = this.router.route(name, args, kwargs, given);
    const { options, queue } = routed;
    const parent = currentTask();
    const ignoreResult = options.ignoreResult ?? ignored;
    const call: Call = {
      task: name,
      id: options.taskId ?? newId(),
      args,
      kwargs,
      parent: parent?.request,
      origin: this.#origin,
      replyTo: this.#replyTo,
      ignoreResult,
      compression: this.#compression,
    };
    const message = outgoingTask(call, routed);
    const result = new AsyncResult(call.id, this, { ignored: ignoreResult === true });
    await this.publish(message, queue, options.retry);
    if (parent !== undefined && options.addToParent !== false) parent.request.children.push(result.asTuple());
    return result;
  }

  /**
   * Put a message into a queue as it is.
   * @param retry whether it is tried again when it was not sent; as `taskPublishRetry` says when left out
   * @throws ConnectionError with `sent: "maybe"` when it may have arrived: it is not sent a second time
   */
  async publish(message: OutgoingTask, queue: string, retry?: boolean): Promise<void> {
    if (this.#closing !== undefined || this.#broker === undefined) await this.broker();
    const broker = this.#broker as Broker;
    const text = encodeTask(message);
    try {
      await broker.publish(queue, message.priority, text);
    } catch (error) {
      if (!(retry ?? this.settings.taskPublishRetry)) throw error;
      await this.#publishAgain(broker, queue, message.priority, text, error);
    }
    if (this.settings.taskSendSentEvent) this.#tellSent(broker, message, queue);
  }

  async #publishAgain(
    broker: Broker,
    queue: string,
    priority: number,
    text: string,
    first: unknown,
  ): Promise<void> {
    const { maxRetries, intervalStart, intervalStep, intervalMax } = this.settings.taskPublishRetryPolicy;
    let error = first;
    for (let tries = 0; maxRetries === null || tries < maxRetries; tries++) {
      // What may have arrived is not sent again: the task would run twice, and nobody would know.
      if (!(error instanceof ConnectionError) || error.sent !== "no" || error instanceof ClosedError) break;
      const seconds = Math.min(intervalMax, intervalStart + intervalStep * tries);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      try {
        await broker.publish(queue, priority, text);
        return;
      } catch (next) {
        error = next;
      }
    }
    throw error;
  }

  #tellSent(broker: Broker, message: OutgoingTask, queue: string): void {
    this.#events ??= new EventDispatcher({
      broker,
      hostname: this.#origin,
      clock: this.clock,
      enabled: true,
    });
    const { id, task, eta, expires } = message;
    this.#events.send("task-sent", {
      uuid: id,
      root_id: message.rootId,
      parent_id: message.parentId,
      name: task,
      args: argsRepr(message.args),
      kwargs: kwargsRepr(message.kwargs),
      retries: message.retries,
      eta: eta === null ? null : writeIsoDate(eta),
      expires: expires === null ? null : writeIsoDate(expires),
      queue,
      exchange: message.exchange,
      routing_key: message.routingKey,
    });
  }

  /** The result of a task that was sent before, here or elsewhere. */
  asyncResult<R = unknown>(id: string): AsyncResult<R> {
    return new AsyncResult<R>(id, this);
  }

  /** A group of results that was saved, by Python say. @returns `null` when there is none */
  async groupResult(id: string): Promise<GroupResult | null> {
    const tuple = await (await this.backend()).readGroup(id);
    const found = tuple === null ? null : resultOf(tuple, this);
    return found instanceof GroupResult ? found : null;
  }

  /** @internal */
  directContext(task: Task, args: readonly unknown[]): TaskContext {
    const id = newId();
    return new TaskContext({
      request: {
        id,
        task: task.name,
        args,
        kwargs: {},
        rootId: id,
        parentId: null,
        group: null,
        groupIndex: null,
        retries: 0,
        hostname: this.#origin,
        eta: null,
        expires: null,
        timelimit: [null, null],
        deliveryInfo: { exchange: "", routingKey: "", priority: 0, redelivered: null },
        correlationId: id,
        replyTo: "",
        origin: this.#origin,
        isEager: true,
        headers: {},
        children: [],
      },
      app: this,
      task,
      signal: () => new AbortController().signal,
      log: this.#forward,
      updateState: async () => {},
    });
  }

  // --- connections

  /** The broker. Opened at its first use. */
  async broker(): Promise<Broker> {
    this.#checkOpen();
    if (this.#broker !== undefined) return this.#broker;
    const { brokerUrl, brokerTransportOptions } = this.settings;
    const { redis, db } = await this.#connections.get(brokerUrl);
    this.#broker ??= new Broker(redis, {
      db,
      visibilityTimeout: brokerTransportOptions.visibilityTimeout,
      log: this.#forward,
    });
    return this.#broker;
  }

  /** The result backend. @throws SettingsError when there is none */
  async backend(): Promise<Backend> {
    this.#checkOpen();
    if (this.#backend !== undefined) return this.#backend;
    const { resultBackend, resultExpires, resultBackendTransportOptions } = this.settings;
    if (resultBackend === null) {
      throw new SettingsError("backend", "The app keeps no results: its setting backend is null");
    }
    const { redis } = await this.#connections.get(resultBackend);
    this.#backend ??= new Backend(redis, {
      resultExpires,
      chordOrdered: resultBackendTransportOptions.resultChordOrdered,
      log: this.#forward,
    });
    return this.#backend;
  }

  /** @internal what results wait by */
  async resultWaiter(): Promise<ResultWaiter> {
    const backend = await this.backend();
    this.#waiter ??= new ResultWaiter(backend.redis, backend);
    return this.#waiter;
  }

  /** @internal */
  async revoke(id: string, options: RevokeOptions): Promise<void> {
    await this.control.revoke(id, options);
  }

  /** How many parts a chord has; before the last of them is sent. */
  async setChordSize(group: string, size: number): Promise<void> {
    await (await this.backend()).setChordSize(group, size);
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new TaskQueueError(`The app ${this.name} is closed`);
  }

  /** Close all connections. What waits for results fails; what is being sent is sent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#events?.flush();
    this.#broker?.close();
    await this.#waiter?.close(new TaskQueueError(`The app ${this.name} was closed`));
    await this.#connections.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
