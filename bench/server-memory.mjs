/**
 * Memory per small key: a million SETs of 16-byte keys and 16-byte values on the mini server and on redis-server, each
 * a process of its own. Two figures: what the values and all around them take ("in use": redis-server's used_memory,
 * V8's memory after a garbage collection), and by how much the process grows as the system sees it ("resident", with
 * the garbage of the moment in it).
 *
 *   node bench/server-memory.mjs [--keys 1000000] [--rounds 3] [--dist <folder with the built package>]
 */
import { parseArgs } from "node:util";
import { connect, wireOf } from "./contenders/floor.mjs";
import { startMiniServer, startRedisServer } from "./processes.mjs";
import { builtPackage, folderUrl } from "./setup.mjs";
import { median } from "./statistics.mjs";

/** Of redis-server's memory. */
const TARGET = 2;
const BATCH = 1000;

const { values } = parseArgs({
  options: { keys: { type: "string" }, rounds: { type: "string" }, dist: { type: "string" } },
});
const keys = Math.ceil(Number(values.keys ?? 1_000_000) / BATCH) * BATCH;
const rounds = Number(values.rounds ?? 3);
const dist = values.dist === undefined ? builtPackage() : folderUrl(values.dist);

/** Tells of V8's memory, after a garbage collection, whenever it is asked. */
const TELL = `process.on("SIGUSR2", () => {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write("memory " + (heapUsed + external) + "\\n");
});`;
const FLAGS = ["--expose-gc", "--import", `data:text/javascript,${encodeURIComponent(TELL)}`];

const SERVERS = {
  "redis-server": { start: startRedisServer, inUse: usedMemory },
  "mini server": { start: () => startMiniServer(dist, FLAGS), inUse: collected },
};

const found = Object.fromEntries(Object.keys(SERVERS).map((name) => [name, { inUse: [], resident: [] }]));
for (let round = 0; round < rounds; round++) {
  for (const name of Object.keys(SERVERS)) {
    const figures = await measure(SERVERS[name]);
    for (const [what, bytes] of Object.entries(figures)) found[name][what].push(bytes);
  }
}

console.log(`Bytes per key, ${keys} keys and values of 16 bytes, medians of ${rounds}:`);
for (const what of ["inUse", "resident"]) {
  const [peer, own] = Object.values(found).map((figures) => median(figures[what]));
  const verdict = own <= TARGET * peer ? "met" : "MISSED";
  const title = what === "inUse" ? "in use" : "resident";
  console.log(
    `  ${title.padEnd(9)} redis-server ${peer.toFixed(0)}, mini server ${own.toFixed(0)}: ` +
      `${(own / peer).toFixed(2)}x; target ${TARGET}x: ${verdict}`,
  );
}

/** Fill an empty server. @returns what each key has cost, bytes */
async function measure({ start, inUse }) {
  const server = await start();
  const client = await connect(server);
  try {
    await fill(client, BATCH);
    await client.send(wireOf("FLUSHALL"));
    const before = [await inUse(server, client), server.residentBytes() ?? Number.NaN];
    await fill(client, keys);
    // Before the collection, which the program would not do by itself at this moment.
    const resident = server.residentBytes() ?? Number.NaN;
    const size = await client.send(wireOf("DBSIZE"));
    if (size !== keys) throw new Error(`The server has ${size} keys, not ${keys}`);
    const after = await inUse(server, client);
    return { inUse: (after - before[0]) / keys, resident: (resident - before[1]) / keys };
  } finally {
    client.close();
    await server.stop();
  }
}

async function fill(client, count) {
  for (let first = 0; first < count; first += BATCH) {
    let wire = "";
    for (let i = first; i < first + BATCH; i++) {
      const digits = String(i).padStart(12, "0");
      wire += wireOf("SET", `key:${digits}`, `val:${digits}`);
    }
    await client.send(wire, BATCH);
  }
}

async function usedMemory(_server, client) {
  return Number(/^used_memory:(\d+)/m.exec(await client.send(wireOf("INFO", "memory")))?.[1]);
}

async function collected(server) {
  const told = () => [...server.output().matchAll(/^memory (\d+)$/gm)];
  const before = told().length;
  server.signal("SIGUSR2");
  while (told().length === before) await new Promise((resolve) => setTimeout(resolve, 5));
  return Number(told().at(-1)[1]);
}
