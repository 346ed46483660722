/** Stream readers, alone and as consumers of groups. */
import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ArgumentError, type ConsumedEntry, OptionError, Redis } from "../../src/index.js";
import { onEveryServer, type Place } from "../tools/clients.js";
import { needsRedis, redisAvailable, startRedis, type Target } from "../tools/redis-server.js";

/** The next `count` entries; the loop is left then. */
async function take<E>(reader: AsyncIterable<E>, count: number): Promise<E[]> {
  const out: E[] = [];
  for await (const entry of reader) if (out.push(entry) === count) break;
  return out;
}

/** Wait until `condition` holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await condition()); tries++) {
    if (tries > 1000) throw new Error("it never came to pass");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const numbers = (entries: { fields: Record<string, string> }[]) =>
  entries.map(({ fields }) => Number(fields.n));
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

onEveryServer("stream readers", (start) => {
  let place: Place;
  let redis: Redis;
  beforeAll(async () => {
    place = await start();
  });
  afterAll(() => place.stop());
  beforeEach(async () => {
    redis = place.client();
    await redis.flushall();
  });
  afterEach(() => redis.close());

  async function add(from: number, to: number, stream = "s"): Promise<void> {
    const pipeline = redis.pipeline();
    for (const n of range(from, to)) pipeline.xadd(stream, { n });
    await pipeline.exec();
  }

  it("read from an id on, page by page, and wait for more", async () => {
    await add(0, 25);
    const reader = redis.streamReader("s", { from: "0", count: 10 });
    const taken = take(reader, 30);
    await add(25, 30);
    const entries = await taken;
    expect(numbers(entries)).toEqual(range(0, 30));
    expect(entries[0]).toEqual({ stream: "s", id: expect.stringMatching(/^\d+-\d+$/), fields: { n: "0" } });
    expect(reader.positions).toEqual(new Map([["s", entries[29].id]]));
  });

  it("read what is added after the call unless told otherwise", async () => {
    await add(0, 3);
    const reader = redis.streamReader("s");
    await add(3, 6);
    expect(numbers(await take(reader, 3))).toEqual([3, 4, 5]);
    const empty = redis.streamReader("new");
    await add(0, 1, "new");
    expect(numbers(await take(empty, 1))).toEqual([0]);
  });

  it("go on where a loop was left, and where another reader was", async () => {
    await add(0, 10);
    const reader = redis.streamReader("s", { from: "0" });
    expect(numbers(await take(reader, 3))).toEqual([0, 1, 2]);
    const position = reader.positions.get("s") as string;
    expect(numbers(await take(reader, 3))).toEqual([3, 4, 5]);
    expect(numbers(await take(redis.streamReader({ s: position }), 2))).toEqual([3, 4]);
  });

  it("read several streams", async () => {
    await add(0, 2, "a");
    await add(10, 12, "b");
    const entries = await take(redis.streamReader(["a", "b"], { from: 0 }), 4);
    expect(entries.map(({ stream, fields }) => `${stream}${fields.n}`).sort()).toEqual([
      "a0",
      "a1",
      "b10",
      "b11",
    ]);
    const mixed = redis.streamReader({ a: "0", b: "$" });
    await add(12, 13, "b");
    expect(numbers(await take(mixed, 3)).sort()).toEqual([0, 1, 12]);
  });

  it("go on waiting when nothing comes in time", async () => {
    const taken = take(redis.streamReader("s", { block: 10 }), 1);
    await until(async () => /cmdstat_xread:calls=[3-9]/.test(await redis.info("commandstats")));
    await add(7, 8);
    expect(numbers(await taken)).toEqual([7]);
  });

  it("end on a signal, on close, and when the client is closed", async () => {
    const controller = new AbortController();
    const bySignal = take(redis.streamReader("s", { signal: controller.signal, block: 0 }), 1);
    const byView = take(redis.with({ signal: controller.signal }).streamReader("s"), 1);
    const closed = redis.streamReader("s", { block: 0 });
    const byClose = take(closed, 1);
    const other = place.client();
    const byClient = take(other.streamReader("s", { block: 0 }), 1);
    await until(() => redis.pool.statistics().lent === 3 && other.pool.statistics().lent === 1);
    controller.abort();
    closed.close();
    await other.close();
    expect(await Promise.all([bySignal, byView, byClose, byClient])).toEqual([[], [], [], []]);
    await until(() => redis.pool.statistics().lent === 0);
    expect(await take(redis.streamReader("s", { signal: controller.signal }), 1)).toEqual([]);
    expect(() => other.streamReader("s")).toThrow(/closed/);
  });

  it("respect the view", async () => {
    await redis.xadd("s", { n: Buffer.from([0xff]) });
    const bytes = redis.with({ replies: "buffer" });
    const [entry] = await take(bytes.streamReader("s", { from: "0" }), 1);
    expect(entry).toMatchObject({ stream: Buffer.from("s"), fields: { n: Buffer.from([0xff]) } });
    const hasty = redis.with({ timeout: 20 }).streamReader("s", { block: 60 });
    const taken = take(hasty, 1);
    await until(async () => /cmdstat_xread:calls=/.test(await redis.info("commandstats")));
    await add(1, 2);
    expect(numbers(await taken)).toEqual([1]);
  });

  it("work behind a key prefix", async () => {
    const mine = redis.with({ keyPrefix: "mine:" });
    await mine.xadd("s", { n: 1 });
    expect((await take(mine.streamReader("s", { from: "0" }), 1))[0].stream).toBe("s");
    const options = { group: "g", consumer: "c", create: true, ack: "manual" } as const;
    expect((await take(mine.streamReader("s", options), 1))[0].stream).toBe("s");
    const [taken] = await take(mine.streamReader("s", { ...options, consumer: "d", claimAfter: 1 }), 1);
    await taken.ack();
    expect((await redis.xpending("mine:s", "g")).pending).toBe(0);
  });

  it("fail as the command does", async () => {
    await redis.set("text", 1);
    await expect(take(redis.streamReader("text", { from: "0" }), 1)).rejects.toMatchObject({
      code: "WRONGTYPE",
    });
    await expect(take(redis.streamReader("text"), 1)).rejects.toMatchObject({ code: "WRONGTYPE" });
    const reader = redis.streamReader("s", { group: "g", consumer: "me" });
    await expect(take(reader, 1)).rejects.toMatchObject({ code: "NOGROUP" });
  });

  it("refuse wrong options at once, and two loops at a time", async () => {
    expect(() => redis.streamReader("s", { from: "yesterday" })).toThrow(OptionError);
    expect(() => redis.streamReader("s", { group: "g" } as never)).toThrow(/consumer/);
    expect(() => redis.streamReader("s", { ack: "manual" } as never)).toThrow(/needs the option group/);
    expect(() => redis.streamReader("s", { cuont: 1 } as never)).toThrow(/Did you mean count/);
    expect(() => redis.streamReader([])).toThrow(ArgumentError);
    expect(() => redis.streamReader({ s: "0" }, { group: "g", consumer: "c" })).toThrow(OptionError);
    await add(0, 2);
    const reader = redis.streamReader("s", { from: "0" });
    for await (const _ of reader) {
      await expect(take(reader, 1)).rejects.toThrow(/one loop at a time/);
      break;
    }
  });

  describe("in a group", () => {
    const worker = { group: "g", consumer: "me", create: true };

    async function pending(): Promise<number> {
      return (await redis.xpending("s", "g")).pending;
    }

    it("create the group, share its entries, and acknowledge what is done", async () => {
      await add(0, 6);
      const first = take(redis.streamReader("s", { ...worker, count: 1 }), 3);
      const second = take(redis.streamReader("s", { ...worker, consumer: "other", count: 1 }), 3);
      const both = [...numbers(await first), ...numbers(await second)];
      expect(both.sort()).toEqual(range(0, 6));
      // The entries at which the loops were left are not done.
      expect(await pending()).toBe(2);
    });

    it("begin with what this consumer had not finished", async () => {
      await add(0, 5);
      const left = await take(redis.streamReader("s", worker), 2);
      expect(left.map(({ redelivered }) => redelivered)).toEqual([false, false]);
      expect(await pending()).toBe(4);
      await add(5, 6);
      const again = await take(redis.streamReader("s", { ...worker, count: 2 }), 5);
      expect(numbers(again)).toEqual([1, 2, 3, 4, 5]);
      expect(again.map(({ redelivered }) => redelivered)).toEqual([true, true, true, true, false]);
    });

    it("acknowledge by hand alone where that is wanted", async () => {
      await add(0, 3);
      const entries = await take(redis.streamReader("s", { ...worker, ack: "manual" }), 3);
      expect(await pending()).toBe(3);
      await entries[1].ack();
      await entries[1].ack();
      expect(await pending()).toBe(2);
      const again = await take(redis.streamReader("s", { ...worker, ack: "manual" }), 2);
      expect(numbers(again)).toEqual([0, 2]);
    });

    it("let the loop be left with everything done", async () => {
      await add(0, 1);
      for await (const entry of redis.streamReader("s", worker)) {
        await entry.ack();
        break;
      }
      expect(await pending()).toBe(0);
    });

    it("acknowledge the last entry when a signal ends the loop", async () => {
      await add(0, 1);
      const controller = new AbortController();
      for await (const _ of redis.streamReader("s", { ...worker, signal: controller.signal }))
        controller.abort();
      expect(await pending()).toBe(0);
    });

    it("pass over what was deleted meanwhile", async () => {
      await add(0, 3);
      const [, middle] = await take(redis.streamReader("s", { ...worker, ack: "manual" }), 3);
      await redis.xdel("s", middle.id);
      const again = await take(redis.streamReader("s", worker), 2);
      expect(numbers(again)).toEqual([0, 2]);
      expect((await redis.xpending("s", "g", { count: 9 })).map(({ id }) => id)).toEqual([again[1].id]);
    });

    it("take over what another consumer has left", async () => {
      await add(0, 3);
      await take(redis.streamReader("s", { ...worker, consumer: "gone", ack: "manual" }), 3);
      const reader = redis.streamReader("s", { ...worker, claimAfter: 20, count: 2 });
      const entries = await take(reader, 3);
      expect(numbers(entries)).toEqual([0, 1, 2]);
      expect(entries.every(({ redelivered, stream }) => redelivered && stream === "s")).toBe(true);
      const bytes = redis
        .with({ replies: "buffer" })
        .streamReader("s", { ...worker, consumer: "b", claimAfter: 1 });
      expect((await take(bytes, 1))[0].stream).toEqual(Buffer.from("s"));
    });

    it("begin where the option says", async () => {
      await add(0, 3);
      const reader = redis.streamReader("s", { ...worker, from: "$" });
      const taken = take(reader, 1);
      await until(async () => (await redis.xinfoGroups("s")).length === 1);
      await add(3, 4);
      expect(numbers(await taken)).toEqual([3]);
    });

    it("create the group anew when the stream was deleted", async () => {
      await add(0, 1);
      const seen: ConsumedEntry[] = [];
      const loop = (async () => {
        for await (const entry of redis.streamReader("s", { ...worker, block: 50 })) {
          seen.push(entry);
          if (seen.length === 2) break;
        }
      })();
      await until(() => seen.length === 1);
      await redis.del("s");
      await until(async () => (await redis.exists("s")) === 1);
      await add(1, 2);
      await loop;
      expect(numbers(seen)).toEqual([0, 1]);
    });

    it("read several streams", async () => {
      await add(0, 1, "a");
      await add(1, 2, "b");
      const entries = await take(redis.streamReader(["a", "b"], worker), 2);
      expect(numbers(entries)).toEqual([0, 1]);
    });
  });
});

/** Passes bytes on, until it is told to cut all connections. */
interface Cutter {
  readonly port: number;
  /** Cut every connection; `swallow`: at the next bytes from the server, which are lost. */
  cut(swallow: boolean): void;
  stop(): Promise<void>;
}

