/**
 * `math.random` and `math.randomseed` as Redis replaces them: the 48-bit generator of `drand48`, always started from
 * the same seed, so that a script draws the same numbers on every server.
 */
import type { LibraryEntries, Lua } from "./lua.js";

const HALF = 2 ** 24;
/** The multiplier 0x5DEECE66D in two halves, and the addend. */
const MULTIPLIER_HIGH = 0x5de;
const MULTIPLIER_LOW = 0xece66d;
const ADDEND = 0xb;
/** The low 16 bits of the state that a seed leaves. */
const SEED_TAIL = 0x330e;
/** The largest number that a draw can give, and the divisor of Redis. */
const DRAW_MAX = 2 ** 31 - 1;

/** The generator; its state is 48 bits in two halves. */
export class Random48 {
  #high = 0x1234ab;
  #low = 0xcd330e;

  /** @param seed its low 32 bits count */
  seed(seed: number): void {
    const bits = seed >>> 0;
    this.#high = bits >>> 8;
    this.#low = ((bits & 0xff) << 16) | SEED_TAIL;
  }

  /** An integer from 0 to 2^31 - 1. */
  next(): number {
    const low = this.#low * MULTIPLIER_LOW + ADDEND;
    const high = this.#high * MULTIPLIER_LOW + this.#low * MULTIPLIER_HIGH + Math.floor(low / HALF);
    this.#low = low % HALF;
    this.#high = high % HALF;
    return this.#high * 128 + (this.#low >>> 17);
  }
}

/** What replaces Lua's own in the table `math`. */
export function randomLibrary(lua: Lua): LibraryEntries {
  const generator = new Random48();
  const { api } = lua;
  return {
    random(L) {
      const draw = (generator.next() % DRAW_MAX) / DRAW_MAX;
      const args = api._lua_gettop(L);
      if (args === 0) {
        api._lua_pushnumber(L, draw);
      } else if (args === 1) {
        const upper = lua.checkInteger(L, 1) | 0;
        if (upper < 1) lua.badArgument(L, 1, "interval is empty");
        api._lua_pushnumber(L, Math.floor(draw * upper) + 1);
      } else if (args === 2) {
        const lower = lua.checkInteger(L, 1) | 0;
        const upper = lua.checkInteger(L, 2) | 0;
        if (lower > upper) lua.badArgument(L, 2, "interval is empty");
        api._lua_pushnumber(L, Math.floor(draw * (upper - lower + 1)) + lower);
      } else {
        lua.raise(L, "wrong number of arguments");
      }
      return 1;
    },
    randomseed(L) {
      generator.seed(lua.checkInteger(L, 1) | 0);
      return 0;
    },
  };
}
