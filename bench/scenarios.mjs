/**
 * What is measured in a client. A scenario takes `connect` (of a contender), the ports, and how long
 * to run, and gives its figures. It runs alone in its process: see worker.mjs.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  BIG_KEY,
  BIG_LENGTH,
  CHANNEL,
  FIELDS,
  HASH_KEY,
  LIST_KEY,
  LIST_LENGTH,
  MESSAGE,
  MUTE_KEY,
  VALUE,
  VALUE_KEY,
} from "./data.mjs";
import { LatencyHistogram } from "./statistics.mjs";

const PENDING = 100_000;
const IDLE_CLIENTS = 50;

/**
 * Scenarios by name. `unit` is what one operation is; those with `heap` need Node's `--expose-gc`.
 * `run` gives `undefined` for a contender that has no such thing.
 */
export const SCENARIOS = {
  sequential: { title: "GET, one by one", unit: "command", run: sequential },
  "in-flight-100": { title: "100 GETs in flight", unit: "command", run: (given) => inFlight(100, given) },
  "in-flight-1000": { title: "1000 GETs in flight", unit: "command", run: (given) => inFlight(1000, given) },
  "batch-100": { title: "batches of 100 GETs", unit: "command", run: (given) => batches(100, given) },
  "batch-1000": { title: "batches of 1000 GETs", unit: "command", run: (given) => batches(1000, given) },
  "pipeline-100": { title: "pipelines of 100 GETs", unit: "command", run: (given) => pipelines(100, given) },
  "pipeline-1000": {
    title: "pipelines of 1000 GETs",
    unit: "command",
    run: (given) => pipelines(1000, given),
  },
  "lrange-10000": {
    title: "LRANGE of 10,000 x 12 bytes",
    unit: "reply",
    run: (given) =>
      replies(
        (client) => client.lrange(LIST_KEY),
        (list) => list.length === LIST_LENGTH,
        given,
      ),
  },
  "hgetall-1000": {
    title: "HGETALL of 1,000 fields",
    unit: "reply",
    run: (given) =>
      replies(
        (client) => client.hgetall(HASH_KEY),
        (hash) => Object.keys(hash).length === FIELDS,
        given,
      ),
  },
  "get-1mb": {
    title: "GET of 1 MB",
    unit: "reply",
    run: (given) =>
      replies(
        (client) => client.get(BIG_KEY),
        (text) => text.length === BIG_LENGTH,
        given,
      ),
  },
  pubsub: { title: "pub/sub, 100-byte messages", unit: "message", run: delivery },
  "pending-heap": { title: "a pending command", heap: true, run: pendingHeap },
  "idle-memory": { title: "an idle client", heap: true, run: idleMemory },
};

/**
 * Repeat `step` in `loops` loops for `seconds`; `after` is called when a step is done.
 * @returns operations per second, and microseconds of the process's CPU time per operation
 */
async function repeat(loops, seconds, step, after = () => {}) {
  let running = true;
  let steps = 0;
  setTimeout(() => {
    running = false;
  }, seconds * 1000);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const loop = async () => {
    while (running) {
      await step();
      steps++;
      after();
    }
  };
  await Promise.all(Array.from({ length: loops }, loop));
  return figures(steps, begin, process.cpuUsage(cpu));
}

function figures(operations, begin, cpu) {
  return {
    perSecond: (operations * 1000) / (performance.now() - begin),
    cpu: (cpu.user + cpu.system) / operations,
  };
}

/** The figures of steps that are `count` operations each. */
function perUnit(count, { perSecond, cpu }) {
  return { perSecond: perSecond * count, cpu: cpu / count };
}

function check(holds, what) {
  if (!holds) throw new Error(`A wrong reply: ${what}`);
}

async function sequential({ connect, port, seconds, warmup }) {
  const client = await connect({ port });
  check((await client.get(VALUE_KEY)) === VALUE, "GET");
  const latency = new LatencyHistogram();
  let last = 0;
  const step = () => client.get(VALUE_KEY);
  const record = () => {
    const now = performance.now();
    latency.record(now - last);
    last = now;
  };
  await repeat(1, warmup, step, record);
  latency.clear();
  last = performance.now();
  const measured = await repeat(1, seconds, step, record);
  return { ...measured, p50: latency.percentile(50), p99: latency.percentile(99) };
}

