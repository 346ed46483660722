/**
 * Long runs: ten thousand reconnects without growth, and a soak in which the connection is cut again and again.
 *
 * The soak is 300,000 commands with a cut every 3,000. By hand: `SOAK_COMMANDS=10000000 SOAK_CUT_EVERY=50000
 * npx vitest run test/client/faults/endurance.test.ts -t soak --testTimeout 3600000`.
 */
import { getEventListeners } from "node:events";
import { afterEach, expect, it } from "vitest";
import { ConnectionError, Redis } from "../../../src/index.js";
import { startFake } from "../../tools/fake-server.js";
import { startFaultProxy } from "../../tools/fault-proxy.js";
import { needsRedis, redisAvailable, startRedis } from "../../tools/redis-server.js";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const RECONNECTS = 10_000;
/** Each of them is cut after every reply. */
const CLIENTS = 10;

it("10,000 reconnects leave no memory, sockets or listeners behind", async () => {
  const server = await startFake((command, socket) => {
    // A reset leaves no socket in TIME_WAIT, of which there are not so many.
    socket.write(`$${command[1].length}\r\n${command[1]}\r\n`, () => socket.resetAndDestroy());
    return undefined;
  });
  ends.push(() => server.stop());
  const controller = new AbortController();
  let disconnects = 0;
  const views = Array.from({ length: CLIENTS }, () => {
    const retry = { attempts: 1000, backoff: { base: 0, cap: 0 } };
    const redis = new Redis({ host: "127.0.0.1", port: server.port, protocol: 2, retry });
    ends.push(() => redis.close({ timeout: 0 }));
    redis.on("disconnect", () => disconnects++);
    return redis.with({ signal: controller.signal });
  });
  const sizes: number[] = [];
  const handles: number[] = [];
  for (let i = CLIENTS; i <= RECONNECTS; i += CLIENTS) {
    const replies = await Promise.all(views.map((view, n) => view.get(`key-${n}`)));
    expect(replies).toEqual(views.map((_, n) => `key-${n}`));
    if (i % 2500 !== 0) continue;
    server.heard.length = 0;
    globalThis.gc?.();
    sizes.push(process.memoryUsage().heapUsed);
    handles.push(process.getActiveResourcesInfo().length);
  }
  expect(disconnects).toBeGreaterThanOrEqual(RECONNECTS - CLIENTS);
  expect(handles.at(-1)).toBeLessThan(handles[0] + 6 * CLIENTS);
  // 7,500 reconnects lie between the two: a kilobyte kept of each would be seen, without the collector's help too.
  expect((sizes.at(-1) ?? 0) - sizes[0]).toBeLessThan(
    globalThis.gc === undefined ? 48 * 2 ** 20 : 4 * 2 ** 20,
  );
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  for (const event of ["exit", "uncaughtException", "warning"])
    expect(process.listenerCount(event)).toBeLessThan(10);
}, 60_000);

const COMMANDS = Number(process.env.SOAK_COMMANDS ?? 300_000);
const CUT_EVERY = Number(process.env.SOAK_CUT_EVERY ?? 3000);
const WORKERS = 100;

it.skipIf(!redisAvailable)(
  needsRedis(
    `a soak of ${COMMANDS} commands with a cut every ${CUT_EVERY} loses, doubles and mixes up nothing`,
  ),
  async () => {
    const server = await startRedis();
    ends.push(() => server.stop());
    const proxy = await startFaultProxy(server.port);
    ends.push(() => proxy.stop());
    const backoff = { base: 0, cap: 2 };
    const redis = new Redis({ host: "127.0.0.1", port: proxy.port, retry: { attempts: 1000, backoff } });
    ends.push(() => redis.close({ timeout: 0 }));
    const idempotent = redis.with({ idempotent: true });
    let done = 0;
    let issued = 0;
    let uncertain = 0;
    let cuts = 0;

    /** What one counter may hold: it was acknowledged `least` times, and at most `most` times it was counted up. */
    const counters = Array.from({ length: WORKERS }, () => ({ least: 0, most: 0 }));
    /** The same of the keys that are set: the last acknowledged value, and those that came after and may have been set. */
    const values = Array.from({ length: WORKERS }, () => new Set<string | null>([null]));
    const sets = Array.from({ length: WORKERS }, () => 0);

    const may = (error: unknown): "no" | "maybe" => {
      expect(error).toBeInstanceOf(ConnectionError);
      uncertain++;
      return (error as ConnectionError).sent;
    };
    const count = async (worker: number) => {
      const counter = counters[worker];
      try {
        const value = await redis.incr(`counter:${worker}`);
        if (value <= counter.least || value > counter.most + 1)
          throw new Error(`counter ${worker} is ${value}, not in ${counter.least + 1}..${counter.most + 1}`);
        counter.least = counter.most = value;
      } catch (error) {
        if (may(error) === "maybe") counter.most++;
      }
    };
    const write = async (worker: number, value: string) => {
      const known = values[worker];
      try {
        await redis.set(`value:${worker}`, value);
        known.clear();
        known.add(value);
      } catch (error) {
        if (may(error) === "maybe") known.add(value);
      }
    };
    const read = async (worker: number) => {
      const value = await redis.get(`value:${worker}`);
      if (!values[worker].has(value)) throw new Error(`value ${worker} is ${value}`);
      values[worker].clear();
      values[worker].add(value);
    };
    const work = async (worker: number) => {
      while (issued < COMMANDS) {
        const turn = ++issued;
        const unique = `${worker}:${turn}`;
        switch (turn % 5) {
          case 0:
            await count(worker);
            break;
          case 1:
            await write(worker, unique);
            break;
          case 2:
            await read(worker);
            break;
          case 3:
            // Marked so: it is repeated until it is acknowledged, and a second run does no harm.
            await idempotent.sadd(`set:${worker}`, unique);
            sets[worker]++;
            break;
          default: {
            const reply = await redis.echo(unique).catch((error: unknown) => may(error) && unique);
            if (reply !== unique) throw new Error(`${unique} got the reply of ${reply}`);
          }
        }
        if (++done % CUT_EVERY === 0) {
          // In turn: before what was sent has run, and behind it, so that replies are lost of what has.
          switch (++cuts % 3) {
            case 0:
              proxy.cut();
              break;
            case 1:
              proxy.reset();
              break;
            default:
              proxy.cutAfter = cuts % 100;
          }
        }
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)));

    for (let worker = 0; worker < WORKERS; worker++) {
      const { least, most } = counters[worker];
      const final = Number(await redis.get(`counter:${worker}`));
      expect(final).toBeGreaterThanOrEqual(least);
      expect(final).toBeLessThanOrEqual(most);
      expect(await redis.scard(`set:${worker}`)).toBe(sets[worker]);
      await read(worker);
    }
    expect(cuts).toBeGreaterThanOrEqual(Math.floor(COMMANDS / CUT_EVERY));
    expect(proxy.connections).toBeGreaterThan(cuts / 2);
    expect(uncertain).toBeGreaterThan(0);
  },
  COMMANDS / 2 + 20_000,
);
