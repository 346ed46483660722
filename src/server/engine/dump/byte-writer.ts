/** Writing binary data whose length is not known before. */

/** Numbers are converted here before their bytes are appended. */
const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);

/** Bytes that grow at the end. Numbers are little endian. */
export class ByteWriter {
  #bytes = new Uint8Array(64);
  #length = 0;

  /** Number of bytes written. */
  get length(): number {
    return this.#length;
  }

  /** What has been written; valid until the next write. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** One byte; higher bits are cut off. */
  byte(value: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length++] = value;
  }

  /** The lowest `size` bytes (4 at the most) of an integer, which may be negative. */
  integer(value: number, size: number): void {
    for (let i = 0; i < size; i++) this.byte(value >> (8 * i));
  }

  /** A signed integer of 64 bits. */
  int64(value: number | bigint): void {
    scratch.setBigInt64(0, BigInt(value), true);
    this.append(scratchBytes);
  }

  /** An unsigned integer of 64 bits; `littleEndian` false: the highest byte first. */
  uint64(value: bigint, littleEndian = true): void {
    scratch.setBigUint64(0, value, littleEndian);
    this.append(scratchBytes);
  }

  /** A double of 64 bits. */
  double(value: number): void {
    scratch.setFloat64(0, value, true);
    this.append(scratchBytes);
  }

  /** A one-byte string. */
  text(text: string): void {
    this.#makeRoom(text.length);
    const bytes = this.#bytes;
    const at = this.#length;
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
    this.#length += text.length;
  }

  append(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Forget what has been written, and begin anew in the same memory. */
  clear(): void {
    this.#length = 0;
  }

  /** Replace `size` bytes at `at`, which must have been written, by an unsigned integer. */
  patch(at: number, value: number, size: number): void {
    for (let i = 0; i < size; i++) this.#bytes[at + i] = value >>> (8 * i);
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const roomier = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    roomier.set(this.bytes);
    this.#bytes = roomier;
  }
}
