/**
 * Reads that a client-side cache answers, each awaited, beside node-redis's cache and beside the same client without one:
 * GET of 100 bytes and HGETALL of 20 fields, of 1,000 keys each. Both caches hold all of them; what is measured is how soon
 * the caller has a value of their own.
 *
 *   node bench/client-cache.mjs [--seconds 1] [--rounds 5] [--dist <folder with the built package>]
 */
import { parseArgs } from "node:util";
import { startRedisServer } from "./processes.mjs";
import { builtPackage, folderUrl, installPeers } from "./setup.mjs";
import { median } from "./statistics.mjs";

const KEYS = 1000;
const VALUE = "x".repeat(100);
const FIELDS = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`field-${i}`, `value-${i}`]));

const { values } = parseArgs({
  options: { seconds: { type: "string" }, rounds: { type: "string" }, dist: { type: "string" } },
});
const seconds = Number(values.seconds ?? 1);
const rounds = Number(values.rounds ?? 5);
installPeers();
const { Redis } = await import(
  new URL("index.js", values.dist === undefined ? builtPackage() : folderUrl(values.dist))
);
const { createClient } = await import("redis");

const server = await startRedisServer();
const ours = new Redis({ host: "127.0.0.1", port: server.port, cache: { ttl: 0 } });
const plain = new Redis({ host: "127.0.0.1", port: server.port });
const theirs = createClient({
  socket: { host: "127.0.0.1", port: server.port },
  RESP: 3,
  clientSideCache: { ttl: 0, maxEntries: 0 },
});
theirs.on("error", () => {});
await Promise.all([ours.connect(), theirs.connect()]);
for (let i = 0; i < KEYS; i++) {
  await plain.set(`text:${i}`, VALUE);
  await plain.hset(`hash:${i}`, FIELDS);
}

const WORK = {
  GET: (client) => (i) => client.get(`text:${i}`),
  HGETALL: (client) => (i) => (client === theirs ? client.hGetAll(`hash:${i}`) : client.hgetall(`hash:${i}`)),
};
const CLIENTS = {
  "resplendent, cache": ours,
  "node-redis, clientSideCache": theirs,
  "resplendent, no cache": plain,
};
const right = { GET: (value) => value === VALUE, HGETALL: (value) => value["field-19"] === "value-19" };

const found = {};
for (let round = 0; round <= rounds; round++) {
  for (const [command, make] of Object.entries(WORK)) {
    for (const [name, client] of Object.entries(CLIENTS)) {
      const figure = await measure(make(client), right[command]);
      // The first round fills the caches.
      if (round === 0) continue;
      const label = `${command}: ${name}`;
      found[label] ??= [];
      found[label].push(figure);
    }
  }
}
for (const [name, figures] of Object.entries(found)) {
  console.log(`${name.padEnd(40)} ${median(figures).toFixed(2).padStart(8)} us a read`);
}
const kept = ours.pool.cache.statistics();
if (kept.entries !== 2 * KEYS) throw new Error(`the cache holds ${kept.entries} replies, not ${2 * KEYS}`);
console.log(`memory by its own estimate: ${Math.round(kept.bytes / kept.entries)} bytes a reply`);
await Promise.all([ours.close(), plain.close(), theirs.close()]);
await server.stop();

/** Microseconds a read. */
async function measure(read, isRight) {
  const begin = performance.now();
  const end = begin + 1000 * seconds;
  let count = 0;
  while (performance.now() < end) {
    for (let i = 0; i < KEYS; i++) {
      const value = await read(i);
      if (i === 0 && !isRight(value)) throw new Error("a wrong value");
    }
    count += KEYS;
  }
  return (1000 * (performance.now() - begin)) / count;
}
