/**
 * A lock between processes: one key with a token that only its holder knows, and with a lifetime, so that a holder that
 * dies holds up nobody for ever.
 *
 * Such a lock cannot exclude everything: a process may stand still for longer than the lifetime (a garbage collection, a
 * paused machine) and go on in the belief that it holds the lock. So
 * - the lifetime is extended while the work goes on, and `signal` is aborted as soon as that was not possible in time, by
 *   this process's own clock;
 * - every holder gets a `fence`, greater than those of all holders before it: what is guarded can refuse a
 *   smaller one than it has seen, and is safe then, whatever else goes wrong;
 * - a call whose reply was lost is made again with the same token, which finds its own lock.
 *
 * It lies on one server. When that fails over to a replica that had not heard of the lock, two may hold it: the fence counts
 * on the server's clock then, too.
 * @see https://redis.io/docs/latest/develop/clients/patterns/distributed-locks/
 */
import {
  AbortError,
  ClosedError,
  type Commands,
  ConnectionError,
  defineScript,
  type Promised,
  RedisError,
} from "../index.js";
import { pause } from "./pause.js";
import { checkCount, checkName, checkNames } from "./settings.js";

/** Options of {@link Lock}; all times in milliseconds. */
export interface LockOptions {
  /** How long a lock is held that is neither extended nor released. Default 10,000. */
  ttl?: number;
  /** Extend it at each third of `ttl` until it is released. Default `true`. */
  autoExtend?: boolean;
  /** How long to wait at most before asking again for a lock that somebody holds. Default 50. */
  retryDelay?: number;
}

/** Options of {@link Lock.acquire}. */
export interface AcquireOptions {
  /** How long to try, in milliseconds; 0: once. Default 10,000. */
  timeout?: number;
  /** Ends the wait when it fires. */
  signal?: AbortSignal;
}

/** Nobody has let go of the lock in time (`code` `ELOCKED`). Nothing is held. */
export class LockTimeoutError extends RedisError {
  override readonly name = "LockTimeoutError";

  constructor(message: string, cause?: unknown) {
    super("ELOCKED", message, { cause });
  }
}

/** The lock was lost while it was needed (`code` `ELOCKLOST`): somebody else may have held it at the same time. */
export class LockLostError extends RedisError {
  override readonly name = "LockLostError";

  constructor(message: string) {
    super("ELOCKLOST", message);
  }
}

/** Of the fence, longer than any holder is expected to live on. */
const FENCE_LIFE = 24 * 3600 * 1000;

/** Gives the fence, or what is left of the lifetime of another's lock. */
const take = defineScript({
  keys: ["lock", "fence"],
  args: (token: string, ttl: number) => [token, ttl, FENCE_LIFE],
  lua: `
    local holder = redis.call("GET", KEYS[1])
    if holder and holder ~= ARGV[1] then return {false, redis.call("PTTL", KEYS[1])} end
    redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
    local time = redis.call("TIME")
    local fence = time[1] * 1000000 + time[2]
    local last = tonumber(redis.call("GET", KEYS[2]) or 0)
    if fence <= last then fence = last + 1 end
    fence = string.format("%.0f", fence)
    redis.call("SET", KEYS[2], fence, "PX", ARGV[3])
    return {fence}`,
  decode: (reply) => {
    const [fence, rest] = reply as [string | null, number];
    return fence === null ? { fence: undefined, rest } : { fence: Number(fence), rest: 0 };
  },
});

const prolong = defineScript({
  keys: ["lock"],
  args: (token: string, ttl: number) => [token, ttl],
  lua: `if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call("PEXPIRE", KEYS[1], ARGV[2])`,
  decode: Boolean,
});

const letGo = defineScript({
  keys: ["lock"],
  args: (token: string) => [token],
  lua: `if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
        return redis.call("DEL", KEYS[1])`,
  decode: Boolean,
});

