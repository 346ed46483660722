/** Commands that see a string as an array of bits, or of small integers. Bit 0 is the highest bit of the first byte. */
import { type Arg, CommandSet, type Key, listOf, type Many } from "./base.js";
import type { Integer, Mode, Reply } from "./mode.js";
import { plain } from "./replies.js";

/** Part of a string, both ends included; negative ones count from the end. */
export interface BitcountOptions {
  start: number;
  end: number;
  /** What `start` and `end` count: bytes, unless you say bits. */
  unit?: "byte" | "bit";
}

/** Where {@link BitmapCommands.bitpos} searches; without `end` up to the end of the string and the zeros behind it. */
export interface BitposOptions {
  start: number;
  end?: number;
  /** What `start` and `end` count: bytes, unless you say bits. Needs `end`. */
  unit?: "byte" | "bit";
}

/**
 * How {@link BitmapCommands.bitop} joins strings; `not` takes one source only. From Redis 8.2 on also: bits of the first
 * source that none of the others has (`diff`), or the reverse (`diff1`); bits of the first that any other has (`andor`);
 * bits that exactly one source has (`one`).
 */
export type BitOperation = "and" | "or" | "xor" | "not" | "diff" | "diff1" | "andor" | "one";

/** An integer of a number of bits: signed (`i1` to `i64`) or unsigned (`u1` to `u63`). */
export type BitfieldType = `i${number}` | `u${number}`;

/** A position in bits, or, with `#`, in multiples of the integer's own width. */
export type BitfieldOffset = number | `#${number}`;

/** Read an integer. */
export interface BitfieldGet {
  get: BitfieldType;
  offset: BitfieldOffset;
}

/** Write an integer; the reply is the one before. */
export interface BitfieldSet {
  set: BitfieldType;
  offset: BitfieldOffset;
  value: number | bigint;
}

/** Add to an integer; the reply is the sum. */
export interface BitfieldIncrby {
  incrby: BitfieldType;
  offset: BitfieldOffset;
  by: number | bigint;
}

/** What the writes after it do on overflow: wrap around, saturate at the limit, or not write and reply `null`. */
export interface BitfieldOverflow {
  overflow: "wrap" | "sat" | "fail";
}

/** One step of {@link BitmapCommands.bitfield}. */
export type BitfieldOperation = BitfieldGet | BitfieldSet | BitfieldIncrby | BitfieldOverflow;

/** Commands on bits of strings. */
export abstract class BitmapCommands<M extends Mode> extends CommandSet<M> {
  /**
   * How many bits are set in the string at `key`, or in a part of it.
   * @example
   * ```ts
   * await redis.set("k", "foobar");
   * await redis.bitcount("k");                                    // 26
   * await redis.bitcount("k", { start: 5, end: 30, unit: "bit" }); // 17
   * ```
   * @see https://redis.io/docs/latest/commands/bitcount/
   */
  bitcount(key: Key, options?: BitcountOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [key];
    if (options) {
      args.push(options.start, options.end);
      if (options.unit !== undefined) args.push(options.unit);
    }
    return this.run<Integer<M>>("BITCOUNT", args, plain);
  }

  /**
   * Read and write integers of any width in the string at `key`, in one step.
   * @returns a value for each operation but `overflow`; `null` where `overflow: "fail"` prevented a write
   * @example
   * ```ts
   * await redis.bitfield("player:1", [
   *   { set: "u32", offset: "#1", value: 1000 },
   *   { overflow: "fail" },
   *   { incrby: "u8", offset: 0, by: 50 },
   *   { get: "u32", offset: "#1" },
   * ]); // [0, 50, 1000]
   * ```
   * @see https://redis.io/docs/latest/commands/bitfield/
   */
  bitfield(key: Key, operations: readonly BitfieldOperation[]): Reply<M, (Integer<M> | null)[]> {
    const args: Arg[] = [key];
    for (const step of operations) {
      if ("get" in step) args.push("GET", step.get, step.offset);
      else if ("set" in step) args.push("SET", step.set, step.offset, step.value);
      else if ("incrby" in step) args.push("INCRBY", step.incrby, step.offset, step.by);
      else args.push("OVERFLOW", step.overflow);
    }
    return this.run<(Integer<M> | null)[]>("BITFIELD", args, plain);
  }

  /**
   * Read integers of any width from the string at `key`. A replica serves it, as it cannot write.
   * @example
   * ```ts
   * await redis.bitfieldRo("player:1", [{ get: "u8", offset: 0 }, { get: "i5", offset: 100 }]); // [50, 0]
   * ```
   * @see https://redis.io/docs/latest/commands/bitfield_ro/
   */
  bitfieldRo(key: Key, operations: readonly BitfieldGet[]): Reply<M, Integer<M>[]> {
    const args: Arg[] = [key];
    for (const step of operations) args.push("GET", step.get, step.offset);
    return this.run<Integer<M>[]>("BITFIELD_RO", args, plain);
  }

  /**
   * Join strings bit by bit into `destination`; shorter ones count as filled with zeros.
   * @returns length in bytes of the result
   * @example
   * ```ts
   * await redis.bitop("and", "active:both", "active:monday", "active:tuesday");
   * ```
   * @see https://redis.io/docs/latest/commands/bitop/
   */
  bitop(operation: BitOperation, destination: Key, ...sources: Many<Key>): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("BITOP", [operation, destination, ...listOf(sources)], plain);
  }

  /**
   * Position of the first bit that is `bit` in the string at `key`.
   * @returns -1 when there is none; searching 0 without `end`, the position behind the string counts
   * @example
   * ```ts
   * await redis.set("k", Buffer.from([0xff, 0xf0, 0x00]));
   * await redis.bitpos("k", 0);               // 12
   * await redis.bitpos("k", 0, { start: 2 }); // 16
   * ```
   * @see https://redis.io/docs/latest/commands/bitpos/
   */
  bitpos(key: Key, bit: 0 | 1, options?: BitposOptions): Reply<M, Integer<M>> {
    const args: Arg[] = [key, bit];
    if (options) {
      args.push(options.start);
      if (options.end !== undefined) args.push(options.end);
      if (options.unit !== undefined) args.push(options.unit);
    }
    return this.run<Integer<M>>("BITPOS", args, plain);
  }

  /**
   * The bit at `offset` of the string at `key`; 0 beyond its end.
   * @see https://redis.io/docs/latest/commands/getbit/
   */
  getbit(key: Key, offset: number): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("GETBIT", [key, offset], plain);
  }

  /**
   * Set or clear the bit at `offset` of the string at `key`, which grows as needed.
   * @returns the bit before
   * @example
   * ```ts
   * await redis.setbit("visits:2026-08-01", 1042, 1); // 0: the first visit of user 1042 today
   * ```
   * @see https://redis.io/docs/latest/commands/setbit/
   */
  setbit(key: Key, offset: number, bit: 0 | 1): Reply<M, Integer<M>> {
    return this.run<Integer<M>>("SETBIT", [key, offset, bit], plain);
  }
}
