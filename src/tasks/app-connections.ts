/** The clients of an app: one for the broker, and one for results unless these are in the same place. */
import type { PoolOptions } from "../index.js";
import { Redis } from "../index.js";
import { parseBrokerUrl } from "./broker-url.js";
import { type MemoryServer, memoryServer } from "./memory-broker.js";

/**
 * Bounds what a worker can open: each queue takes four connections while it is empty, and none is opened before it
 * is needed.
 */
const MAX_CONNECTIONS = 10_000;

/** A client, and what is to be known of where it leads. */
export interface AppConnection {
  readonly redis: Redis;
  readonly db: number;
}

/** The clients that an app has opened. */
export class AppConnections {
  readonly #open = new Map<string, AppConnection>();
  readonly #opening = new Map<string, Promise<AppConnection>>();
  readonly #memory: MemoryServer[] = [];

  /** The client for this URL, if it can be had without waiting: any but the first one of `memory://`. */
  now(url: string): AppConnection | undefined {
    const known = this.#open.get(url);
    if (known !== undefined) return known;
    const address = parseBrokerUrl(url);
    if (address.kind === "memory") return undefined;
    return this.#add(url, { url: address.url }, address.db);
  }

  /** The client for this URL. */
  async get(url: string): Promise<AppConnection> {
    const now = this.now(url);
    if (now !== undefined) return now;
    let opening = this.#opening.get(url);
    if (opening === undefined) {
      opening = this.#openMemory(url);
      this.#opening.set(url, opening);
    }
    return opening;
  }

  async #openMemory(url: string): Promise<AppConnection> {
    const memory = await memoryServer();
    this.#memory.push(memory);
    return this.#add(url, { server: memory.server }, 0);
  }

  #add(url: string, options: PoolOptions, db: number): AppConnection {
    const connection = { redis: new Redis({ maxConnections: MAX_CONNECTIONS, ...options }), db };
    this.#open.set(url, connection);
    return connection;
  }

  /** Close all of them. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#open.values()].map(({ redis }) => redis.close()));
    await Promise.all(this.#memory.map((memory) => memory.release()));
    this.#open.clear();
    this.#opening.clear();
  }
}
