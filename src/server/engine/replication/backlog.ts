/** The last part of the replication stream, for replicas that have lost their connection for a while. */

/** A stream's end; its bytes are counted from 1 on. */
export class Backlog {
  /** The number of the first byte that is still there. */
  first: number;
  /** How many bytes are there. */
  length = 0;
  #pieces: string[] = [];

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
    let whole = 0;
    while (whole < this.#pieces.length && this.#pieces[whole].length <= excess) {
      excess -= this.#pieces[whole].length;
      whole++;
    }
    if (whole !== 0) this.#pieces = this.#pieces.slice(whole);
    if (excess !== 0) this.#pieces[0] = this.#pieces[0].slice(excess);
    this.first += this.length - size;
    this.length = size;
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
