/** Tasks in threads and processes: results, limits, deaths, and what is left of them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TaskLog } from "../../src/tasks/log.js";
import type { PoolOptions } from "../../src/tasks/worker/pools/async-pool.js";
import type { Job, JobOutcome, Pool } from "../../src/tasks/worker/pools/pool.js";
import { TasksBuild } from "../tools/tasks-build.js";
import { failure, until } from "../tools/waiting.js";

const APP = `
import { threadId } from "node:worker_threads";
import { writeFileSync } from "node:fs";
import { TaskApp } from "./tasks.js";

export const app = new TaskApp("pools", { broker: "redis://localhost:1/0" });

let jobs = 0;
app.task("add", (x, y) => x + y);
app.task("echo", (value) => value);
app.task("types", (...values) => values.map((value) => value?.constructor?.name ?? String(value)));
app.task("who", () => ({ pid: process.pid, thread: threadId, jobs: ++jobs }));
app.task("compute", (milliseconds) => {
  const begun = Date.now();
  while (Date.now() - begun < milliseconds);
  return [begun, Date.now()];
});
app.task("spin", async (context) => { await context.updateState("BEGUN", null); for (;;); }, { bind: true });
app.task("rest", async (context) => {
  await context.updateState("BEGUN", null);
  return new Promise((resolve) => setTimeout(resolve, 200, "rested"));
}, { bind: true });
app.task("touch", (file) => { writeFileSync(file, String(process.pid)); for (;;); });
app.task("exit", (code) => process.exit(code));
app.task("kill", (signal) => { process.kill(process.pid, signal); return new Promise(() => {}); });
app.task("crash", () => new Promise(() => { setTimeout(() => { throw new Error("nobody caught me"); }); }));
app.task("sleep", (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds, "slept")));
app.task("fail", (text) => { throw new RangeError(text); });
app.task("unstorable", () => ({ f() {} }));
app.task("context", (context) => ({ id: context.request.id, hostname: context.request.hostname }), { bind: true });
app.task("heed", (context) => new Promise((resolve) => {
  const timer = setTimeout(resolve, 20_000, "never told");
  context.signal.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve(context.signal.reason.name + " " + context.signal.reason.seconds);
  });
}), { bind: true });
app.task("progress", async (context, n) => {
  for (let i = 0; i < n; i++) await context.updateState("PROGRESS", { current: i, total: n });
  return "done";
}, { bind: true });
app.task("late", (context) => { void context.updateState("LATE", null).catch(() => {}); return "early"; }, { bind: true });
app.task("talk", (context, text) => { context.log.info(text); }, { bind: true });
app.task("again", (context) => context.retry({ countdown: 5, args: [7] }), { bind: true });
`;

let build: TasksBuild;
let appModule: string;
const pools: Pool[] = [];
const driven: ChildProcess[] = [];

beforeAll(async () => {
  build = await TasksBuild.make();
  appModule = build.add("app.mjs", APP);
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop("cold")));
  for (const child of driven.splice(0)) child.kill("SIGKILL");
});

afterAll(() => build.remove());

let lines: string[] = [];
const log: TaskLog = {
  debug: (text) => lines.push(text),
  info: (text) => lines.push(text),
  warn: (text) => lines.push(text),
  error: (text) => lines.push(text),
};

type Kind = "threads" | "processes";

async function makePool(kind: Kind, options: Partial<PoolOptions> = {}): Promise<Pool> {
  const { ThreadsPool, ProcessesPool } = await build.pools();
  const Type = kind === "threads" ? ThreadsPool : ProcessesPool;
  lines = [];
  const pool = new Type({
    // The pools load it anew; this one is of no use to them.
    app: undefined as never,
    concurrency: 1,
    maxTasksPerChild: null,
    appModule,
    hostname: "w1@here",
    log,
    ...options,
  });
  pools.push(pool);
  return pool;
}

async function startPool(kind: Kind, options?: Partial<PoolOptions>): Promise<Pool> {
  const pool = await makePool(kind, options);
  await pool.start();
  return pool;
}

let lastKey = 0;

function jobOf(task: string, args: readonly unknown[] = [], more: Partial<Job> = {}): Job {
  const key = ++lastKey;
  const id = `id-${key}`;
  return {
    id,
    key,
    task,
    args,
    kwargs: {},
    request: {
      id,
      task,
      args,
      kwargs: {},
      rootId: id,
      parentId: null,
      group: null,
      groupIndex: null,
      retries: 0,
      hostname: "w1@here",
      eta: null,
      expires: null,
      timelimit: [null, null],
      deliveryInfo: { exchange: "", routingKey: "celery", priority: 0, redelivered: null },
      correlationId: id,
      replyTo: "",
      origin: "gen1@here",
      isEager: false,
      headers: {},
      children: [],
    },
    softTimeLimit: null,
    timeLimit: null,
    onStart() {},
    async onUpdateState() {},
    ...more,
  };
}

async function run(
  pool: Pool,
  task: string,
  args?: readonly unknown[],
  more?: Partial<Job>,
): Promise<JobOutcome> {
  return pool.run(jobOf(task, args, more));
}

async function resultOf(pool: Pool, task: string, args?: readonly unknown[]): Promise<unknown> {
  const outcome = await run(pool, task, args);
  if (outcome.kind !== "success") throw new Error(`${task} ended with ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** Runs a job whose task tells by a state that it has begun, and waits for that. */
