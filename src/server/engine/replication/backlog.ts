/** The last part of the replication stream, for replicas that have lost their connection for a while. */

/** A stream's end; its bytes are counted from 1 on. */
export class Backlog {
  /** The number of the first byte that is still there. */
  first: number;
  /** How many bytes are there. */
  length = 0;
  #pieces: string[] = [];
  /** So many pieces at the beginning are gone already. */
  #gone = 0;

  /** @param first the number of the byte that comes next */
  constructor(first: number) {
    this.first = first;
  }

  /** Add one-byte text; what is beyond `size` bytes goes at the other end. */
  append(text: string, size: number): void {
    this.#pieces.push(text);
    this.length += text.length;
    this.shrink(size);
  }

  /** Keep no more than the last `size` bytes. */
  shrink(size: number): void {
    let excess = this.length - size;
    if (excess <= 0) return;
    this.first += excess;
    this.length = size;
    const pieces = this.#pieces;
    while (this.#gone < pieces.length && pieces[this.#gone].length <= excess) {
      excess -= pieces[this.#gone].length;
      pieces[this.#gone++] = "";
    }
    if (excess !== 0) pieces[this.#gone] = pieces[this.#gone].slice(excess);
    // Not at every write, because it touches all that are left.
    if (this.#gone * 2 > pieces.length) {
      this.#pieces = pieces.slice(this.#gone);
      this.#gone = 0;
    }
  }

  /** Is the byte with this number there, or the next that will come? */
  reaches(offset: number): boolean {
    return offset >= this.first && offset <= this.first + this.length;
  }

  /** All from that byte on. */
  from(offset: number): string {
    return this.#pieces.join("").slice(offset - this.first);
  }
}
