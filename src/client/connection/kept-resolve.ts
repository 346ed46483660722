/**
 * A promise whose `resolve` is kept outside of it, for the hot path: `new Promise(keepResolve)`, then
 * {@link keptResolve}. One executor serves all promises; a closure for each would cost every command 100 bytes.
 */
import type { Resolve } from "./pending.js";

let kept: Resolve<never> | undefined;

/** The executor. */
export function keepResolve<T>(resolve: Resolve<T>): void {
  kept = resolve;
}

/** What resolves the promise that was made last; to be called once, right after it was made. */
export function keptResolve<T>(): Resolve<T> {
  const resolve = kept;
  // Or the last reply would stay in memory.
  kept = undefined;
  return resolve as Resolve<T>;
}
