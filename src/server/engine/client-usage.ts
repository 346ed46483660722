/**
 * What the connection of one client takes of memory, as redis-server counts it. Here requests are read into memory that
 * all sockets share, and replies are joined as they come: the host of the session counts what has come and what waits to
 * leave, and what redis-server would keep ready for it is worked out from what passed lately.
 */
import type { Args } from "./handler.js";
import type { Session, Transaction } from "./session.js";

/** What the host of a session can tell of its bytes. */
export interface BufferGauge {
  /**
   * Bytes of requests that have come, without words that are whole; those of requests that run count until all that
   * came together is done.
   */
  readonly requestBytes: number;
  /** Bytes of the whole words of a request that has begun to come. */
  readonly wordBytes: number;
  /** Length of the longest word that came in pieces since this was set to 0, the one that is coming included. */
  longestWord: number;
  /** Bytes that were sent at once, at the most, since this was set. */
  replyPeak: number;
  /** Bytes of replies that wait to leave. */
  readonly replyBytes: number;
}

/** What a connection takes. All in bytes, but for the number of reply blocks. */
export interface ClientFacts {
  /** The query buffer: what is in it, and what room there is. */
  readonly query: number;
  readonly queryFree: number;
  /** Words of the request that runs, waits or has begun to come, and those that MULTI has queued. */
  readonly words: number;
  readonly queuedWords: number;
  /** The reply buffer: its size, the most that was in it lately, and what is in it. */
  readonly replySize: number;
  readonly replyPeak: number;
  readonly replyUsed: number;
  /** Replies for which it has no room. */
  readonly replyBlocks: number;
  readonly replyListed: number;
  /** The query buffer and the words as they lie in memory. */
  readonly input: number;
  /** All that the connection takes. */
  readonly total: number;
}

/** How the sizes of reply buffers follow what passes: DEBUG REPLYBUFFER. */
export interface ReplyBufferPolicy {
  /** After so many ms the peak is measured anew; `undefined`: never. */
  resetAfter: number | undefined;
  resizes: boolean;
}

/** The record of a client. */
const CLIENT_BYTES = 768;

/** What redis-server makes room for at the first read, and how long it keeps it without use. */
const QUERY_SIZE = 20474;
const QUERY_IDLE_SECONDS = 2;
/** What a buffer takes beside its capacity, and what is left of one that was given back. */
const QUERY_HEAD = 6;
const NO_QUERY = 8;
/** A word from this length on is read into a buffer of its size. */
const LONG_WORD = 32768;
/** Redis looks after the sizes of buffers so often. */
const LOOK_MS = 100;

/** A reply buffer at the most and at the least. */
export const REPLY_SIZE = 16384;
const SMALLEST_REPLY_SIZE = 1024;
/** How long the peak of a reply buffer counts, ms. */
export const REPLY_PEAK_MS = 5000;
/** A block of replies that found no room in the reply buffer, beside its bytes. */
const REPLY_BLOCK = 40;

/** A word of a request and a queued command, beside the text. */
const WORD = 8;
const QUEUED_COMMAND = 24;
const FEWEST_QUEUED = 2;
const WATCHED_KEY = 56;
const PATTERN = 24;
/** A channel in a table, a place of such a table, and the fewest places. */
const CHANNEL = 24;
const TABLE_PLACE = 8;
const FEWEST_PLACES = 4;
/** A node of the tree of prefixes that are tracked. */
const PREFIX_NODE = 32;

