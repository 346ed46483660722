/** What has happened on the connections of a pool since it was made: numbers that only grow. */

import type { ServerAttributes } from "../diagnostics.js";

/** What a pool notes about its connections, and how its traces call the server. */
export interface Ledger {
  readonly counters: Counters;
  readonly server: ServerAttributes;
}

/** Counters of a pool, for {@link ConnectionPool.statistics}. */
export interface Counters {
  /** Connections that were opened, past their handshake. */
  connects: number;
  /** Attempts to open one that failed. */
  connectFailures: number;
  /** Multiplexed connections that gave way to another, because the server had said that their endpoint goes away. */
  handoffs: number;
  /** Connections that were lost: neither side had closed them in good order. */
  losses: number;
  /** Loans of dedicated connections. */
  acquired: number;
  /** Loans that had to wait until another borrower gave one back. */
  waits: number;
  /** Of those, the ones that gave up after `acquireTimeout`. */
  waitTimeouts: number;
  /** Commands and batches that were sent again, because their reply was lost or the server had refused them for now. */
  retried: number;
  /** Commands and batches that failed because their deadline had passed. */
  timeouts: number;
  /** Replies that came after their caller had stopped waiting (a deadline, an abort), and were dropped. */
  lateReplies: number;
  /** Commands and batches for which the offline queue had no room. */
  refused: number;
  /** Bytes that were written and read, the handshakes included. */
  bytesOut: number;
  bytesIn: number;
}

/** All at zero. */
export function newCounters(): Counters {
  return {
    connects: 0,
    connectFailures: 0,
    handoffs: 0,
    losses: 0,
    acquired: 0,
    waits: 0,
    waitTimeouts: 0,
    retried: 0,
    timeouts: 0,
    lateReplies: 0,
    refused: 0,
    bytesOut: 0,
    bytesIn: 0,
  };
}