/** `loops` callers, each of which awaits its own GETs one after the other: a server under load. */
async function inFlight(loops, { connect, port, seconds, warmup }) {
  const client = await connect({ port });
  check((await client.get(VALUE_KEY)) === VALUE, "GET");
  const step = () => client.get(VALUE_KEY);
  await repeat(loops, warmup, step);
  return repeat(loops, seconds, step);
}

/** `count` GETs at once, `Promise.all`, the next `count`. Who sends a tick together does best here. */
async function batches(count, { connect, port, seconds, warmup }) {
  const client = await connect({ port });
  check((await client.get(VALUE_KEY)) === VALUE, "GET");
  const step = () => Promise.all(Array.from({ length: count }, () => client.get(VALUE_KEY)));
  await repeat(1, warmup, step);
  return perUnit(count, await repeat(1, seconds, step));
}

async function pipelines(count, { connect, port, seconds, warmup }) {
  const client = await connect({ port });
  if (client.pipeline === undefined) return undefined;
  const values = await client.pipeline(VALUE_KEY, count);
  check(values.length === count && String(values.flat().at(-1)) === VALUE, "pipeline");
  const step = () => client.pipeline(VALUE_KEY, count);
  await repeat(1, warmup, step);
  return perUnit(count, await repeat(1, seconds, step));
}

async function replies(read, isRight, { connect, port, seconds, warmup }) {
  const client = await connect({ port });
  check(isRight(await read(client)), "length");
  const step = () => read(client);
  await repeat(1, warmup, step);
  return repeat(1, seconds, step);
}

/** Messages come from the proxy as fast as they are taken. */
async function delivery({ connect, proxyPort, seconds, warmup }) {
  const client = await connect({ port: proxyPort });
  let [messages, wrong] = [0, 0];
  await client.subscribe(CHANNEL, (text) => {
    messages++;
    if (text !== MESSAGE) wrong++;
  });
  await sleep(warmup * 1000);
  const before = messages;
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await sleep(seconds * 1000);
  check(messages > before && wrong === 0, `${messages} messages, ${wrong} of them wrong`);
  return figures(messages - before, begin, process.cpuUsage(cpu));
}

function memory() {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage();
}

/** Heap of a command whose reply has not come: its promise, its place in the queue, whatever else a client keeps. */
async function pendingHeap({ connect, proxyPort }) {
  const client = await connect({ port: proxyPort });
  await repeat(100, 0.2, () => client.get(VALUE_KEY));
  client.get(MUTE_KEY).catch(() => {});
  await sleep(50);
  const promises = new Array(PENDING).fill(null);
  const before = memory();
  for (let i = 0; i < PENDING; i++) promises[i] = client.get(VALUE_KEY);
  // Until everything has left, the write queue holds payload, which is not what is asked for here.
  await sleep(500);
  const after = memory();
  check(promises.length === PENDING, "promises");
  return { bytes: (after.heapUsed - before.heapUsed) / PENDING };
}

/** Memory of a further client, connected and idle. Buffers are told apart: one read buffer belongs to every client. */
async function idleMemory({ connect, port }) {
  const first = await connect({ port });
  await first.get(VALUE_KEY);
  await sleep(100);
  const before = memory();
  const clients = [first];
  for (let i = 0; i < IDLE_CLIENTS; i++) {
    const client = await connect({ port });
    await client.get(VALUE_KEY);
    clients.push(client);
  }
  await sleep(200);
  const after = memory();
  check(clients.length === IDLE_CLIENTS + 1, "clients");
  const own = ({ heapUsed, external, arrayBuffers }) => heapUsed + external - arrayBuffers;
  return {
    bytes: (own(after) - own(before)) / IDLE_CLIENTS,
    buffers: (after.arrayBuffers - before.arrayBuffers) / IDLE_CLIENTS,
  };
}