/**
 * A lock by name.
 * @example
 * ```ts
 * const lock = new Lock(redis, "lock:report", { ttl: 10_000 });
 * await lock.run(async ({ signal, fence }) => writeReport({ signal, fence }));
 * ```
 */
export class Lock {
  readonly key: string;
  readonly #redis: Commands<Promised>;
  readonly #ttl: number;
  readonly #autoExtend: boolean;
  readonly #retryDelay: number;

  /** @throws OptionError */
  constructor(redis: Commands<Promised>, key: string, options: LockOptions = {}) {
    checkNames(options, ["ttl", "autoExtend", "retryDelay"]);
    this.#redis = redis;
    this.key = checkName("key", key);
    this.#ttl = checkCount("ttl", options.ttl, 10_000, 10);
    this.#autoExtend = options.autoExtend ?? true;
    this.#retryDelay = checkCount("retryDelay", options.retryDelay, 50);
  }

  /**
   * Take the lock, as soon as nobody holds it.
   * @throws LockTimeoutError when somebody held it all the time
   * @throws RedisError when the server could not be asked
   */
  async acquire(options: AcquireOptions = {}): Promise<HeldLock> {
    checkNames(options, ["timeout", "signal"]);
    const { signal } = options;
    const timeout = checkCount("timeout", options.timeout, 10_000, 0);
    const token = crypto.randomUUID();
    const end = performance.now() + timeout;
    let failure: ConnectionError | undefined;
    for (;;) {
      signal?.throwIfAborted();
      const asked = performance.now();
      let rest = this.#retryDelay;
      try {
        const taken = await take(this.#redis, { lock: this.key, fence: beside(this.key) }, token, this.#ttl);
        if (taken.fence !== undefined) return await this.#held(token, taken.fence, asked, signal);
        failure = undefined;
        // Below 0: the key has no lifetime, or is gone by now.
        if (taken.rest > 0) rest = taken.rest;
      } catch (error) {
        // It may have been taken all the same: the same token finds that out.
        if (!(error instanceof ConnectionError) || isFinal(error)) throw error;
        failure = error;
      }
      // Those who wait must not all come back at once.
      const wait = Math.min(rest, this.#retryDelay) * (0.5 + Math.random() / 2);
      if (performance.now() + wait >= end) break;
      await pause(wait, signal).catch((reason) => {
        this.#forget(token);
        throw reason;
      });
    }
    this.#forget(token);
    if (failure !== undefined) throw failure;
    throw new LockTimeoutError(`Somebody held ${this.key} for all of ${timeout} ms; nothing was done`);
  }

  /** Take the lock if nobody holds it; `null` when somebody does. */
  async tryAcquire(): Promise<HeldLock | null> {
    try {
      return await this.acquire({ timeout: 0 });
    } catch (error) {
      if (error instanceof LockTimeoutError) return null;
      throw error;
    }
  }

  /**
   * Hold the lock while `work` goes on.
   * @returns what `work` gives
   * @throws LockTimeoutError before `work` has begun
   * @throws LockLostError when the lock was lost before `work` had ended: others may have been at it meanwhile
   */
  async run<T>(work: (held: HeldLock) => Promise<T> | T, options: AcquireOptions = {}): Promise<T> {
    const held = await this.acquire(options);
    let result: T;
    try {
      result = await work(held);
    } catch (error) {
      await held.release().catch(() => {});
      throw error;
    }
    const wasHeld = !held.signal.aborted;
    // Without an answer it ends by its lifetime; until now it was held.
    const released = await held.release().catch(() => true);
    if (!wasHeld || !released) {
      throw new LockLostError(
        `${this.key} was lost before the work had ended; the work is done, but perhaps not alone`,
      );
    }
    return result;
  }

  async #held(token: string, fence: number, asked: number, signal?: AbortSignal): Promise<HeldLock> {
    const held = new HeldLock(this.#redis, this.key, token, fence, this.#ttl, asked, this.#autoExtend);
    if (!signal?.aborted) return held;
    await held.release();
    throw signal.reason;
  }

  /** Let go of what may have been taken without an answer. */
  #forget(token: string): void {
    letGo(this.#redis, { lock: this.key }, token).catch(() => {});
  }
}

/** A lock that is held: release it, or let `await using` do so. */
export class HeldLock {
  readonly key: string;
  /** Greater than that of every holder before. */
  readonly fence: number;
  readonly #redis: Commands<Promised>;
  readonly #token: string;
  readonly #ttl: number;
  readonly #lost = new AbortController();
  /** Until when it is held for sure, in milliseconds of `performance.now()`. */
  #until = 0;
  /** It is not wanted any more. */
  #released = false;
  /** The server has said that it is gone. */
  #gone = false;
  #extending: ReturnType<typeof setTimeout> | undefined;
  #ending: ReturnType<typeof setTimeout> | undefined;

  /** @internal */
  constructor(
    redis: Commands<Promised>,
    key: string,
    token: string,
    fence: number,
    ttl: number,
    since: number,
    autoExtend: boolean,
  ) {
    this.#redis = redis;
    this.key = key;
    this.#token = token;
    this.fence = fence;
    this.#ttl = ttl;
    this.#heldSince(since);
    if (autoExtend) this.#extendIn(ttl / 3);
  }

  /** Aborted, with a {@link LockLostError}, as soon as the lock may be somebody else's. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** How long it is held for sure, in milliseconds. */
  get remaining(): number {
    return this.#released || this.signal.aborted ? 0 : Math.max(0, this.#until - performance.now());
  }

  /**
   * Hold it for `ttl` from now on.
   * @throws LockLostError when it is somebody else's, or nobody's
   */
  async extend(): Promise<void> {
    this.signal.throwIfAborted();
    const asked = performance.now();
    if (await prolong(this.#redis, { lock: this.key }, this.#token, this.#ttl)) return this.#heldSince(asked);
    if (!this.#released) this.#lose("it had expired, or was deleted");
    throw this.signal.reason ?? new LockLostError(`${this.key} was released already`);
  }

  /** Let go of it. @returns whether it was held until now; `false` when it was released before */
  async release(): Promise<boolean> {
    this.#released = true;
    clearTimeout(this.#extending);
    clearTimeout(this.#ending);
    if (this.#gone) return false;
    const wasHeld = await letGo(this.#redis, { lock: this.key }, this.#token);
    this.#gone = true;
    return wasHeld;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  #heldSince(since: number): void {
    if (this.#released || this.signal.aborted) return;
    this.#until = since + this.#ttl;
    clearTimeout(this.#ending);
    const end = () => this.#lose("it could not be extended in time");
    this.#ending = unhurried(setTimeout(end, this.#until - performance.now()));
  }

  #extendIn(milliseconds: number): void {
    this.#extending = unhurried(setTimeout(() => void this.#extendAgain(), milliseconds));
  }

  async #extendAgain(): Promise<void> {
    let next = this.#ttl / 3;
    try {
      await this.extend();
    } catch {
      // Lost, or not heard of: as long as there is time, once more.
      next = this.#ttl / 20;
    }
    if (!this.#released && !this.signal.aborted) this.#extendIn(next);
  }

  #lose(why: string): void {
    clearTimeout(this.#extending);
    clearTimeout(this.#ending);
    this.#lost.abort(new LockLostError(`${this.key} was lost: ${why}. Somebody else may hold it`));
  }
}

/** Would asking again end in the same way? */
function isFinal(error: ConnectionError): boolean {
  return error instanceof ClosedError || error instanceof AbortError;
}

/** A timer that keeps no process alive. */
function unhurried(timer: ReturnType<typeof setTimeout>): ReturnType<typeof setTimeout> {
  (timer as { unref?: () => void }).unref?.();
  return timer;
}

/** The key of the fence, in the same slot of a cluster. */
function beside(key: string): string {
  return /\{[^}]+\}/.test(key) ? `${key}:fence` : `{${key}}:fence`;
}
