/** What `redis.setStream()` reads from: bytes in chunks of any size, gathered into blocks of one size. */
import { ArgumentError } from "../../errors.js";

/** Bytes that come in chunks: a web stream, a Node stream, a generator, an array. Chunks may be used again afterwards. */
export type ByteSource = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Waits for something that another event may interrupt: a source may be slow, and its receiver gone meanwhile. */
export type Waiting = <T>(promise: Promise<T>) => Promise<T>;

/** Reads a source; must be ended. */
export class BlockReader {
  readonly #chunks: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #rest: Uint8Array = EMPTY;
  #over = false;
  #count = 0;

  /** @throws ArgumentError for a source that is none */
  constructor(source: ByteSource) {
    this.#chunks = iteratorOf(source);
  }

  /**
   * Fill `block` as far as the source goes.
   * @param wait through which every wait for the source goes
   * @returns how many bytes of it are filled: fewer than it has at the end of the source
   * @throws whatever the source throws, ArgumentError for a chunk that is no bytes
   */
  async fill(block: Uint8Array, wait: Waiting): Promise<number> {
    let filled = 0;
    while (filled < block.length) {
      if (this.#rest.length === 0) {
        if (this.#over || !(await this.#next(wait))) break;
        continue;
      }
      const part = this.#rest.subarray(0, block.length - filled);
      block.set(part, filled);
      filled += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return filled;
  }

  async #next(wait: Waiting): Promise<boolean> {
    const step = this.#chunks.next();
    const { done, value } = step instanceof Promise ? await wait(step) : await step;
    this.#count++;
    if (done) {
      this.#over = true;
      return false;
    }
    if (!(value instanceof Uint8Array)) {
      const what = value === null ? "null" : typeof value;
      throw new ArgumentError(
        `Chunk ${this.#count} of the source is ${what}; allowed are Buffer and Uint8Array`,
      );
    }
    this.#rest = value;
    return true;
  }

  /** The source is not read to its end: let it free what it holds. Resolves when it has, which it may never do. */
  async end(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    try {
      await this.#chunks.return?.();
    } catch {
      // The reason why it is ended is told to the caller already.
    }
  }
}

const EMPTY = new Uint8Array(0);

function iteratorOf(source: ByteSource): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  if (typeof source === "object" && source !== null && !(source instanceof Uint8Array)) {
    const { getReader } = source as Partial<ReadableStream<Uint8Array>>;
    if (typeof getReader === "function") return readerOf(source as ReadableStream<Uint8Array>);
    const many = source as Partial<AsyncIterable<Uint8Array> & Iterable<Uint8Array>>;
    const iterator = many[Symbol.asyncIterator]?.() ?? many[Symbol.iterator]?.();
    if (iterator !== undefined) return iterator;
  }
  throw new ArgumentError(
    "The source of setStream must be a ReadableStream, an AsyncIterable or an Iterable of Uint8Arrays",
  );
}

/** Not every platform's web streams can be iterated. */
function readerOf(stream: ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> {
  const reader = stream.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}
