/** A long string of which a part has come: it is gathered in a buffer of its own, which no other reply shares. */
import { allocate, outsideHeap } from "./bytes.js";

/** The buffer starts with at most this, and doubles: a length that only was announced costs nothing. */
const START = 1024 * 1024;
/** A server that has sent this much means it: copying once more costs more than room for the rest. */
const TRUSTED = 16 * 1024 * 1024;

/** Memory that a string was read from; the next may have it, unless the garbage collector comes first. */
let spare: WeakRef<Uint8Array> | undefined;

function roomFor(length: number): Uint8Array {
  const bytes = spare?.deref();
  spare = undefined;
  return bytes !== undefined && bytes.length >= length ? bytes : allocate(length);
}

/** A string with its CRLF, as far as it has come. */
export class GatheredString {
  /** The type byte that it began with. */
  readonly type: number;
  /** How long it will be, the CRLF included. */
  readonly total: number;
  #bytes: Uint8Array;
  #length: number;

  /** @param begun what has come of it */
  constructor(type: number, total: number, begun: Uint8Array) {
    this.type = type;
    this.total = total;
    const room = Math.max(Math.min(total, Math.max(START, begun.length)), outsideHeap(total - 2));
    this.#bytes = roomFor(room);
    this.#bytes.set(begun);
    this.#length = begun.length;
  }

  /** All that has come, and room behind it. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Has all of it come? */
  get complete(): boolean {
    return this.#length === this.total;
  }

  /** Nobody will look at the bytes again. */
  release(): void {
    spare = new WeakRef(this.#bytes);
  }

  /** Take what belongs to it of the first `end` bytes of `chunk`. @returns how many that were */
  take(chunk: Uint8Array, end: number): number {
    const count = Math.min(this.total - this.#length, end);
    const length = this.#length + count;
    if (length > this.#bytes.length) {
      const enough = this.#bytes.length >= TRUSTED ? this.total : Math.max(length, this.#bytes.length * 2);
      const larger = allocate(Math.min(this.total, enough));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk.subarray(0, count), this.#length);
    this.#length = length;
    return count;
  }
}
