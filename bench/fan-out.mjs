/**
 * Publish/subscribe with many listeners: 1,000 subscribers of one channel, messages of 100 bytes, on the mini server
 * and on redis-server, each a process of its own. A publisher sends some messages in one write and goes on when every
 * subscriber has all of them: one, which is what a message waits, and twenty, as under load. The subscribers are bare
 * sockets that count bytes; the server's own CPU time is shown beside the rate, for they may be the slower side.
 *
 *   node bench/fan-out.mjs [--subscribers 1000] [--seconds 2] [--rounds 3] [--dist <folder with the built package>]
 */
import net from "node:net";
import { parseArgs } from "node:util";
import { connect, wireOf } from "./contenders/floor.mjs";
import { MESSAGE } from "./data.mjs";
import { startMiniServer, startRedisServer } from "./processes.mjs";
import { builtPackage, folderUrl } from "./setup.mjs";
import { median } from "./statistics.mjs";

/** Of redis-server's deliveries. */
const TARGET = 0.5;
const BURSTS = [1, 20];
const WARMUP_SECONDS = 0.5;
const CHANNEL = "bench:news";
/** What a subscriber gets for SUBSCRIBE, and for each message. */
const CONFIRMED = `*3\r\n$9\r\nsubscribe\r\n$${CHANNEL.length}\r\n${CHANNEL}\r\n:1\r\n`;
const DELIVERED = wireOf("message", CHANNEL, MESSAGE);

const { values } = parseArgs({
  options: {
    subscribers: { type: "string" },
    seconds: { type: "string" },
    rounds: { type: "string" },
    dist: { type: "string" },
  },
});
const subscribers = Number(values.subscribers ?? 1000);
const seconds = Number(values.seconds ?? 2);
const rounds = Number(values.rounds ?? 3);
const dist = values.dist === undefined ? builtPackage() : folderUrl(values.dist);

/** All subscribers. */
class Audience {
  #sockets = [];
  #missing = 0;
  #complete = () => {};

  /** Connect and subscribe. */
  async gather(port) {
    const confirmed = this.hears(CONFIRMED.length);
    // One buffer for all: nobody looks at what is in it.
    const buffer = Buffer.allocUnsafeSlow(65536);
    const callback = (size) => {
      this.#missing -= size;
      if (this.#missing === 0) this.#complete();
      return true;
    };
    for (let i = 0; i < subscribers; i++) {
      const socket = net.connect({ host: "127.0.0.1", port, onread: { buffer, callback } });
      socket.write(wireOf("SUBSCRIBE", CHANNEL));
      this.#sockets.push(socket);
    }
    await confirmed;
  }

  /** Resolves when `bytes` have come to every subscriber. */
  hears(bytes) {
    this.#missing = bytes * subscribers;
    return new Promise((resolve) => {
      this.#complete = resolve;
    });
  }

  leave() {
    for (const socket of this.#sockets) socket.destroy();
  }
}

const SERVERS = { "redis-server": startRedisServer, "mini server": () => startMiniServer(dist) };
const found = {};
for (let round = 0; round < rounds; round++) {
  for (const [name, start] of Object.entries(SERVERS)) {
    for (const [burst, figures] of await measure(start)) {
      found[burst] ??= {};
      found[burst][name] ??= { rate: [], cpu: [] };
      found[burst][name].rate.push(figures.rate);
      found[burst][name].cpu.push(figures.cpu);
    }
  }
}

console.log(`Deliveries a second to ${subscribers} subscribers, 100 bytes each, medians of ${rounds}:`);
for (const burst of BURSTS) {
  const cells = Object.entries(found[burst]).map(([name, { rate, cpu }]) => {
    return `${name} ${Math.round(median(rate) / 1000)} k/s (server ${median(cpu).toFixed(2)} us each)`;
  });
  const [peer, own] = Object.values(found[burst]).map(({ rate }) => median(rate));
  const verdict = own >= TARGET * peer ? "met" : "MISSED";
  console.log(
    `  ${`${burst} at once:`.padEnd(11)} ${cells.join(", ")}: ${(own / peer).toFixed(2)}x; target ${TARGET}x: ${verdict}`,
  );
}

/** @returns for each size of a burst the deliveries a second, and the server's CPU time of each in microseconds */
async function measure(start) {
  const server = await start();
  const audience = new Audience();
  const publisher = await connect(server);
  try {
    await audience.gather(server.port);
    const figures = [];
    for (const burst of BURSTS) {
      await publish(publisher, audience, burst, WARMUP_SECONDS);
      const before = server.cpuSeconds();
      const { deliveries, duration } = await publish(publisher, audience, burst, seconds);
      const cpu = before === undefined ? Number.NaN : ((server.cpuSeconds() - before) * 1e6) / deliveries;
      figures.push([burst, { rate: deliveries / duration, cpu }]);
    }
    return figures;
  } finally {
    publisher.close();
    audience.leave();
    await server.stop();
  }
}

async function publish(publisher, audience, burst, duration) {
  const wire = wireOf("PUBLISH", CHANNEL, MESSAGE).repeat(burst);
  const begin = performance.now();
  let [messages, now] = [0, begin];
  while (now < begin + duration * 1000) {
    const heard = audience.hears(burst * DELIVERED.length);
    const replies = await publisher.send(wire, burst);
    const last = burst === 1 ? replies : replies.at(-1);
    if (last !== subscribers) throw new Error(`A message went to ${last} subscribers, not to ${subscribers}`);
    await heard;
    messages += burst;
    now = performance.now();
  }
  return { deliveries: messages * subscribers, duration: (now - begin) / 1000 };
}
