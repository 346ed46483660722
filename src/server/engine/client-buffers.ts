/**
 * The buffers of a connection as CLIENT LIST tells of them. Here requests are read into memory that all sockets share, and
 * replies are joined as they come: what has come and what waits to leave is counted, and what redis-server would keep
 * ready for it is worked out from what passed lately.
 */
import type { Args } from "./handler.js";
import type { Session } from "./session.js";

/** What the host of a session can tell of its bytes. */
export interface BufferGauge {
  /** Bytes of requests that have come; those that run count until all that came together is done. */
  readonly requestBytes: number;
  /** Length of the longest word that came in pieces since this was set to 0. */
  longestWord: number;
  /** Bytes that were sent at once, at the most, since this was set. */
  replyPeak: number;
  /** Bytes of replies that wait to leave. */
  readonly replyBytes: number;
}

/** All in bytes, but for the number of reply blocks. */
export interface BufferFacts {
  readonly query: number;
  readonly queryFree: number;
  readonly words: number;
  readonly queuedWords: number;
  readonly replySize: number;
  readonly replyPeak: number;
  readonly replyUsed: number;
  readonly replyBlocks: number;
  readonly replyListed: number;
}

/** What redis-server makes room for at the first read, and how long it keeps it without use. */
const QUERY_SIZE = 20474;
const QUERY_IDLE_SECONDS = 2;
/** A word from this length on is read into a buffer of its size. */
const LONG_WORD = 32768;
/** Redis looks after the sizes of buffers so often. */
const LOOK_MS = 100;

/** A reply buffer at the most and at the least. */
export const REPLY_SIZE = 16384;
const SMALLEST_REPLY_SIZE = 1024;

/** How long the peak of a reply buffer counts, ms. */
export const REPLY_PEAK_MS = 5000;

/** How the sizes of reply buffers follow what passes: DEBUG REPLYBUFFER. */
export interface ReplyBufferPolicy {
  /** After so many ms the peak is measured anew; `undefined`: never. */
  resetAfter: number | undefined;
  resizes: boolean;
}

/** The buffers of one session. */
export class BufferModel {
  readonly #session: Session;
  #peakSince: number;
  #longWordSeenAt: number | undefined;

  constructor(session: Session) {
    this.#session = session;
    this.#peakSince = session.createdAt;
  }

  /** @param args the request that runs now, if it is this session's */
  facts(args: Args | undefined): BufferFacts {
    const session = this.#session;
    const { gauge } = session.host;
    const words = args ?? session.waiter?.args ?? [];
    const wordBytes = lengthOf(words);
    const queue = (session.transaction ?? session.executing)?.queue ?? [];
    const queuedWords = queue.reduce((sum, one) => sum + lengthOf(one.args), 0);
    const query = gauge?.requestBytes ?? 0;
    const capacity = gauge === undefined ? 0 : Math.max(query, this.#querySize(gauge));
    const waiting = gauge?.replyBytes ?? 0;
    const replyPeak = gauge === undefined ? 0 : this.#peak(gauge, waiting);
    const { resizes } = session.engine.replyBuffers;
    const replySize = resizes ? Math.max(SMALLEST_REPLY_SIZE, replyPeak) : REPLY_SIZE;
    const replyUsed = Math.min(waiting, REPLY_SIZE);
    const replyListed = waiting - replyUsed;
    return {
      query,
      queryFree: capacity - query,
      words: wordBytes,
      queuedWords,
      replySize,
      replyPeak,
      replyUsed,
      replyBlocks: Math.ceil(replyListed / REPLY_SIZE),
      replyListed,
    };
  }

  #querySize(gauge: BufferGauge): number {
    const { engine, lastCommandAt } = this.#session;
    if (Math.floor((engine.now - lastCommandAt) / 1000) > QUERY_IDLE_SECONDS) return 0;
    if (gauge.longestWord < LONG_WORD) {
      this.#longWordSeenAt = undefined;
      return QUERY_SIZE;
    }
    this.#longWordSeenAt ??= engine.now;
    if (engine.now - this.#longWordSeenAt < LOOK_MS) return gauge.longestWord;
    gauge.longestWord = 0;
    return QUERY_SIZE;
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

function lengthOf(words: Args): number {
  return words.reduce((sum, word) => sum + word.length, 0);
}
