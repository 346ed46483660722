/** Snapshots of a whole server, for tests that begin from the same data. */
import type { DatabaseSnapshot } from "./engine/database.js";
import type { Engine } from "./engine/engine.js";
import type { ClockSetting } from "./testing.js";

/** What is put back beside the data. */
export interface SnapshotParts {
  readonly engine: Engine;
  readonly clock: { readonly setting: ClockSetting; set(setting: ClockSetting): void };
  readonly random: { state: number } | undefined;
}

/**
 * The data of a {@link MiniServer} at one moment: all keys of all databases with their times to live. It also
 * remembers how the clock was set, and where a seeded server stood in its random numbers.
 */
export class ServerSnapshot {
  readonly #engine: Engine;
  readonly #databases: readonly DatabaseSnapshot[];
  readonly #clock: ClockSetting;
  readonly #random: number | undefined;

  /** @internal Use `server.snapshot()`. */
  constructor({ engine, clock, random }: SnapshotParts) {
    this.#engine = engine;
    this.#databases = engine.databases.map((database) => database.snapshot());
    this.#clock = clock.setting;
    this.#random = random?.state;
  }

  /** @internal Use `server.restore(snapshot)`. */
  restoreTo({ engine, clock, random }: SnapshotParts): void {
    if (engine !== this.#engine)
      throw new TypeError("A snapshot can be restored only to the server it is of");
    for (const [index, snapshot] of this.#databases.entries()) engine.databases[index].restore(snapshot);
    if (random !== undefined && this.#random !== undefined) random.state = this.#random;
    if (engine.tracking.active) engine.tracking.flushed();
    // Last: what is due by that clock expires now, and clients that wait look for their keys again.
    clock.set(this.#clock);
  }
}
