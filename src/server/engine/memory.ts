/** How much memory keys take, and which ones go when it is too much. */
import type { Database } from "./database.js";
import type { Engine } from "./engine.js";
import { type Entry, INITIAL_FREQUENCY, type Value } from "./keyspace.js";
import { HashValue } from "./types/hash.js";
import { ListValue } from "./types/list.js";
import { SetValue } from "./types/set.js";
import { StreamValue } from "./types/stream.js";
import { MutableString } from "./types/string.js";

/** Roughly what redis-server takes before it holds a key, so that small limits mean the same here. */
export const BASE_BYTES = 900_000;
/** A key's place in the table and its object header. */
const KEY_BYTES = 56;
/** An element of a collection beside its bytes, in compact and in linked encodings. */
const COMPACT_ELEMENT = 4;
const LINKED_ELEMENT = 48;
/** Elements looked at to estimate the rest. */
const SAMPLES = 5;

const MAX_FREQUENCY = 255;
/** The clock of LRU begins anew after that many seconds, so that no key is idle for longer. */
const LRU_CLOCK_MAX = (1 << 24) - 1;

/** Bytes that a key and its value take, about as much as in redis-server; large collections are sampled. */
export function sizeOf(entry: Pick<Entry, "key" | "value">, samples: number = SAMPLES): number {
  return KEY_BYTES + entry.key.length + valueBytes(entry.value, samples);
}

function valueBytes(value: Value, samples: number): number {
  if (typeof value === "string" || value instanceof MutableString) return value.length;
  if (value instanceof StreamValue) return value.bytes;
  const compact =
    value.encoding() === "listpack" || value.encoding() === "intset" || value instanceof ListValue;
  const each = compact ? COMPACT_ELEMENT : LINKED_ELEMENT;
  const wanted = samples === 0 ? value.size : Math.min(samples, value.size);
  let bytes = 0;
  let seen = 0;
  const count = (text: string, extra = 0): void => {
    if (seen++ < wanted) bytes += text.length + extra + each;
  };
  if (value instanceof ListValue) for (const item of value.range(0, wanted)) count(item);
  else if (value instanceof SetValue) value.scan(0, wanted, (member) => count(member));
  else if (value instanceof HashValue)
    value.scan(0, wanted, (field, text) => count(field, text.length + each));
  else value.walk(0, wanted, (member) => count(member, 8));
  return wanted === 0 ? 0 : Math.ceil((bytes / Math.min(seen, wanted)) * value.size);
}

/** Bytes in use by this measure; exact only while there is a `maxmemory`. */
export function usedMemory(engine: Engine): number {
  let bytes = BASE_BYTES;
  for (const database of engine.databases) bytes += database.bytes;
  return bytes;
}

/** The frequency of a key now: it falls by one for each `lfu-decay-time` minutes without use. */
export function frequencyNow(entry: Pick<Entry, "frequency" | "accessed">, engine: Engine): number {
  const decay = engine.config.number("lfu-decay-time");
  if (decay === 0) return entry.frequency;
  const idleMinutes = Math.max(0, engine.uptime - entry.accessed) / 60;
  return Math.max(0, entry.frequency - Math.floor(idleMinutes / decay));
}

/** The frequency after one more use: the higher it is, the less likely it rises. */
export function usedAgain(entry: Entry, engine: Engine): number {
  const frequency = frequencyNow(entry, engine);
  if (frequency >= MAX_FREQUENCY) return MAX_FREQUENCY;
  const above = Math.max(0, frequency - INITIAL_FREQUENCY);
  const chance = 1 / (above * engine.config.number("lfu-log-factor") + 1);
  return engine.random() < chance ? frequency + 1 : frequency;
}

/** What a file or a payload knows of the use of a key. */
export interface Access {
  /** Seconds since the last one. */
  readonly idle: number | undefined;
  /** On the scale of the LFU policies. */
  readonly frequency: number | undefined;
}

/** Give a key its access, as far as the policy that is chosen looks at it. */
export function setAccess(entry: Entry, { idle, frequency }: Access, engine: Engine): void {
  if (engine.countsFrequency) {
    if (frequency !== undefined) entry.frequency = frequency;
  } else if (idle !== undefined) {
    entry.accessed = engine.uptime - (idle % LRU_CLOCK_MAX);
  }
}

interface Candidate {
  readonly database: Database;
  readonly entry: Entry;
}

/**
 * Evict keys by `maxmemory-policy` until memory is within `maxmemory`.
 * @returns false when it is not, and nothing more may go
 */
export function evictKeys(engine: Engine): boolean {
  const { maxmemory } = engine.config;
  const policy = engine.config.get("maxmemory-policy");
  while (usedMemory(engine) > maxmemory) {
    const victim = policy === "noeviction" ? undefined : chooseVictim(engine, policy);
    if (victim === undefined) return false;
    victim.database.evict(victim.entry);
  }
  return true;
}

/** The worst of some random keys: as good as redis-server's own approximation, at the same cost. */
function chooseVictim(engine: Engine, policy: string): Candidate | undefined {
  const volatileOnly = policy.startsWith("volatile");
  const samples = engine.config.number("maxmemory-samples");
  let best: Candidate | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const database of engine.databases) {
    const entries = volatileOnly ? database.sampleExpiring(samples) : database.sample(samples);
    for (const entry of entries) {
      const score = victimScore(engine, entry, policy);
      if (score > bestScore) {
        best = { database, entry };
        bestScore = score;
      }
    }
  }
  return best;
}

/** The higher, the sooner it goes. */
function victimScore(engine: Engine, entry: Entry, policy: string): number {
  if (policy.endsWith("lru")) return -entry.accessed;
  if (policy.endsWith("lfu")) return -frequencyNow(entry, engine);
  if (policy.endsWith("ttl")) return -(entry.deadline?.at ?? Number.POSITIVE_INFINITY);
  return engine.random();
}
