/**
 * Serves the metrics of a client, and shows what one scrape gets.
 *
 *   npx tsx examples/prometheus/main.ts
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";
import { RedisMetrics } from "./metrics.js";

const server = await MiniServer.start();
const redis = new Redis(server.url);
const metrics = new RedisMetrics(redis.pool);
const endpoint = createServer((_, response) => {
  response.setHeader("content-type", "text/plain; version=0.0.4");
  response.end(metrics.text());
});
await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));

await redis.set("user:1", "Ada");
await redis.get("user:1");
await redis.incr("user:1").catch(() => {});
const { port } = endpoint.address() as AddressInfo;
const scrape = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: "close" } });
console.log(await scrape.text());

endpoint.close();
metrics.close();
await redis.close();
await server.close();
