/** Connections that are cut all the time: every message is delivered, once, without any visibility timeout. */
import { describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import { Broker } from "../../src/tasks/broker.js";
import { SILENT } from "../../src/tasks/log.js";
import { encodeMessage } from "../../src/tasks/message.js";
import { startFaultProxy } from "../tools/fault-proxy.js";
import { redisAvailable, startTarget } from "../tools/redis-server.js";

const MESSAGES = 1500;

describe.each([
  { kind: "redis", name: "redis-server", available: redisAvailable },
  { kind: "mini", name: "the mini server", available: true },
] as const)("a consumer whose connections are cut, on $name", ({ kind, available }) => {
  it.skipIf(!available)(
    "gets every message once, and leaves nothing behind",
    async () => {
      const target = await startTarget(kind);
      const proxy = await startFaultProxy(target.port);
      const direct = new Redis({ port: target.port, host: "127.0.0.1" });
      const cut = new Redis({
        port: proxy.port,
        host: "127.0.0.1",
        retry: { attempts: 100, backoff: { base: 1, cap: 5 } },
      });
      const options = { db: 0, visibilityTimeout: 3600, log: SILENT };
      const producer = new Broker(direct, options);
      const consumer = new Broker(cut, options);
      const counts = new Map<string, number>();
      const acks: Promise<void>[] = [];
      let errors = 0;
      let over = false;
      try {
        const cutting = (async () => {
          for (let n = 0; !over; n++) {
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
            if (n % 2 === 0) proxy.reset();
            else proxy.cutAfter = Math.floor(Math.random() * 5000);
          }
          proxy.cutAfter = undefined;
        })();
        const producing = (async () => {
          for (let n = 0; n < MESSAGES; n++) {
            const text = encodeMessage(String(n), { exchange: "", routingKey: "q", priority: 0 });
            await producer.publish("q", [0, 3, 6][n % 3], text);
            if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          }
        })();
        const end = performance.now() + 15_000;
        while (counts.size < MESSAGES && performance.now() < end) {
          try {
            const deliveries = await consumer.pop(["q"], 8);
            for (const { raw, tag } of deliveries) {
              const { body } = JSON.parse(raw) as { body: string };
              counts.set(body, (counts.get(body) ?? 0) + 1);
              acks.push(consumer.ack(tag as string));
            }
            if (deliveries.length === 0) await consumer.wait(["q"], AbortSignal.timeout(300));
          } catch {
            errors++;
          }
        }
        over = true;
        await Promise.all([cutting, producing, ...acks]);
        expect(counts.size).toBe(MESSAGES);
        expect([...counts.values()].filter((count) => count > 1)).toEqual([]);
        expect(errors).toBeGreaterThan(0);
        expect(await direct.exists("q", "unacked", "unacked_index")).toBe(0);
      } finally {
        over = true;
        producer.close();
        consumer.close();
        await Promise.all([direct.close(), cut.close()]);
        await proxy.stop();
        await target.stop();
      }
    },
    30_000,
  );
});
