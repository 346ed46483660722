/** What the connections of all clients take of memory, and which of them go when it is too much: `maxmemory-clients`. */
import { clientInfo, clientType } from "./client-info.js";
import { REPLY_SIZE } from "./client-usage.js";
import type { Engine } from "./engine.js";
import type { Session } from "./session.js";

/** With a smaller limit nobody could speak to the server any more. */
const LOWEST_LIMIT = 128 * 1024;

/** How long a measurement of a connection that does nothing counts, ms. */
const LOOK_MS = 1000;

/** What all connections take but those of replicas, measured now, in bytes. */
export function memoryOfClients(engine: Engine): number {
  let bytes = 0;
  for (const session of engine.sessions.values()) bytes += bytesOf(session);
  return bytes;
}

/** Replicas are not counted as clients. */
function bytesOf(session: Session): number {
  return session.replica?.attached ? 0 : session.usage.facts().total;
}

/** Keeps account of the connections of one engine, while `maxmemory` or `maxmemory-clients` makes it matter. */
export class ClientMemory {
  /** Is account kept? The host then calls {@link ClientMemory.check}. */
  active = false;
  /** What all connections take, in bytes; 0 while no account is kept. */
  total = 0;
  /** `maxmemory-clients` in bytes; 0: none. */
  limit = 0;
  readonly #engine: Engine;
  readonly #bytes = new Map<Session, number>();
  /** Those with output that leaves without our doing: what is known of them is an upper bound. */
  readonly #withOutput = new Set<Session>();
  /** When all have been measured last, ms since 1970. */
  #lookedAt = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** To be called when settings have changed. */
  configure(): void {
    const { maxmemory, maxmemoryClients } = this.#engine.config;
    this.limit = maxmemoryClients === 0 ? 0 : Math.max(LOWEST_LIMIT, maxmemoryClients);
    const active = maxmemory !== 0 || maxmemoryClients !== 0;
    if (active === this.active) return;
    this.active = active;
    this.total = 0;
    this.#bytes.clear();
    this.#withOutput.clear();
    if (active) this.#measureAll();
  }

  /** The connection has ended. */
  drop(session: Session): void {
    this.total -= this.#bytes.get(session) ?? 0;
    this.#bytes.delete(session);
    this.#withOutput.delete(session);
  }

  /**
   * Something has changed for a connection: its requests, its replies, what it has set up. Not to be called in the
   * middle of a command, because connections may be ended.
   */
  check(session: Session): void {
    if (!this.#engine.sessions.has(session.id)) return;
    this.#measure(session);
    if (this.limit !== 0 && this.total >= this.limit) this.#evict();
  }

  /** Look again at those whose output may have left, and now and then at all: what is not used shrinks. */
  refresh(): void {
    if (Math.abs(this.#engine.now - this.#lookedAt) >= LOOK_MS) this.#measureAll();
    else for (const session of this.#withOutput) this.#measure(session);
  }

  #measureAll(): void {
    this.#lookedAt = this.#engine.now;
    for (const session of this.#engine.sessions.values()) this.#measure(session);
  }

  #measure(session: Session): void {
    const bytes = bytesOf(session);
    this.total += bytes - (this.#bytes.get(session) ?? 0);
    this.#bytes.set(session, bytes);
    if ((session.host.gauge?.replyBytes ?? 0) > REPLY_SIZE) this.#withOutput.add(session);
    else this.#withOutput.delete(session);
  }

  /** End the largest connections until the rest is below the limit. */
  #evict(): void {
    this.refresh();
    if (this.total < this.limit) return;
    const engine = this.#engine;
    const bySize = [...this.#bytes].filter(([session]) => mayGo(session)).sort(([, a], [, b]) => b - a);
    for (const [session] of bySize) {
      if (this.total < this.limit) return;
      engine.log?.(2, `Evicting client: ${clientInfo(session)}`);
      engine.statistics.evictedClients++;
      session.end();
    }
    if (this.total >= this.limit)
      engine.log?.(3, "Over client maxmemory after evicting all evictable clients");
  }
}

/** Replicas and masters are never in the way; and what no host can end takes no buffers either. */
function mayGo(session: Session): boolean {
  const type = clientType(session);
  return !session.noEvict && (type === "normal" || type === "pubsub") && session.host.close !== undefined;
}