async function startCutter(target: number): Promise<Cutter> {
  const open = new Set<() => void>();
  const sockets = new Set<Socket>();
  let swallowing = false;
  const server: Server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    const end = () => {
      client.destroy();
      upstream.destroy();
      open.delete(end);
    };
    open.add(end);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end).on("close", end);
    }
    client.on("data", (bytes) => upstream.write(bytes));
    upstream.on("data", (bytes) => {
      if (!swallowing) return void client.write(bytes);
      swallowing = false;
      for (const one of [...open]) one();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    cut: (swallow) => {
      if (swallow) swallowing = true;
      else for (const one of [...open]) one();
    },
    stop: () => {
      for (const one of [...open]) one();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

describe.skipIf(!redisAvailable)(needsRedis("stream readers through lost connections"), () => {
  let server: Target;
  let cutter: Cutter;
  let redis: Redis;
  let direct: Redis;
  beforeAll(async () => {
    server = await startRedis();
    cutter = await startCutter(server.port);
  });
  afterAll(async () => {
    await cutter.stop();
    await server.stop();
  });
  beforeEach(async () => {
    direct = new Redis({ port: server.port });
    redis = new Redis({ port: cutter.port, retry: { backoff: { base: 1, cap: 5 } } });
    await direct.flushall();
  });
  afterEach(async () => {
    await redis.close();
    await direct.close();
  });

  /** Read `total` entries while connections are cut, some of them with a reply on its way. */
  async function readAll<E extends { fields: Record<string, string> }>(
    reader: AsyncIterable<E>,
    total: number,
  ): Promise<number[]> {
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { fields } of reader) if (seen.push(Number(fields.n)) === total) break;
    })();
    for (let n = 0; n < total; n++) {
      await direct.xadd("s", { n });
      if (n % 10 === 3) cutter.cut(false);
      if (n % 10 === 7) cutter.cut(true);
      if (n % 10 === 9) await until(() => seen.length > n);
    }
    await loop;
    return seen;
  }

  it("leave nothing out and repeat nothing", async () => {
    expect(await readAll(redis.streamReader("s", { from: "0" }), 100)).toEqual(range(0, 100));
  });

  it("do so in a group, too", async () => {
    const reader = redis.streamReader("s", { group: "g", consumer: "me", create: true });
    expect(await readAll(reader, 100)).toEqual(range(0, 100));
    expect((await direct.xpending("s", "g")).pending).toBe(1);
  });

  it("do so in a group whose entries are acknowledged later", async () => {
    const reader = redis.streamReader("s", {
      group: "g",
      consumer: "me",
      create: true,
      ack: "manual",
      count: 3,
    });
    expect(await readAll(reader, 60)).toEqual(range(0, 60));
    expect((await direct.xpending("s", "g")).pending).toBe(60);
  });
});
