/**
 * Waits for results: one subscriber connection for all of them. A result is looked up after its subscription has been
 * confirmed, and again after every reconnect, so none can slip through in between.
 */
import type { PubSub, Redis } from "../index.js";
import type { Backend, ResultMeta } from "./backend.js";
import { TurnBatch } from "./turn-batch.js";

/** Who waits for one result. */
export interface ResultListener {
  /** What is known of the task now; called at every change that is seen. */
  known(meta: ResultMeta): void;
  /** Nothing more will be known: the server refuses, or cannot be reached. */
  failed(error: unknown): void;
}

/** One task that is waited for. */
interface Wait {
  readonly listeners: Set<ResultListener>;
  /** Has its subscription been confirmed? Who comes later has to look it up. */
  confirmed: boolean;
}

/** Tells listeners what becomes of tasks. */
export class ResultWaiter {
  readonly #redis: Redis;
  readonly #backend: Backend;
  readonly #waits = new Map<string, Wait>();
  readonly #begun: TurnBatch<string>;
  readonly #ended: TurnBatch<string>;
  readonly #joined: TurnBatch<string>;
  readonly #handler = ({ channel, data }: { channel: string; data: string }) =>
    this.#published(channel, data);
  #pubsub: PubSub | undefined;

  constructor(redis: Redis, backend: Backend) {
    this.#redis = redis;
    this.#backend = backend;
    this.#begun = new TurnBatch((ids) => this.#subscribe(ids));
    this.#ended = new TurnBatch((ids) => this.#unsubscribe(ids));
    this.#joined = new TurnBatch((ids) => this.#lookUp(ids));
  }

  /** How many tasks are waited for. */
  get size(): number {
    return this.#waits.size;
  }

  /** Tell `listener` what becomes of a task, what is known of it first. @returns a function that ends that */
  listen(id: string, listener: ResultListener): () => void {
    let wait = this.#waits.get(id);
    if (wait === undefined) {
      wait = { listeners: new Set(), confirmed: false };
      this.#waits.set(id, wait);
      void this.#begun.add(id);
    } else if (wait.confirmed) void this.#joined.add(id);
    wait.listeners.add(listener);
    const { listeners } = wait;
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) void this.#ended.add(id);
    };
  }

  /** End all waits. */
  async close(error: unknown): Promise<void> {
    this.#fail([...this.#waits.keys()], error);
    await this.#pubsub?.close();
    this.#pubsub = undefined;
  }

  async #subscribe(ids: string[]): Promise<void> {
    try {
      await this.#subscriber().subscribe(
        ids.map((id) => this.#backend.keyOf(id)),
        this.#handler,
      );
    } catch (error) {
      return this.#fail(ids, error);
    }
    for (const id of ids) {
      const wait = this.#waits.get(id);
      if (wait !== undefined) wait.confirmed = true;
    }
    await this.#lookUp(ids);
  }

  async #unsubscribe(ids: string[]): Promise<void> {
    // Someone may have come back meanwhile.
    const idle = ids.filter((id) => this.#waits.get(id)?.listeners.size === 0);
    for (const id of idle) this.#waits.delete(id);
    if (idle.length === 0) return;
    try {
      await this.#pubsub?.unsubscribe(idle.map((id) => this.#backend.keyOf(id)));
    } catch {
      // The connection is gone, and the subscription with it.
    }
  }

  async #lookUp(ids: string[]): Promise<void> {
    try {
      const metas = await this.#backend.readMany(ids);
      for (const [at, meta] of metas.entries()) if (meta !== null) this.#tell(ids[at], meta);
    } catch (error) {
      this.#fail(ids, error);
    }
  }

  #subscriber(): PubSub {
    if (this.#pubsub === undefined) {
      this.#pubsub = this.#redis.pubsub();
      this.#pubsub.on("gap", () => void this.#lookUp([...this.#waits.keys()]));
      this.#pubsub.on("error", ({ error, message }) => {
        if (message === null) this.#fail([...this.#waits.keys()], error);
      });
    }
    return this.#pubsub;
  }

  #published(channel: string, text: string): void {
    const id = this.#backend.idOf(channel);
    if (!this.#waits.has(id)) return;
    const meta = this.#backend.parse(id, text);
    if (meta !== null) this.#tell(id, meta);
  }

  #tell(id: string, meta: ResultMeta): void {
    for (const listener of [...(this.#waits.get(id)?.listeners ?? [])]) listener.known(meta);
  }

  #fail(ids: readonly string[], error: unknown): void {
    for (const id of ids) {
      for (const listener of [...(this.#waits.get(id)?.listeners ?? [])]) listener.failed(error);
    }
  }
}
