/**
 * How often something may happen, counted for all processes together, by the server's clock.
 *
 * - `"gcra"` (the generic cell rate algorithm) lets `burst` through at once, and then one in each `period / limit`. It
 *   keeps one number per name, however large the limit.
 * - `"sliding-window"` lets no more than `limit` through in any span of `period`. It keeps the time of each.
 *
 * The decision and its record are one script, so that no two callers are let through by the same count.
 * @see https://redis.io/docs/latest/develop/programmability/eval-intro/
 */
import { ArgumentError, type Commands, defineScript, type Promised } from "../index.js";
import { checkCount, checkName, checkNames, refuse } from "./settings.js";

/** Options of {@link RateLimiter}. */
export interface RateLimiterOptions {
  /** How many in each `period`. */
  limit: number;
  /** Milliseconds. */
  period: number;
  /** Default `"gcra"`. */
  algorithm?: "gcra" | "sliding-window";
  /** With `"gcra"`: how many at once. Default: `limit`. */
  burst?: number;
  /** What the keys begin with. Default `"rate:"`. */
  prefix?: string;
}

/** What {@link RateLimiter.take} says; all times in milliseconds. */
export interface RateLimit {
  /** May it happen? If so, it has been counted. */
  allowed: boolean;
  /** How many at most at once. */
  limit: number;
  /** How many could follow right now. */
  remaining: number;
  /** After which time the same would be allowed; 0 when it is. */
  retryAfter: number;
  /** After which time it is as if there had been none. */
  resetAfter: number;
}

const NOW = `
  local time = redis.call("TIME")
  local now = time[1] * 1000000 + time[2]`;

/** Keeps the time at which all that was let through would be over, had it come evenly spread. */
const gcra = defineScript({
  keys: ["times"],
  args: (interval: number, burst: number, cost: number, counts: boolean) => [interval, burst, cost, +counts],
  lua: `${NOW}
    local interval, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local over = math.max(tonumber(redis.call("GET", KEYS[1]) or 0), now)
    local wait = over + interval * cost - now - interval * burst
    if wait <= 0 and ARGV[4] == "1" then
      over = over + interval * cost
      redis.call("SET", KEYS[1], string.format("%.17g", over), "PX", math.ceil((over - now) / 1000))
    end
    local remaining = math.floor(burst - (over - now) / interval + 1e-6)
    return {remaining, math.ceil(math.max(wait, 0) / 1000), math.ceil((over - now) / 1000)}`,
  decode: (reply) => reply as Outcome,
});

/** Keeps the time of each that was let through. */
const slidingWindow = defineScript({
  keys: ["times"],
  args: (window: number, limit: number, cost: number, counts: boolean) => [window, limit, cost, +counts],
  lua: `${NOW}
    local window, limit, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
    local since = "(" .. string.format("%.0f", now - window)
    local used = redis.call("ZCOUNT", KEYS[1], since, "+inf")
    local wait = 0
    if used + cost > limit then
      local last = redis.call("ZRANGEBYSCORE", KEYS[1], since, "+inf", "WITHSCORES", "LIMIT", used + cost - limit - 1, 1)
      wait = last[2] + window - now
    elseif ARGV[4] == "1" then
      local text = string.format("%.0f", now)
      redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", string.format("%.0f", now - window))
      for i = used + 1, used + cost do redis.call("ZADD", KEYS[1], text, text .. "-" .. i) end
      redis.call("PEXPIRE", KEYS[1], math.ceil(window / 1000))
      used = used + cost
    end
    local newest = redis.call("ZRANGE", KEYS[1], -1, -1, "WITHSCORES")[2]
    local reset = used > 0 and newest + window - now or 0
    return {limit - used, math.ceil(wait / 1000), math.ceil(reset / 1000)}`,
  decode: (reply) => reply as Outcome,
});

type Outcome = [remaining: number, retryAfter: number, resetAfter: number];

/**
 * A limit for many names.
 * @example
 * ```ts
 * const limiter = new RateLimiter(redis, { limit: 100, period: 60_000 });
 * const { allowed, retryAfter } = await limiter.take(request.ip);
 * if (!allowed) response.writeHead(429, { "retry-after": Math.ceil(retryAfter / 1000) }).end();
 * ```
 */
export class RateLimiter {
  readonly #redis: Commands<Promised>;
  readonly #limit: number;
  readonly #period: number;
  readonly #burst: number;
  readonly #slides: boolean;
  readonly #prefix: string;

  /** @throws OptionError */
  constructor(redis: Commands<Promised>, options: RateLimiterOptions) {
    checkNames(options, ["limit", "period", "algorithm", "burst", "prefix"]);
    const { algorithm = "gcra" } = options;
    if (algorithm !== "gcra" && algorithm !== "sliding-window") {
      refuse("algorithm", algorithm, '"gcra" or "sliding-window"');
    }
    this.#redis = redis;
    this.#slides = algorithm === "sliding-window";
    this.#limit = checkCount("limit", options.limit, Number.NaN);
    this.#period = checkCount("period", options.period, Number.NaN);
    this.#burst = checkCount("burst", options.burst, this.#limit);
    if (this.#slides && options.burst !== undefined)
      refuse("burst", options.burst, 'nothing with "sliding-window"');
    this.#prefix = checkName("prefix", options.prefix ?? "rate:", true);
  }

  /**
   * Let it happen, if that is allowed by now.
   * @param name of whom or what it is counted for
   * @param cost how many it counts for
   * @throws ArgumentError for a cost that would never be allowed
   */
  take(name: string, cost = 1): Promise<RateLimit> {
    return this.#ask(name, cost, true);
  }

  /** What {@link RateLimiter.take} would say; nothing is counted. */
  peek(name: string, cost = 1): Promise<RateLimit> {
    return this.#ask(name, cost, false);
  }

  /** Forget what was counted for `name`. @returns whether there was anything */
  async reset(name: string): Promise<boolean> {
    return (await this.#redis.del(this.#prefix + name)) === 1;
  }

  async #ask(name: string, cost: number, counts: boolean): Promise<RateLimit> {
    if (!Number.isInteger(cost) || cost < 1 || cost > this.#burst) {
      throw new ArgumentError(
        `A cost of ${cost} is never allowed; it is an integer from 1 to ${this.#burst}`,
      );
    }
    const keys = { times: this.#prefix + name };
    const [remaining, retryAfter, resetAfter] = this.#slides
      ? await slidingWindow(this.#redis, keys, this.#period * 1000, this.#limit, cost, counts)
      : await gcra(this.#redis, keys, (this.#period * 1000) / this.#limit, this.#burst, cost, counts);
    return { allowed: retryAfter === 0, limit: this.#burst, remaining, retryAfter, resetAfter };
  }
}