async function begin(pool: Pool, task: "spin" | "rest") {
  let pid = 0;
  let told!: () => void;
  const begun = new Promise<void>((resolve) => {
    told = resolve;
  });
  const job = jobOf(task, [], {
    onStart: (of) => {
      pid = of;
    },
    onUpdateState: async () => told(),
  });
  const outcome = Promise.resolve(pool.run(job));
  await begun;
  return { key: job.key, outcome, pid };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.each(["threads", "processes"] as const)("a pool of %s", (kind) => {
  it("runs tasks, and tells what they returned and how long they took", async () => {
    const pool = await startPool(kind);
    const outcome = await run(pool, "add", [2, 3]);
    expect(outcome).toMatchObject({ kind: "success", value: 5, children: [] });
    expect((outcome as { runtime: number }).runtime).toBeGreaterThanOrEqual(0);
    expect(await resultOf(pool, "context")).toEqual({ id: `id-${lastKey}`, hostname: "w1@here" });
    expect(pool.processIds).toEqual([expect.any(Number)]);
  });

  it("runs as many at once as it has slots, and the others after them", async () => {
    const pool = await startPool(kind, { concurrency: 2 });
    const spans = await Promise.all([300, 300, 10, 10].map((time) => resultOf(pool, "compute", [time])));
    const [first, second, third, fourth] = spans as [number, number][];
    expect(Math.max(first[0], second[0])).toBeLessThan(Math.min(first[1], second[1]));
    const firstEnd = Math.min(first[1], second[1]);
    expect(Math.min(third[0], fourth[0])).toBeGreaterThanOrEqual(firstEnd);
  });

  it("hands arguments over as they are, and results as JSON has them", async () => {
    const pool = await startPool(kind);
    const args = [2n ** 70n, Buffer.from("bytes"), new Date(0), Number.NaN, null, "text", { a: [1] }];
    expect(await resultOf(pool, "types", args)).toEqual([
      "BigInt",
      "Buffer",
      "Date",
      "Number",
      "null",
      "String",
      "Object",
    ]);
    expect(await resultOf(pool, "echo", [2n ** 70n])).toBe(2n ** 70n);
    expect(await resultOf(pool, "echo", [Buffer.from("bytes")])).toEqual(Buffer.from("bytes"));
    expect(await resultOf(pool, "echo", [new Map([["a", Number.POSITIVE_INFINITY]])])).toEqual({
      a: Number.POSITIVE_INFINITY,
    });
    expect(await resultOf(pool, "echo", [undefined])).toBeNull();
    expect(await resultOf(pool, "echo", ["é".repeat(200_000)])).toBe("é".repeat(200_000));
  });

  it("tells a failure with the stack of where it happened", async () => {
    const pool = await startPool(kind);
    const outcome = await run(pool, "fail", ["too far"]);
    expect(outcome).toMatchObject({
      kind: "failure",
      error: { exc_type: "ValueError", exc_message: ["too far"], exc_module: "builtins" },
    });
    expect((outcome as { traceback: string }).traceback).toMatch(/RangeError: too far\n\s+at .*app\.mjs/);
    expect(await run(pool, "nosuch")).toMatchObject({
      kind: "failure",
      error: { exc_type: "NotRegistered" },
    });
    expect(await run(pool, "unstorable")).toMatchObject({
      kind: "failure",
      error: { exc_type: "TypeError" },
    });
    expect(await run(pool, "again", [1])).toMatchObject({ kind: "retry", message: "Retry in 5s", args: [7] });
    expect(await resultOf(pool, "add", [1, 1])).toBe(2);
  });

  it("stores the states of a task before the task goes on", async () => {
    const pool = await startPool(kind);
    const states: unknown[] = [];
    const outcome = await run(pool, "progress", [3], {
      onUpdateState: async (state, meta) => {
        await new Promise(setImmediate);
        states.push([state, meta]);
      },
    });
    expect(outcome).toMatchObject({ kind: "success", value: "done" });
    expect(states).toEqual([0, 1, 2].map((current) => ["PROGRESS", { current, total: 3 }]));
    const refused = await run(pool, "progress", [3], {
      onUpdateState: () => Promise.reject(new Error("the backend is gone")),
    });
    expect(refused).toMatchObject({ kind: "failure" });
    expect(JSON.stringify(refused)).toContain("the backend is gone");
    // Each task's states are its own, late ones too.
    const late: string[] = [];
    for (let i = 0; i < 5; i++)
      await run(pool, "late", [], { onUpdateState: async (state) => void late.push(`${i} ${state}`) });
    expect(late.length).toBeLessThanOrEqual(5);
    expect(late).toEqual([...new Set(late)]);
  });

  it("aborts the signal of a task at its soft limit", async () => {
    const pool = await startPool(kind);
    expect(await run(pool, "heed", [], { softTimeLimit: 0.05 })).toMatchObject({
      kind: "success",
      value: "SoftTimeLimitExceeded 0.05",
    });
    expect(lines).toContain(`Soft time limit (0.05s) exceeded for heed[id-${lastKey}]`);
  });

  it("ends a task that computes at its hard limit, and has a slot for the next", async () => {
    const pool = await startPool(kind);
    const before = (await resultOf(pool, "who")) as { pid: number; thread: number };
    expect(await run(pool, "spin", [], { timeLimit: 0.1 })).toEqual({ kind: "timeLimit", seconds: 0.1 });
    const after = (await resultOf(pool, "who")) as { pid: number; thread: number };
    expect(after).not.toMatchObject({ pid: before.pid, thread: before.thread });
    if (kind === "processes") expect(isAlive(before.pid)).toBe(false);
    // A limit that is not reached does not matter later.
    expect(await run(pool, "add", [1, 2], { timeLimit: 0.1 })).toMatchObject({ kind: "success" });
    expect(await run(pool, "sleep", [150])).toMatchObject({ kind: "success", value: "slept" });
  });

  it("terminates a job, also one that waits", async () => {
    const pool = await startPool(kind);
    const spinning = await begin(pool, "spin");
    const waiting = jobOf("add", [1, 2]);
    const waited = pool.run(waiting);
    expect(await pool.terminate(waiting.key, "SIGTERM")).toBe(true);
    expect(await waited).toEqual({ kind: "terminated", signal: "SIGTERM" });
    expect(await pool.terminate(spinning.key, "SIGKILL")).toBe(true);
    expect(await spinning.outcome).toEqual({ kind: "terminated", signal: "SIGKILL" });
    expect(await pool.terminate(spinning.key, "SIGKILL")).toBe(false);
    expect(await resultOf(pool, "add", [1, 2])).toBe(3);
  });

  it("tells of a task that ended its thread or process", async () => {
    const pool = await startPool(kind);
    for (const code of [0, 3]) {
      const outcome = await run(pool, "exit", [code]);
      const reason = `Worker exited prematurely: exitcode ${code} Job: ${lastKey}.`;
      expect(outcome).toEqual({ kind: "lost", reason });
    }
    expect(await resultOf(pool, "add", [1, 2])).toBe(3);
  });

  it("survives an error that nobody caught, and logs it", async () => {
    const pool = await startPool(kind);
    const detail = kind === "threads" ? " (nobody caught me)" : "";
    expect(await run(pool, "crash")).toMatchObject({
      kind: "lost",
      reason: `Worker exited prematurely: exitcode 1${detail} Job: ${lastKey}.`,
    });
    expect(lines.join("\n")).toMatch(/died: Error: nobody caught me\n\s+at .*app\.mjs/);
    expect(await resultOf(pool, "add", [1, 2])).toBe(3);
  });

  it("replaces a child after so many tasks, whose successor is ready by then", async () => {
    const pool = await startPool(kind, { concurrency: 2, maxTasksPerChild: 3 });
    const seen = new Map<string, number>();
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { pid, thread, jobs } = (await resultOf(pool, "who")) as Record<string, number>;
        seen.set(`${pid} ${thread}`, Math.max(jobs, seen.get(`${pid} ${thread}`) ?? 0));
      }),
    );
    expect(Math.max(...seen.values())).toBeLessThanOrEqual(3);
    expect(seen.size).toBeGreaterThanOrEqual(7);
    if (kind === "processes") await until(() => pool.processIds.length === 2);
  });

  it("grows and shrinks", async () => {
    const pool = await startPool(kind);
    await pool.grow(2);
    expect(pool.concurrency).toBe(3);
    const busy = await Promise.all([1, 2, 3].map(() => begin(pool, "spin")));
    await pool.shrink(2);
    expect(pool.concurrency).toBe(1);
    // Those that are too many leave when their job has ended; the jobs that wait stay for one slot.
    const rest = Promise.all([resultOf(pool, "who"), resultOf(pool, "who")]);
    for (const { key } of busy) await pool.terminate(key, "SIGTERM");
    const [one, other] = (await rest) as Record<string, number>[];
    expect([other.pid, other.thread]).toEqual([one.pid, one.thread]);
    if (kind === "processes") await until(() => pool.processIds.length === 1);
    await pool.shrink(5);
    expect(pool.concurrency).toBe(1);
  });

  it("waits for running jobs in a warm stop, and gives them up in a cold one", async () => {
    const warm = await startPool(kind);
    const slept = run(warm, "sleep", [100]);
    await warm.stop("warm");
    expect(await slept).toMatchObject({ kind: "success", value: "slept" });
    const cold = await startPool(kind);
    const { outcome } = await begin(cold, "spin");
    const waiting = run(cold, "add", [1, 2]);
    await cold.stop("cold");
    expect(await outcome).toMatchObject({ kind: "lost" });
    expect(await waiting).toMatchObject({ kind: "lost" });
    expect(cold.processIds).toEqual([]);
    const impatient = await startPool(kind);
    const spinning = await begin(impatient, "spin");
    const stopping = impatient.stop("warm");
    await impatient.stop("cold");
    await stopping;
    expect(await spinning.outcome).toMatchObject({ kind: "lost" });
  });

  it("does not start without an app", async () => {
    const none = await makePool(kind, { appModule: null });
    expect(await failure(none.start())).toMatchObject({ setting: "appModule" });
    const missing = await makePool(kind, { appModule: "/nowhere/proj.js" });
    expect(String(await failure(missing.start()))).toContain("/nowhere/proj.js");
    const broken = await makePool(kind, {
      appModule: build.add("broken.mjs", 'throw new Error("broken app");'),
    });
    expect(String(await failure(broken.start()))).toContain("broken app");
    const leaving = await makePool(kind, { appModule: build.add("leaving.mjs", "process.exit(5);") });
    expect(String(await failure(leaving.start()))).toContain("exitcode 5");
    expect(leaving.processIds).toEqual([]);
    const source =
      'import { TaskApp } from "./tasks.js"; export const app = new TaskApp("m", { broker: "memory://" });';
    const memory = await makePool(kind, { appModule: build.add("memory.mjs", source) });
    expect(String(await failure(memory.start()))).toContain("memory:// is a server within one process");
  });

  it("writes the log lines of tasks into the worker's log", async () => {
    const pool = await startPool(kind);
    await run(pool, "talk", ["hello from afar"]);
    expect(lines).toContain("hello from afar");
  });

  it("keeps nothing of jobs that have ended", async () => {
    const pool = await startPool(kind, { concurrency: 2 });
    const burst = async (n: number) => {
      for (let i = 0; i < n; i += 100)
        await Promise.all(
          Array.from({ length: 100 }, () => run(pool, "echo", ["x".repeat(2_000)], { timeLimit: 3_600 })),
        );
    };
    await burst(1_000);
    const before = process.memoryUsage().heapUsed;
    await burst(4_000);
    // Were they kept, their results alone were 8 MB.
    expect((await settledHeap()) - before).toBeLessThan(4_000_000);
  });
});

