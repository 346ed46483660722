/**
 * What methods promise, they give from RESP2 and from RESP3, and in every view: the same shapes, with
 * text or bytes, numbers or bigints where the types say so, and nowhere else. Against redis-server.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Redis } from "../../src/client/redis.js";
import { needsRedis, redisAvailable, startRedis, type Target } from "../tools/redis-server.js";
import { type AnyView, dataViewCases } from "./view-cases.js";
import { operatorViewCases } from "./view-operator-cases.js";
import { serverViewCases } from "./view-server-cases.js";
import { streamViewCases } from "./view-stream-cases.js";

const cases = [...dataViewCases, ...streamViewCases, ...serverViewCases, ...operatorViewCases];

const text = (value: string) => value;
const buffer = (value: string) => Buffer.from(value);
const number = (value: number) => value;
const bigint = (value: number) => BigInt(value);

describe.runIf(redisAvailable)(needsRedis("replies in every view"), () => {
  let target: Target;
  const clients: Redis[] = [];
  let views: [name: string, view: AnyView, t: (s: string) => unknown, i: (n: number) => unknown][] = [];

  beforeAll(async () => {
    target = await startRedis({ args: ["--enable-debug-command", "yes"] });
    for (const protocol of [2, 3] as const) {
      const redis = new Redis({ port: target.port, protocol });
      clients.push(redis);
      views.push([`RESP${protocol} text`, redis, text, number]);
      views.push([`RESP${protocol} bytes`, redis.with({ replies: "buffer" }), buffer, number]);
      views.push([`RESP${protocol} bigint`, redis.with({ integers: "bigint" }), text, bigint]);
    }
  });

  afterAll(async () => {
    views = [];
    for (const redis of clients) await redis.close();
    await target.stop();
  });

  for (const { title, given, steps } of cases) {
    test(title, async () => {
      for (const [name, view, t, i] of views) {
        await clients[0].flushall();
        await given?.(clients[0]);
        for (const [call, reply] of steps)
          expect(await call(view), `${name}: ${call}`).toStrictEqual(reply(t, i));
      }
    });
  }
});
