/**
 * BullMQ's script that adds a job (`addJob`), on the mini server and on redis-server, each a process of its own. Two
 * figures: `queue.add()` as programs call it, a hundred in flight, where BullMQ's own work counts too; and the script
 * alone, by sending again and again what BullMQ has sent, so that nothing but the server is the limit.
 *
 *   node bench/add-job.mjs [--seconds 2] [--rounds 3] [--dist <folder with the built package>]
 */
import { once } from "node:events";
import net from "node:net";
import { parseArgs } from "node:util";
import { connect, wireOf } from "./contenders/floor.mjs";
import { startMiniServer, startRedisServer } from "./processes.mjs";
import { builtPackage, folderUrl, installPeers } from "./setup.mjs";
import { median } from "./statistics.mjs";

/** Of redis-server's rate. */
const TARGET = 0.5;
const IN_FLIGHT = 100;
const WARMUP_SECONDS = 1;

const { values } = parseArgs({
  options: { seconds: { type: "string" }, rounds: { type: "string" }, dist: { type: "string" } },
});
const seconds = Number(values.seconds ?? 2);
const rounds = Number(values.rounds ?? 3);
const dist = values.dist === undefined ? builtPackage() : folderUrl(values.dist);
installPeers();
const { Queue } = await import("bullmq");

const SERVERS = { "redis-server": startRedisServer, "mini server": () => startMiniServer(dist) };
const found = { "queue.add()": {}, "the script": {} };
for (let round = 0; round < rounds; round++) {
  for (const [name, start] of Object.entries(SERVERS)) {
    for (const [what, rate] of Object.entries(await measure(start))) {
      found[what][name] ??= [];
      found[what][name].push(rate);
    }
  }
}

console.log(`Jobs added a second, ${IN_FLIGHT} in flight, medians of ${rounds}:`);
for (const [what, rates] of Object.entries(found)) {
  const [peer, own] = Object.values(rates).map(median);
  const verdict = own >= TARGET * peer ? "met" : "MISSED";
  const cells = Object.entries(rates).map(([name, all]) => `${name} ${Math.round(median(all))}`);
  console.log(
    `  ${`${what}:`.padEnd(12)} ${cells.join(", ")}: ${(own / peer).toFixed(2)}x; target ${TARGET}x: ${verdict}`,
  );
}

/** @returns the rates of both ways on a fresh server */
async function measure(start) {
  const server = await start();
  const queue = queueAt(server.port);
  const client = await connect(server);
  try {
    const add = () => queue.add("nothing", { number: 1 });
    await rateOf(add, WARMUP_SECONDS);
    const byQueue = await rateOf(add, seconds);
    const wire = await scriptOf(server.port);
    const before = await waiting(client);
    const run = () => client.send(wire);
    const reply = await run();
    if (!/^\d+$/.test(reply)) throw new Error(`The script answered ${reply}`);
    if ((await waiting(client)) !== before + 1) throw new Error("The script has added no job");
    await rateOf(run, WARMUP_SECONDS);
    return { "queue.add()": byQueue, "the script": await rateOf(run, seconds) };
  } finally {
    client.close();
    await queue.close();
    await server.stop();
  }
}

/** Calls a second of so many loops at once. */
async function rateOf(call, duration) {
  const begin = performance.now();
  const end = begin + duration * 1000;
  let calls = 0;
  const loop = async () => {
    while (performance.now() < end) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, loop));
  return (calls * 1000) / (performance.now() - begin);
}

function queueAt(port) {
  return new Queue("bench", { connection: { host: "127.0.0.1", port } });
}

function waiting(client) {
  return client.send(wireOf("LLEN", "bull:bench:wait"));
}

/** The EVALSHA that BullMQ sends for a job, the bytes as one-byte text: what comes by on the way to the server. */
async function scriptOf(port) {
  let sent = "";
  const recorder = net.createServer((socket) => {
    const upstream = net.connect({ host: "127.0.0.1", port });
    socket.on("data", (bytes) => {
      sent += bytes.latin1Slice();
    });
    socket.pipe(upstream).pipe(socket);
  });
  recorder.listen(0, "127.0.0.1");
  await once(recorder, "listening");
  const queue = queueAt(recorder.address().port);
  try {
    // The first time BullMQ may send the text of the script.
    await queue.add("nothing", { number: 1 });
    sent = "";
    await queue.add("nothing", { number: 1 });
  } finally {
    await queue.close();
    recorder.close();
  }
  const name = sent.search(/\$7\r\nevalsha\r\n/i);
  const begin = sent.lastIndexOf("*", name);
  const [head, words] = /^\*(\d+)\r\n/.exec(sent.slice(begin, name)) ?? [];
  if (words === undefined) throw new Error("BullMQ has sent no script");
  let end = begin + head.length;
  for (let word = 0; word < Number(words); word++) {
    const start = sent.indexOf("\r\n", end) + 2;
    end = start + Number(sent.slice(end + 1, start)) + 2;
  }
  return sent.slice(begin, end);
}
