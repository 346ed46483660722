/** The hashes of an engine whose fields expire, and their removal in time (Redis 7.4). */
import type { Appointment } from "../agenda.js";
import type { Database } from "../database.js";
import type { Engine } from "../engine.js";
import { Notify } from "../notify.js";
import { HashValue } from "../types/hash.js";

/**
 * Removes expired fields as soon as the engine sees that their time has come, before it does anything else: no
 * command can meet one, and none needs to look for them.
 */
export class FieldExpiries {
  /** Has any field ever been given a time to live? */
  isUsed = false;
  readonly #engine: Engine;
  /** When the next field of a hash expires, by database and key; may be of a hash that has gone. */
  readonly #appointments = new Map<Database, Map<string, Appointment>>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** To be called when the expiry of fields of a key has changed, or when a hash has come to a key. */
  note(database: Database, key: string): void {
    const at = hashAt(database, key)?.nextFieldExpiry;
    const known = this.#appointments.get(database)?.get(key);
    if (known !== undefined) {
      if (known.at === at) return;
      this.#engine.agenda.cancel(known);
      this.#appointments.get(database)?.delete(key);
    }
    if (at === undefined) return;
    this.isUsed = true;
    const ofDatabase = this.#appointments.get(database) ?? new Map<string, Appointment>();
    this.#appointments.set(database, ofDatabase);
    const appointment = this.#engine.agenda.add(at, () => this.#expire(database, key));
    ofDatabase.set(key, appointment);
    this.#engine.noteDeadline(at);
  }

  /** To be called when many keys of a database have become others. */
  rescan(database: Database): void {
    if (!this.isUsed) return;
    for (const { key, value } of database.entries()) {
      if (value instanceof HashValue && value.nextFieldExpiry !== undefined) this.note(database, key);
    }
  }

  /** How many hashes of a database have fields that are to expire, or have had some since they came to their keys. */
  countIn(database: Database): number {
    let count = 0;
    for (const key of this.#appointments.get(database)?.keys() ?? []) {
      if (hashAt(database, key)?.nextFieldExpiry !== undefined) count++;
    }
    return count;
  }

  #expire(database: Database, key: string): void {
    this.#appointments.get(database)?.delete(key);
    const engine = this.#engine;
    const wasReading = engine.reading;
    // The hash is about to change, so that it must not be shared with a snapshot.
    engine.reading = false;
    const hash = hashAt(database, key);
    const { propagation } = engine;
    const gone = propagation === undefined ? [] : expiredFields(hash, engine.now);
    if (hash !== undefined && hash.removeExpiredFields(engine.now) !== 0) {
      propagation?.also(database, ["HDEL", key, ...gone]);
      propagation?.flush();
      database.modified(key, Notify.HASH, "hexpired");
      database.removeIfEmpty(key, hash);
    }
    engine.reading = wasReading;
    this.note(database, key);
  }
}

function expiredFields(hash: HashValue | undefined, now: number): string[] {
  return hash?.fields().filter((field) => (hash.fieldExpiry(field) ?? now + 1) <= now) ?? [];
}

function hashAt(database: Database, key: string): HashValue | undefined {
  const value = database.peek(key)?.value;
  return value instanceof HashValue ? value : undefined;
}
