/** Memory figures as INFO and MEMORY STATS show them. */

import { memoryOfClients } from "./client-memory.js";
import type { Database } from "./database.js";
import type { Engine } from "./engine.js";
import { BASE_BYTES, sizeOf, usedMemory } from "./memory.js";

/** All in bytes. */
export interface MemoryFacts {
  /** By the measure of `maxmemory`; an estimate while there is none. */
  readonly used: number;
  /** The most of it that anybody has been shown. */
  readonly peak: number;
  /** What all keys take together. */
  readonly dataset: number;
  /** What the connections of clients take. */
  readonly clients: number;
  /** What of the replication stream is kept as the backlog, and what beyond it for replicas that are behind. */
  readonly backlog: number;
  readonly replicas: number;
  /** What the process takes. */
  readonly resident: number;
}

/** Of so many keys of a database the size is looked at, and that of the rest is taken to be like theirs. */
const SAMPLE = 1000;

/** The figures of now. */
export function memoryFacts(engine: Engine): MemoryFacts {
  const clients = memoryOfClients(engine);
  const { config, replication } = engine;
  const { buffered } = replication;
  const used = buffered + (engine.measuresMemory ? usedMemory(engine) : estimate(engine) + clients);
  const beyond = buffered - config.number("repl-backlog-size");
  const replicas = replication.replicas.size === 0 ? 0 : Math.max(0, beyond);
  engine.peakMemory = Math.max(engine.peakMemory, used);
  return {
    used,
    peak: engine.peakMemory,
    dataset: Math.max(0, used - BASE_BYTES - clients - buffered),
    clients,
    backlog: buffered - replicas,
    replicas,
    resident: engine.platform.residentMemory(),
  };
}

function estimate(engine: Engine): number {
  return engine.databases.reduce((sum, database) => sum + estimateOf(database), BASE_BYTES);
}

function estimateOf(database: Database): number {
  const { size } = database;
  const entries = size > SAMPLE ? database.sample(SAMPLE) : [...database.entries()];
  if (entries.length === 0) return 0;
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  return Math.round((bytes / entries.length) * size);
}
