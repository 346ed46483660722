/** Acknowledges entries of streams: many in one XACK, and none that was acknowledged already. */
import type { Key } from "../../commands/base.js";
import { nameOf } from "./stream-options.js";

/** Sends XACK. */
interface Acknowledging {
  xack(key: Key, group: Key, ids: string[]): Promise<unknown>;
}

/** The ids of one stream that are done. */
interface Done {
  readonly key: Key;
  readonly ids: Set<string>;
}

/** What is done and not yet said to the server. */
export class Acknowledgements {
  readonly #commands: Acknowledging;
  readonly #group: Key;
  readonly #waiting = new Map<string, Done>();
  #flushing: Promise<void> | undefined;

  constructor(commands: { xack(key: Key, group: Key, ...ids: [string[]]): Promise<unknown> }, group: Key) {
    this.#commands = commands;
    this.#group = group;
  }

  /** This entry is done: said to the server as soon as what was said before is answered. */
  add(key: Key, id: string): void {
    this.#doneOf(key).ids.add(id);
    // A failure is seen by whoever flushes next; the ids are kept for that.
    this.flush().catch(() => {});
  }

  /** Say at once that this entry is done. */
  async now(key: Key, id: string): Promise<void> {
    await this.#commands.xack(key, this.#group, [id]);
  }

  /** Resolves when everything is acknowledged. Rejects when an XACK failed; its ids go with the next. */
  async flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#waiting.size === 0) return;
    this.#flushing = this.#send().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #send(): Promise<void> {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    const sent = all.map(({ key, ids }) => this.#commands.xack(key, this.#group, [...ids]));
    const outcomes = await Promise.allSettled(sent);
    let failure: PromiseRejectedResult | undefined;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") continue;
      failure ??= outcome;
      const { key, ids } = all[index];
      for (const id of ids) this.#doneOf(key).ids.add(id);
    }
    if (failure !== undefined) throw failure.reason;
  }

  #doneOf(key: Key): Done {
    const name = nameOf(key);
    const done = this.#waiting.get(name) ?? { key, ids: new Set<string>() };
    this.#waiting.set(name, done);
    return done;
  }
}
