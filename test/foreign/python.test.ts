/** Debian's redis-py and Celery at the mini server. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MiniServer } from "../../src/server/index.js";
import { hasProgram, needsProgram, run } from "./programs.js";

/** Debian's own Python: another one would not find Debian's packages. */
const PYTHON = "/usr/bin/python3";
const hasRedis = hasProgram(PYTHON, "-c", "import redis");
const hasCelery = hasProgram(PYTHON, "-c", "import celery, redis");

const folder = mkdtempSync(join(tmpdir(), "resplendent-python-"));
let server: MiniServer;
beforeAll(async () => {
  server = await MiniServer.start();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Run a program; it must print what `json.dumps` makes of its results as its last line. */
async function python(source: string): Promise<unknown> {
  const path = join(folder, `program-${Date.now()}.py`);
  writeFileSync(path, source);
  const { stdout, code } = await run(PYTHON, [path], { cwd: folder, env: { REDIS_URL: `${server.url}/3` } });
  if (code !== 0) throw new Error(stdout);
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}

describe.skipIf(!hasRedis)(needsProgram("redis-py", hasRedis), () => {
  it("uses pipelines, locks, pub/sub, streams, iterators and scripts", async () => {
    const results = await python(`
import json, os, redis
r = redis.Redis.from_url(os.environ["REDIS_URL"], decode_responses=True)
out = {}
out["pipeline"] = r.pipeline().set("a", 1).incr("a").lpush("l", 1, 2).execute()
out["optimistic"] = r.transaction(lambda p: (p.multi(), p.incr("a")), "a")
with r.lock("lock", timeout=5, blocking_timeout=1) as lock:
    other = r.lock("lock", timeout=5)
    out["lock"] = [lock.owned(), other.acquire(blocking=False), lock.extend(3), lock.reacquire()]
out["released"] = r.exists("lock")
s = r.pubsub()
s.subscribe("c")
s.psubscribe("n*")
out["subscribed"] = [s.get_message(timeout=5)["type"] for _ in range(2)]
r.publish("news", "x")
out["message"] = s.get_message(timeout=5)
s.close()
first = r.xadd("st", {"f": "v"})
r.xgroup_create("st", "g", id="0")
read = r.xreadgroup("g", "c", {"st": ">"})
out["stream"] = [read == [["st", [(first, {"f": "v"})]]], r.xpending("st", "g")["pending"], r.xack("st", "g", first)]
r.mset({"k:%d" % i: i for i in range(250)})
out["scan"] = len(set(r.scan_iter("k:*", count=7)))
f = r.register_script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
out["script"] = [f(keys=["a"], args=[3]), f(keys=["a"], args=[3], client=r)]
p = r.pipeline()
f(keys=["a"], args=[1], client=p)
out["scriptInPipeline"] = p.execute()
r.geoadd("geo", [13.361389, 38.115556, "Palermo"])
out["geo"] = r.geosearch("geo", longitude=13, latitude=38, radius=200, unit="km")
out["bitfield"] = r.bitfield("bf").set("u8", 0, 255).get("u8", 0).execute()
out["zset"] = [r.zadd("z", {"m": 1.5}), r.zrange("z", 0, -1, withscores=True), r.zpopmin("z")]
out["blocking"] = [r.blpop("l", 1), r.blpop("none", 0.05)]
out["info"] = [r.info()["redis_version"], r.info("keyspace")["db3"]["keys"] > 250, r.config_get("maxmemory")]
out["errors"] = []
for call in (lambda: r.incr("l"), lambda: r.execute_command("NOSUCH"), lambda: r.evalsha("0" * 40, 0)):
    try:
        call()
    except redis.ResponseError as e:
        out["errors"].append(type(e).__name__)
print(json.dumps(out))
`);
    expect(results).toEqual({
      pipeline: [true, 2, 2],
      optimistic: [3],
      lock: [true, false, true, true],
      released: 0,
      subscribed: ["subscribe", "psubscribe"],
      message: { type: "pmessage", pattern: "n*", channel: "news", data: "x" },
      stream: [true, 1, 1],
      scan: 250,
      script: [6, 9],
      scriptInPipeline: [10],
      geo: ["Palermo"],
      bitfield: [0, 255],
      zset: [1, [["m", 1.5]], [["m", 1.5]]],
      blocking: [["l", "2"], null],
      info: ["7.0.15", true, { maxmemory: "0" }],
      errors: ["ResponseError", "ResponseError", "NoScriptError"],
    });
  });
});

describe.skipIf(!hasCelery)(needsProgram("Celery", hasCelery), () => {
  it("queues, works, retries, joins, and controls its worker", async () => {
    writeFileSync(
      join(folder, "tasks.py"),
      `
import os
from celery import Celery
app = Celery("tasks", broker=os.environ["REDIS_URL"], backend=os.environ["REDIS_URL"])
@app.task
def add(x, y): return x + y
@app.task
def total(numbers): return sum(numbers)
@app.task(bind=True, max_retries=3)
def flaky(self):
    if self.request.retries < 2: raise self.retry(countdown=0)
    return self.request.retries
@app.task
def broken(): raise ValueError("broken")
`,
    );
    const words = ["-m", "celery", "-A", "tasks", "worker", "-P", "solo", "-l", "warning"];
    const env = { ...process.env, REDIS_URL: `${server.url}/3` };
    const worker = spawn(PYTHON, words, { cwd: folder, env, stdio: "ignore" });
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    try {
      const results = await python(`
import json
from celery import chord, group
from tasks import *
out = {}
out["result"] = add.delay(2, 3).get(timeout=15)
out["group"] = group(add.s(i, 1) for i in range(3))().get(timeout=15)
out["chord"] = chord(add.s(i, i) for i in range(5))(total.s()).get(timeout=15)
out["chain"] = (add.s(1, 2) | add.s(10)).delay().get(timeout=15)
out["retried"] = flaky.delay().get(timeout=15)
out["later"] = add.apply_async((1, 1), countdown=0.3).get(timeout=15)
failed = broken.delay()
try:
    failed.get(timeout=15)
except ValueError as e:
    out["failed"] = [str(e), failed.state]
inspect = app.control.inspect(timeout=2)
out["ping"] = list(inspect.ping().values())
out["queues"] = [q["name"] for q in list(inspect.active_queues().values())[0]]
app.control.shutdown()
print(json.dumps(out))
`);
      expect(results).toEqual({
        result: 5,
        group: [1, 2, 3],
        chord: 20,
        chain: 13,
        retried: 2,
        later: 2,
        failed: ["broken", "FAILURE"],
        ping: [{ ok: "pong" }],
        queues: ["celery"],
      });
      await ended;
    } finally {
      worker.kill("SIGKILL");
    }
  }, 40_000);
});
