/** What the connection of one client takes of memory. */
import type { ClientBuffers, Session, Transaction } from "./session.js";

/** As much output is taken to be part of every connection, as is the buffer of redis-server's. */
export const SMALL_OUTPUT = 16384;
/** A connection that does nothing, about. */
const IDLE_BYTES = 2048 + SMALL_OUTPUT;
/** A watched key, a subscription, a queued command and a prefix for tracking, beside their texts. */
const WATCHED_KEY_BYTES = 32;
const SUBSCRIPTION_BYTES = 32;
const QUEUED_COMMAND_BYTES = 32;
const PREFIX_BYTES = 32;
/** An argument of a command, beside its text. */
const ARGUMENT_BYTES = 8;

const NO_BUFFERS: ClientBuffers = { query: 0, queryFree: 0, replies: 0, leaving: 0 };

/** What one connection takes, in bytes. */
export interface ClientUsage extends ClientBuffers {
  /** MULTI and WATCH. */
  readonly multi: number;
  /** All together. */
  readonly total: number;
}

/** Measure a connection. */
export function usageOf(session: Session): ClientUsage {
  const buffers = session.host.buffers?.() ?? NO_BUFFERS;
  const multi = multiBytes(session);
  const { query, queryFree, replies, leaving } = buffers;
  const subscriptions = session.subscriptionCount + session.shardSubscriptionCount;
  const prefixes = session.tracking?.prefixes.length ?? 0;
  const own = IDLE_BYTES + multi + subscriptions * SUBSCRIPTION_BYTES + prefixes * PREFIX_BYTES;
  const output = Math.max(0, replies + leaving - SMALL_OUTPUT);
  return { query, queryFree, replies, leaving, multi, total: own + query + queryFree + output };
}

function multiBytes({ transaction, watched }: Session): number {
  let bytes = transaction === undefined ? 0 : queueBytes(transaction);
  if (watched !== undefined) for (const keys of watched.values()) bytes += keys.size * WATCHED_KEY_BYTES;
  return bytes;
}

/** Only what has been queued since the last time is looked at. */
function queueBytes(transaction: Transaction): number {
  const { queue } = transaction;
  for (; transaction.measured < queue.length; transaction.measured++) {
    transaction.bytes += QUEUED_COMMAND_BYTES + argumentBytes(queue[transaction.measured].args);
  }
  return transaction.bytes;
}

function argumentBytes(args: readonly string[]): number {
  return args.reduce((sum, { length }) => sum + length + ARGUMENT_BYTES, 0);
}
