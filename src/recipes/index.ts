/**
 * Recipes: what applications build on Redis again and again, built once. Each is one idea in one file, on the public
 * commands alone; the client comes as an argument.
 * @module
 */
export { CacheAside, type CacheAsideOptions } from "./cache-aside.js";
export {
  type AcquireOptions,
  HeldLock,
  Lock,
  LockLostError,
  type LockOptions,
  LockTimeoutError,
} from "./lock.js";
export { type RateLimit, RateLimiter, type RateLimiterOptions } from "./rate-limiter.js";
