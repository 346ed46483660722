/** All messages that a worker holds and has not begun: looked at, revoked, and given back at its end. */
import type { Broker, Delivery } from "../broker.js";
import type { TaskLog } from "../log.js";
import type { ControlledRequest } from "./controlled-worker.js";
import type { Intake } from "./intake.js";
import type { Persistence } from "./persistence.js";
import type { RateLimits } from "./rate-limit.js";
import type { HeldTask, Scheduled } from "./request.js";
import type { Runner } from "./runner.js";
import { signalName } from "./signals.js";

/** Messages read from the broker in one step. */
const PAGE = 500;

/** What this needs of the worker. */
export interface HeldMessagesHost {
  readonly broker: Broker;
  readonly runner: Runner;
  readonly intake: Intake;
  readonly rates: RateLimits<HeldTask>;
  readonly persistence: Persistence;
  readonly log: TaskLog;
  /** A message counts among those held again. */
  counted(change: 1): void;
}

/** The messages that a worker holds. */
export class HeldMessages {
  readonly #host: HeldMessagesHost;

  constructor(host: HeldMessagesHost) {
    this.#host = host;
  }

  /** The tags of all that is not acknowledged: others must not take it over. */
  tags(): string[] {
    const { runner, intake } = this.#host;
    const tags: string[] = [];
    for (const held of runner.active) if (!held.acknowledged) tags.push(held.delivery.tag!);
    for (const held of this.reserved()) tags.push(held.delivery.tag!);
    for (const { tag } of intake.waiting()) tags.push(tag);
    return tags;
  }

  /** Those that wait for a place or for their rate. */
  *reserved(): Iterable<HeldTask> {
    yield* this.#host.runner.ready;
    yield* this.#host.rates.held();
  }

  /** Those that wait for their time. */
  scheduled(): Promise<HeldTask[]> {
    return this.#read([...this.#host.intake.waiting()]);
  }

  /** The task with this id, wherever it is. */
  async find(
    id: string,
  ): Promise<{ request: ControlledRequest; state: "active" | "reserved" | "ready" } | undefined> {
    const { runner, intake } = this.#host;
    for (const request of runner.active) if (request.id === id) return { request, state: "active" };
    for (const request of this.reserved()) if (request.id === id) return { request, state: "reserved" };
    for (const entry of intake.waiting()) {
      if (entry.id !== id) continue;
      const [request] = await this.#read([entry]);
      return request === undefined ? undefined : { request, state: "reserved" };
    }
    return undefined;
  }

  /** Settle what was revoked and is not begun. */
  revoke(ids: readonly string[]): void {
    const { runner, intake, rates } = this.#host;
    const revoked = new Set(ids);
    const fits = (held: { readonly id: string }) => revoked.has(held.id);
    for (const held of [...runner.remove(fits), ...rates.remove(fits)]) runner.refuse(held, "revoked");
    const waiting = intake.removeWaiting(fits);
    if (waiting.length > 0) runner.track(this.#revokeWaiting(waiting));
  }

  async #revokeWaiting(entries: readonly Scheduled[]): Promise<void> {
    const { persistence, runner, log, counted } = this.#host;
    try {
      const found = await persistence.untilDone("Revoked tasks", () => this.#read(entries));
      for (const held of found) {
        counted(1);
        runner.refuse(held, "revoked");
      }
    } catch (error) {
      log.error(`Revoked tasks could not be read: ${String(error)}`);
    }
  }

  /** End a task. @returns false when it is not held */
  terminate(id: string, signal: string): boolean {
    const { runner, intake } = this.#host;
    if (runner.terminate(id, signalName(signal))) return true;
    const waits = [...this.reserved(), ...intake.waiting()].some((one) => one.id === id);
    if (waits) this.revoke([id]);
    return waits;
  }

  /** Messages that wait for their time, as held tasks. */
  async #read(entries: readonly Scheduled[]): Promise<HeldTask[]> {
    const found: HeldTask[] = [];
    for (let from = 0; from < entries.length; from += PAGE) {
      for (const [entry, raw] of await this.#fetch(entries.slice(from, from + PAGE))) {
        const held = this.#host.intake.hold(entry, raw);
        if (held !== undefined) found.push(held);
      }
    }
    return found;
  }

  async #fetch(page: readonly Scheduled[]): Promise<[entry: Scheduled, raw: string][]> {
    const raws = await this.#host.broker.fetch(page.map(({ tag }) => tag));
    return page.flatMap((entry, at): [Scheduled, string][] => {
      const raw = raws[at];
      return raw === null ? [] : [[entry, raw]];
    });
  }

  /** Give back what was not begun. */
  async restoreWaiting(): Promise<void> {
    const { runner, rates, intake } = this.#host;
    const held = [...runner.remove(() => true), ...rates.clear()];
    const waiting = intake.removeWaiting(() => true);
    this.#tell(held.length + waiting.length);
    await this.restore(held.map(({ delivery }) => delivery));
    for (let from = 0; from < waiting.length; from += PAGE) {
      const found = await this.#fetch(waiting.slice(from, from + PAGE));
      await this.restore(found.map(([{ tag, queue, key }, raw]) => ({ raw, tag, queue, key })));
    }
  }

  /** Give back what runs and was not acknowledged. */
  async restoreRunning(): Promise<void> {
    const held = [...this.#host.runner.active].filter(({ acknowledged }) => !acknowledged);
    this.#tell(held.length);
    await this.restore(held.map(({ delivery }) => delivery));
  }

  #tell(count: number): void {
    if (count > 0) this.#host.log.info(`Restoring ${count} unacknowledged message(s)`);
  }

  /** Give back messages. */
  async restore(deliveries: readonly Delivery[]): Promise<void> {
    const kept = deliveries.filter(({ tag }) => tag !== undefined);
    if (kept.length > 0) await this.#host.broker.restore(kept);
  }
}
