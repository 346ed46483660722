/** Workers as processes under Celery's eyes: how they end, their pools, and `multi`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Redis } from "../../src/index.js";
import type { TaskApp } from "../../src/tasks/index.js";
import {
  type CeleryProcess,
  CeleryProject,
  celeryAvailable,
  needsCelery,
  type PythonProcess,
} from "../tools/celery.js";
import { appModule, producer, resplendent, startTsWorker } from "../tools/interop-world.js";
import { redisAvailable, startTarget, type Target } from "../tools/redis-server.js";
import { until } from "../tools/waiting.js";

const source = `
def wait(result, timeout=20):
    poll(result, timeout)
    try:
        return {"value": result.get(timeout=1)}
    except Exception as error:
        return {"type": type(error).__name__, "module": type(error).__module__, "text": str(error)}
`;

describe.skipIf(!celeryAvailable)(needsCelery("a worker process"), () => {
  let target: Target;
  let url: string;
  let redis: Redis;
  let celery: CeleryProject;
  let python: PythonProcess;
  let app: TaskApp;
  const started: CeleryProcess[] = [];

  beforeAll(async () => {
    target = await startTarget(redisAvailable ? "redis" : "mini");
    url = `redis://127.0.0.1:${target.port}/0`;
    redis = new Redis(url);
    app = producer(url);
    celery = new CeleryProject({
      broker: url,
      source,
      settings: { broker_transport_options: { visibility_timeout: 30 } },
    });
    python = await celery.python();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(started.splice(0).map((worker) => worker.stop()));
    await redis.flushall();
  });
  afterAll(async () => {
    await celery?.stop();
    await app?.close();
    await redis?.close();
    await target?.stop();
  });

  const worker = async (words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CeleryProcess> => {
    const process = await startTsWorker(url, ["-Q", "ts", ...words], {
      CELERY_VISIBILITY_TIMEOUT: "30",
      ...env,
    });
    started.push(process);
    return process;
  };
  const startedTask = (id: string) => until(async () => (await app.asyncResult(id).state) === "STARTED");

  it("a cold shutdown does not wait", async () => {
    const ending = await worker(["-c", "1"]);
    const late = await app.sendTask("ts.late", [30]);
    await startedTask(late.id);
    const begin = Date.now();
    await ending.stop("SIGQUIT", 10_000);
    expect(Date.now() - begin).toBeLessThan(5000);
    expect(await redis.llen("ts")).toBe(1);
    expect(await redis.hlen("unacked")).toBe(0);
  });

  it("celery control shutdown", async () => {
    const ending = await worker(["-c", "1", "-n", "told@interop"]);
    const told = await celery.command(["control", "shutdown", "-d", "told@interop", "-t", "0.3"]);
    expect(told.code).toBe(69);
    expect((await ending.ended).code).toBe(0);
  });

  it.each(["threads", "processes"])(
    "%s run tasks that never return, until they are stopped",
    async (pool) => {
      await worker(["-c", "2", "-P", pool, "-n", "pool@interop"]);
      const outcomes = await python.run(`
        spin = app.send_task("ts.spin", (30,), time_limit=0.5)
        revoked = app.send_task("ts.spin", (30,))
        while revoked.state != "STARTED": time.sleep(0.005)
        active = app.control.inspect(destination=["pool@interop"], timeout=5).active()["pool@interop"]
        revoked.revoke(terminate=True)
        return [len(active) > 0, wait(spin), wait(revoked), wait(app.send_task("ts.add", (1, 2))), wait(app.send_task("ts.flaky", (1, 0))),
                wait(app.send_task("ts.progress", (1,))), wait(app.send_task("ts.fail")), wait(app.send_task("ts.parent", (1,))).keys() == {"value"}]`);
      expect(outcomes).toMatchObject([
        true,
        { type: "TimeLimitExceeded", module: "billiard.exceptions" },
        { type: "TaskRevokedError", text: "terminated" },
        { value: 3 },
        { value: 1 },
        { value: 1 },
        { type: "ValueError", text: "boom" },
        true,
      ]);
    },
  );

  it("a process that dies: WorkerLostError, or once more for those that ack late", async () => {
    await worker(["-c", "1", "-P", "processes"]);
    const pid = (await (await app.sendTask("ts.pid")).get({ timeout: 15_000 })) as number;
    const lost = await app.sendTask("ts.progress", [100]);
    // Before its function is called, a task whose process dies goes to another.
    await until(async () => (await lost.state) === "PROGRESS");
    process.kill(pid, "SIGKILL");
    // Python's get() can miss the result of what another process has sent: it is asked when the result is there.
    await until(() => lost.ready());
    expect(await python.run(`return wait(AsyncResult("${lost.id}", app=app))`)).toMatchObject({
      type: "WorkerLostError",
      module: "billiard.exceptions",
    });
    const late = await app.sendTask("ts.late", [0.7]);
    await startedTask(late.id);
    process.kill(((await late.result) as { pid: number }).pid, "SIGKILL");
    expect(await late.get({ timeout: 15_000 })).toBe("late done");
  });

  it("multi: Celery sees the nodes that it starts", async () => {
    const folder = mkdtempSync(join(tmpdir(), "multi-"));
    const files = [`--pidfile=${folder}/%n.pid`, `--logfile=${folder}/%n%I.log`, "--hostname=interop"];
    const multi = async (...words: string[]) => (await resplendent(url, ["multi", ...words, ...files])).ended;
    const nodes = ["one", "two"];
    try {
      const up = await multi("start", ...nodes, "-A", appModule, "-c", "1", "-Q", "ts", "-l", "INFO");
      expect(up.output).toMatch(/> one@interop: OK[\s\S]*> two@interop: OK/);
      await until(async () => {
        const status = await celery.command(["inspect", "ping", "-j", "-t", "0.5"]);
        return status.code === 0 && Object.keys(JSON.parse(status.stdout)).length === 2;
      });
      expect(await python.run(`return wait(app.send_task("ts.add", (1, 2)))`)).toEqual({ value: 3 });
      expect(readFileSync(join(folder, "one.log"), "utf8")).toMatch(/one@interop ready\./);
      const down = await multi("stopwait", ...nodes);
      expect(down.output).toMatch(/> one@interop: DOWN/);
      expect(readdirSync(folder).filter((file) => file.endsWith(".pid"))).toEqual([]);
    } finally {
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".pid"))) {
        process.kill(Number(readFileSync(join(folder, file), "utf8")), "SIGKILL");
      }
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