/** Measures one session. Buffers shrink when it is looked at, and not in between. */
export class ClientUsage {
  readonly #session: Session;
  #peakSince: number;
  #longWordSeenAt: number | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#peakSince = session.createdAt;
  }

  /** @param args the request that runs now, if it is this session's */
  facts(args?: Args): ClientFacts {
    const session = this.#session;
    const { gauge } = session.host;
    const transaction = session.transaction ?? session.executing;
    const queuedWords = transaction === undefined ? 0 : queuedBytes(transaction);

    const request = args ?? session.waiter?.args;
    const words = request === undefined ? (gauge?.wordBytes ?? 0) : this.#textBytes(request);
    const query = gauge?.requestBytes ?? 0;
    const capacity = gauge === undefined ? 0 : Math.max(query, this.#querySize(gauge));
    const input = (capacity === 0 ? NO_QUERY : capacity + QUERY_HEAD) + words + (request?.length ?? 0) * WORD;

    const waiting = gauge?.replyBytes ?? 0;
    const replyPeak = gauge === undefined ? 0 : this.#peak(gauge, waiting);
    const replySize = session.engine.replyBuffers.resizes
      ? Math.max(SMALLEST_REPLY_SIZE, replyPeak)
      : REPLY_SIZE;
    const replyUsed = Math.min(waiting, REPLY_SIZE);
    const replyBlocks = Math.ceil((waiting - replyUsed) / REPLY_SIZE);
    const replyListed = waiting - replyUsed + replyBlocks * REPLY_BLOCK;

    const queue = transaction === undefined ? 0 : queuedWords + placesForQueue(transaction) * QUEUED_COMMAND;
    const total = CLIENT_BYTES + input + replySize + replyListed + queue + interestBytes(session);
    return {
      query,
      queryFree: capacity - query,
      words,
      queuedWords,
      replySize,
      replyPeak,
      replyUsed,
      replyBlocks,
      replyListed,
      input,
      total,
    };
  }

  /** The texts of what EXEC runs are counted where they are queued. */
  #textBytes(request: Args): number {
    return this.#session.executing === undefined ? textBytes(request) : "EXEC".length;
  }

  #querySize(gauge: BufferGauge): number {
    const { engine, lastCommandAt } = this.#session;
    if (Math.floor((engine.now - lastCommandAt) / 1000) > QUERY_IDLE_SECONDS) return 0;
    if (gauge.longestWord < LONG_WORD) {
      this.#longWordSeenAt = undefined;
      return QUERY_SIZE;
    }
    this.#longWordSeenAt ??= engine.now;
    if (engine.now - this.#longWordSeenAt >= LOOK_MS) gauge.longestWord = 0;
    return Math.max(QUERY_SIZE, gauge.longestWord);
  }

  #peak(gauge: BufferGauge, waiting: number): number {
    const { engine } = this.#session;
    const { resetAfter } = engine.replyBuffers;
    if (resetAfter !== undefined && engine.now - this.#peakSince >= resetAfter) {
      this.#peakSince = engine.now;
      gauge.replyPeak = waiting;
    }
    return Math.min(gauge.replyPeak, REPLY_SIZE);
  }
}

/** Only what has been queued since the last time is looked at. */
function queuedBytes(transaction: Transaction): number {
  const { queue } = transaction;
  for (; transaction.measured < queue.length; transaction.measured++) {
    const { args } = queue[transaction.measured];
    transaction.bytes += textBytes(args) + args.length * WORD;
  }
  return transaction.bytes;
}

/** The queue's memory grows by doubling. */
function placesForQueue({ queue }: Transaction): number {
  return queue.length === 0 ? 0 : Math.max(FEWEST_QUEUED, powerFrom(queue.length));
}

/** What it watches, has subscribed to and tracks by prefixes. */
function interestBytes({ watched, channels, patterns, shardChannels, tracking }: Session): number {
  let bytes = 0;
  if (watched !== undefined) for (const keys of watched.values()) bytes += keys.size * WATCHED_KEY;
  if (channels !== undefined) bytes += tableBytes(channels.size);
  if (patterns !== undefined) bytes += patterns.size * PATTERN;
  if (shardChannels !== undefined) bytes += tableBytes(shardChannels.size);
  const prefixes = tracking?.prefixes.length ?? 0;
  // Each has a node for its text and one for its end, below a common root.
  return prefixes === 0 ? bytes : bytes + (2 * prefixes + 1) * PREFIX_NODE;
}

function tableBytes(size: number): number {
  return size === 0 ? 0 : size * CHANNEL + Math.max(FEWEST_PLACES, powerFrom(size)) * TABLE_PLACE;
}

/** The least power of two that is not below a positive integer. */
function powerFrom(size: number): number {
  return 2 ** (32 - Math.clz32(size - 1));
}

function textBytes(words: Args): number {
  let bytes = 0;
  for (const word of words) bytes += word.length;
  return bytes;
}