/** The heap after a garbage collection. */
async function settledHeap(): Promise<number> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("a pool of processes", () => {
  it("tells which signal killed a process", async () => {
    const pool = await startPool("processes");
    expect(await run(pool, "kill", ["SIGKILL"])).toEqual({
      kind: "lost",
      reason: `Worker exited prematurely: signal 9 (SIGKILL) Job: ${lastKey}.`,
    });
    expect(await run(pool, "kill", ["SIGSEGV"])).toMatchObject({
      reason: `Worker exited prematurely: signal 11 (SIGSEGV) Job: ${lastKey}.`,
    });
    const { outcome, pid } = await begin(pool, "spin");
    process.kill(pid, "SIGKILL");
    expect(await outcome).toMatchObject({ kind: "lost" });
    expect(await resultOf(pool, "add", [1, 2])).toBe(3);
  });

  it("loses no job when idle processes are killed", async () => {
    const pool = await startPool("processes", { concurrency: 2 });
    for (let round = 0; round < 5; round++) {
      for (const pid of pool.processIds) process.kill(pid, "SIGKILL");
      const results = await Promise.all([1, 2, 3, 4].map((x) => resultOf(pool, "add", [x, round])));
      expect(results).toEqual([1, 2, 3, 4].map((x) => x + round));
    }
  });

  it("leaves the signals of the terminal to the worker", async () => {
    const pool = await startPool("processes");
    const { outcome, pid } = await begin(pool, "rest");
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) process.kill(pid, signal);
    expect(await outcome).toMatchObject({ kind: "success", value: "rested" });
    expect(pool.processIds).toEqual([pid]);
  });

  it("ends with the worker, even while a task computes", async () => {
    const marks = [join(build.folder, "mark-1"), join(build.folder, "mark-2")];
    const driver = build.add(
      "driver.mjs",
      `
      import { ProcessesPool } from "./processes-pool.js";
      const nothing = () => {};
      const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
      const pool = new ProcessesPool({ concurrency: 3, maxTasksPerChild: null, appModule: ${JSON.stringify(appModule)}, hostname: "w", log });
      await pool.start();
      const job = (task, args) => ({ key: 1, id: "1", task, args, kwargs: {}, request: { children: [] }, softTimeLimit: null, timeLimit: null, onStart: nothing });
      for (const mark of ${JSON.stringify(marks)}) pool.run(job("touch", [mark]));
      process.send(pool.processIds);
      `,
    );
    const parent = spawn(process.execPath, [driver], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    driven.push(parent);
    const [pids] = (await once(parent, "message")) as [number[]];
    expect(pids.filter(isAlive)).toHaveLength(3);
    const { existsSync } = await import("node:fs");
    await until(() => marks.every((mark) => existsSync(mark)));
    parent.kill("SIGKILL");
    await until(() => !pids.some(isAlive));
  });
});
