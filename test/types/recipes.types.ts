/** What the compiler says of recipes and of the client-side cache. Nothing here runs: `tsc` checks it. */
import { type ClientCache, json, Redis, type Session } from "../../src/index.js";
import { CacheAside, type HeldLock, Lock, type RateLimit, RateLimiter } from "../../src/recipes/index.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};

interface User {
  name: string;
}
declare const redis: Redis;
declare const session: Session;

/** They take any client whose replies are text and numbers, a session too. */
export async function recipes(): Promise<void> {
  const lock = new Lock(redis, "lock", { ttl: 1000 });
  same<HeldLock>().as(await lock.acquire());
  same<HeldLock | null>().as(await lock.tryAcquire());
  same<string>().as(await lock.run(({ fence }) => `number ${fence}`));
  same<RateLimit>().as(await new RateLimiter(session, { limit: 1, period: 1000 }).take("a"));
  const users = new CacheAside(redis, { ttl: 1000, load: async (): Promise<User | null> => null });
  same<User | null>().as(await users.get("1"));
  await new CacheAside<User>(redis, { ttl: 1, load: () => ({ name: "Ada" }), codec: json() }).set("1", {
    name: "",
  });
  // @ts-expect-error replies must be text
  new Lock(redis.with({ replies: "buffer" }), "lock");
  // @ts-expect-error integers must be numbers
  new RateLimiter(redis.with({ integers: "bigint" }), { limit: 1, period: 1 });
  // @ts-expect-error it has to know how to load
  new CacheAside(redis, { ttl: 1000 });
}

/** The cache of a pool, where there is one. */
export function cache(): void {
  same<ClientCache | undefined>().as(new Redis({ cache: { maxBytes: 1000, prefixes: ["a"] } }).pool.cache);
  same<Redis>().as(redis.with({ maxAge: 0 }));
  // @ts-expect-error a number of milliseconds
  redis.with({ maxAge: "1s" });
  // @ts-expect-error there is no such option
  new Redis({ cache: { maxEntries: 1000 } });
}
