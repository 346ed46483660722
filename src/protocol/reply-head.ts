/**
 * The beginning of a reply, kept to know the next one that begins with the same bytes: messages to one
 * channel differ only in their last element.
 */

/** Longer ones are not kept. */
const MAX_LENGTH = 256;

/** The bytes of a type and a length line come before the last element: no head is as short as this. */
const WORD = 4;

const DOLLAR = 36;

/** All bytes of a reply up to the type byte of its last element, a string. */
export class ReplyHead {
  readonly #bytes: DataView = new DataView(new ArrayBuffer(MAX_LENGTH));
  #length = 0;
  /** The buffer that was looked at last, and a view of it: four bytes at once are compared three times as fast. */
  #viewed: Uint8Array | null = null;
  #view: DataView = this.#bytes;

  /** How many bytes it has; 0: none is known. */
  get length(): number {
    return this.#length;
  }

  /** Forget it. */
  clear(): void {
    this.#length = 0;
  }

  /** Keep the bytes of a reply that begins at `from` and whose last element begins at `last`, if that is a string. */
  keep(buffer: Uint8Array, from: number, last: number): void {
    const length = last + 1 - from;
    this.#length = 0;
    if (length <= WORD || length > MAX_LENGTH || buffer[last] !== DOLLAR) return;
    for (let i = 0; i < length; i++) this.#bytes.setUint8(i, buffer[from + i]);
    this.#length = length;
  }

  /** Do the bytes of `buffer` from `from` on, of which there are enough, begin like this? */
  matches(buffer: Uint8Array, from: number): boolean {
    if (buffer !== this.#viewed) {
      this.#viewed = buffer;
      this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    }
    const bytes = this.#bytes;
    const view = this.#view;
    // Names of channels differ near the end.
    let at = this.#length - WORD;
    for (; at > 0; at -= WORD) if (view.getInt32(from + at) !== bytes.getInt32(at)) return false;
    return view.getInt32(from) === bytes.getInt32(0);
  }
}
