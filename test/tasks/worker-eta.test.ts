/** Tasks that wait for their time: held by their tags, kept from others, given back; and the parts this is made of. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parseRateLimit, TokenBucket } from "../../src/tasks/worker/rate-limit.js";
import { RevokedTasks } from "../../src/tasks/worker/revoked.js";
import { Schedule } from "../../src/tasks/worker/schedule.js";
import { until } from "../tools/waiting.js";
import { onBothServers, Workshop } from "./workshop.js";

const TIMEOUT = { timeout: 8000 };

onBothServers("a task with an ETA", (kind) => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await Workshop.open(kind);
  });
  afterEach(() => shop.clear());
  afterAll(() => shop.close());

  it("is received at once, held without an acknowledgement, and run when its time has come", async () => {
    const app = shop.app();
    const task = app.task("shop.when", () => Date.now());
    const heard = await shop.listen();
    const worker = await shop.work(app, { concurrency: 1, taskEvents: true });
    const sent = Date.now();
    const result = await task.applyAsync([], { countdown: 1.5 });
    await until(() => heard.events.some(({ type }) => type === "task-received"));
    expect(heard.events[0].eta).toMatch(/^\d{4}-\d\d-\d\dT.*\+00:00$/);
    await until(async () => (await worker.scheduledRequests()).length === 1);
    expect(await shop.unacked()).toHaveLength(1);
    // One more may be held for each that waits.
    expect(worker.prefetchCount).toBe(5);
    expect(await result.get(TIMEOUT)).toBeGreaterThanOrEqual(sent + 1500);
    await until(async () => (await shop.unacked()).length === 0);
    expect(worker.prefetchCount).toBe(4);
  });

  it("does not keep others from running, however many there are", async () => {
    const app = shop.app();
    const task = app.task("shop.echo", (x: number) => x);
    const worker = await shop.work(app, { concurrency: 1, prefetchMultiplier: 1 });
    await Promise.all(Array.from({ length: 300 }, (_, at) => task.applyAsync([at], { countdown: 3600 })));
    await until(async () => (await shop.unacked()).length === 300);
    expect(await (await task.delay(7)).get(TIMEOUT)).toBe(7);
    expect(await worker.scheduledRequests()).toHaveLength(300);
    await worker.stop();
    expect(await shop.redis.llen("q")).toBe(300);
    expect(await shop.unacked()).toEqual([]);
  });

  it("runs in the order of times, many at once", async () => {
    const app = shop.app();
    const order: number[] = [];
    const task = app.task("shop.note", (x: number) => void order.push(x), { ignoreResult: true });
    await shop.work(app, { concurrency: 1 });
    const base = Date.now() + 1500;
    const times = Array.from({ length: 250 }, (_, at) => (at * 97) % 250);
    await Promise.all(times.map((at) => task.applyAsync([at], { eta: new Date(base + at) })));
    await until(() => order.length === 250);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("is not given to another worker while it is held beyond the visibility timeout", async () => {
    const app = shop.app({ brokerTransportOptions: { visibilityTimeout: 2 } });
    let runs = 0;
    const task = app.task("shop.count", () => ++runs);
    await shop.work(app);
    await shop.work(shop.app({ brokerTransportOptions: { visibilityTimeout: 2 } }));
    const result = await task.applyAsync([], { countdown: 4.5 });
    expect(await result.get(TIMEOUT)).toBe(1);
    await until(async () => (await shop.unacked()).length === 0);
    expect(runs).toBe(1);
    expect(shop.lines.filter((line) => line.startsWith("Restored"))).toEqual([]);
  });

  it("is left to the worker that has taken it over", async () => {
    const app = shop.app();
    let runs = 0;
    const task = app.task("shop.count", () => ++runs);
    const worker = await shop.work(app);
    await task.applyAsync([], { countdown: 1.5 });
    await until(async () => (await worker.scheduledRequests()).length === 1);
    await shop.redis.del(["unacked", "unacked_index"]);
    await until(() => shop.lines.some((line) => line.includes("was taken over by another worker")));
    expect(runs).toBe(0);
  });

  it("is found by its id, and can expire while it waits", async () => {
    const app = shop.app();
    const task = app.task("shop.old", () => 1);
    const worker = await shop.work(app);
    const result = await task.applyAsync([], { countdown: 1.5, expires: 1.4 });
    await until(async () => (await worker.scheduledRequests()).length === 1);
    expect(await worker.findRequest(result.id)).toMatchObject({ state: "reserved" });
    expect(await worker.findRequest("nobody")).toBe(undefined);
    await until(async () => (await shop.meta(result.id))?.status === "REVOKED");
  });
});

describe("the schedule", () => {
  it("gives entries in the order of their times, by one timer", () => {
    vi.useFakeTimers();
    try {
      const due: number[] = [];
      const schedule = new Schedule<{ at: number }>((entries) => due.push(...entries.map(({ at }) => at)));
      const start = Date.now();
      const times = Array.from({ length: 1000 }, (_, at) => start + ((at * 7919) % 1000) + 1);
      for (const at of times) schedule.add({ at });
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(500);
      expect(due).toEqual([...times].sort((a, b) => a - b).slice(0, 500));
      const removed = schedule.remove(({ at }) => at % 2 === 0);
      expect(removed.length + schedule.size).toBe(500);
      vi.advanceTimersByTime(600);
      expect(schedule.size).toBe(0);
      expect(due).toEqual([...due].sort((a, b) => a - b));
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it("waits longer than a timer can", () => {
    vi.useFakeTimers();
    try {
      let due = 0;
      const schedule = new Schedule(() => due++);
      const far = 2 ** 31 + 5000;
      schedule.add({ at: Date.now() + far });
      vi.advanceTimersByTime(far - 1);
      expect(due).toBe(0);
      vi.advanceTimersByTime(1);
      expect(due).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("rate limits", () => {
  it("are read as Celery reads them", () => {
    const read = ["5/s", "60/m", "3600/h", "7", "", "0"].map(parseRateLimit);
    expect(read).toEqual([5, 1, 1, 7, 0, 0]);
    expect([null, undefined, 0, 2.5].map(parseRateLimit)).toEqual([0, 0, 0, 2.5]);
    for (const wrong of ["x", "5/d", "5/s/m", "-1/s", "/s"])
      expect(() => parseRateLimit(wrong)).toThrow(RangeError);
  });

  it("let one pass, then as many as the rate says", () => {
    const bucket = new TokenBucket(10, 0);
    expect(bucket.take(0)).toBe(0);
    expect(bucket.take(0)).toBe(100);
    expect(bucket.take(50)).toBe(50);
    expect(bucket.take(100)).toBe(0);
    expect(bucket.take(10_000)).toBe(0);
    expect(bucket.take(10_000)).toBe(100);
  });
});

describe("revoked ids", () => {
  it("are kept for a time and up to a number", () => {
    let now = 100;
    const revoked = new RevokedTasks({ most: 3, keptFor: 10, now: () => now });
    for (const id of ["a", "b", "c", "d"]) revoked.add(id);
    expect(["a", "b", "c", "d"].map((id) => revoked.has(id))).toEqual([false, true, true, true]);
    expect([...revoked.entries()]).toEqual([
      ["b", 100],
      ["c", 100],
      ["d", 100],
    ]);
    now = 111;
    expect(revoked.has("b")).toBe(false);
    expect([...revoked.entries()]).toEqual([]);
    revoked.addAt("c", 105);
    expect(revoked.has("c")).toBe(true);
    revoked.addAt("c", 50);
    expect(revoked.has("c")).toBe(true);
  });
});
