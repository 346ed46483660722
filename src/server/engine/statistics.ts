/** What INFO counts. */

/** A first word that is longer than this is no code. */
const LONGEST_CODE = 30;

/** Rates over shorter times than this (ms) would mean little. */
const RATE_PERIOD = 100;

/** Counts since the start, or since CONFIG RESETSTAT. */
export class Statistics {
  commands = 0;
  connections = 0;
  rejectedConnections = 0;
  expiredKeys = 0;
  evictedKeys = 0;
  evictedClients = 0;
  keyHits = 0;
  keyMisses = 0;
  errorReplies = 0;
  /** SYNC and PSYNC: all data was sent, a part of the stream was enough, it would not have been. */
  fullSyncs = 0;
  partialSyncs = 0;
  partialSyncsRefused = 0;
  /** Values that redis-server would have left to another thread to free. */
  lazilyFreed = 0;
  /** Saves and rewrites that were begun in the background, for which redis-server forks. */
  forks = 0;
  /** How often the host has read from clients, and written to them. */
  reads = 0;
  writes = 0;
  /** Bytes that the host has read and written. */
  networkInput = 0;
  networkOutput = 0;
  readonly errorsByCode = new Map<string, number>();

  #rate = 0;
  #rateAt = 0;
  #rateCommands = 0;

  /**
   * Commands a second, between this call and the one before.
   * @param now ms since 1970
   */
  commandsPerSecond(now: number): number {
    const elapsed = now - this.#rateAt;
    if (elapsed < RATE_PERIOD) return this.#rate;
    this.#rate = this.#rateAt === 0 ? 0 : Math.round(((this.commands - this.#rateCommands) * 1000) / elapsed);
    this.#rateAt = now;
    this.#rateCommands = this.commands;
    return this.#rate;
  }

  /** Count an error by its code, the first of its words; an only word is none. */
  countError(message: string): void {
    this.errorReplies++;
    const end = message.indexOf(" ");
    const code = end === -1 || end > LONGEST_CODE ? "ERR" : message.slice(0, end);
    this.errorsByCode.set(code, (this.errorsByCode.get(code) ?? 0) + 1);
  }
}
