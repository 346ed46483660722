/** How long rewrites wait that begin by themselves, when others have failed before. */

/** After so many failures in a row the next one waits. */
const FAILURES_BEFORE_WAITING = 3;
/** How long at first, and at the most, ms. */
const FIRST_WAIT = 60_000;
const LONGEST_WAIT = 3_600_000;

/** Waits twice as long each time. */
export class RewritePatience {
  #wait = 0;
  #waitsUntil = 0;

  /** One has succeeded. */
  reset(): void {
    this.#wait = 0;
    this.#waitsUntil = 0;
  }

  /**
   * Is it too early for another one?
   * @param failures in a row until now
   * @param now ms since 1970
   * @param tell is told when a new time of waiting begins
   */
  mustWait(failures: number, now: number, tell: (text: string) => void): boolean {
    if (failures < FAILURES_BEFORE_WAITING) return false;
    if (now < this.#waitsUntil) return true;
    if (this.#waitsUntil !== 0) {
      this.#waitsUntil = 0;
      return false;
    }
    this.#wait = Math.min(LONGEST_WAIT, this.#wait === 0 ? FIRST_WAIT : this.#wait * 2);
    this.#waitsUntil = now + this.#wait;
    tell(
      `Background AOF rewrite has repeatedly failed and triggered the limit, will retry in ${this.#wait / 60_000} minutes`,
    );
    return true;
  }
}
