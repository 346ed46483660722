/** What the compiler says of views of a client. Nothing here runs: `tsc` checks it. */
import type { Redis } from "../../src/client/redis.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** `same<A>().as(b)` compiles only when the type of `b` is exactly `A`. */
declare function same<A>(): {
  as<B>(value: B, ...exactly: Equal<A, B> extends true ? [] : [expected: A]): void;
};

declare const redis: Redis;

/** A prefix and a promise not to send twice change no type; they go with what does. */
export function views(): void {
  same<Redis>().as(redis.with({ keyPrefix: "app:", noRetry: true }));
  same<Redis>().as(redis.with({ keyPrefix: new Uint8Array([255]) }));
  same<Redis<Buffer, bigint>>().as(redis.with({ keyPrefix: "a", replies: "buffer", integers: "bigint" }));
  same<Redis<Buffer>>().as(redis.with({ replies: "buffer" }).with({ keyPrefix: "a" }));
  // @ts-expect-error a prefix is text or bytes
  redis.with({ keyPrefix: 5 });
  // @ts-expect-error yes or no
  redis.with({ noRetry: "yes" });
  // @ts-expect-error there is no such option
  redis.with({ keyprefix: "a" });
}
