/**
 * Python produces and TypeScript works, and the reverse: messages, routes, results, states, retries, limits. Real Celery,
 * on redis-server and on the mini server.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { PY_NODE, producer, startWorld, TS_NODE, type World } from "../tools/interop-world.js";
import { needsRedis, redisAvailable } from "../tools/redis-server.js";
import { until } from "../tools/waiting.js";

const kinds = [
  {
    kind: "redis",
    available: celeryAvailable && redisAvailable,
    name: needsRedis(needsCelery("redis-server")),
  },
  { kind: "mini", available: celeryAvailable, name: needsCelery("the mini server") },
] as const;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

interface Envelope {
  body: unknown;
  headers: Record<string, unknown>;
  properties: Record<string, unknown>;
}

/** What a message on the wire says, with its body read. */
function envelope(text: string): Envelope {
  const message = JSON.parse(text);
  return { ...message, body: JSON.parse(Buffer.from(message.body, "base64").toString()) };
}

/** Python: `wait(result)` gives its outcome in JSON, `states(result)` the states that it went through. */
const source = `
def wait(result, timeout=15):
    poll(result, timeout)
    try:
        return {"value": result.get(timeout=1)}
    except Exception as error:
        return {"type": type(error).__name__, "module": type(error).__module__, "args": list(error.args), "text": str(error)}

def states(result, timeout=15):
    seen, end = [], time.time() + timeout
    while time.time() < end:
        meta = result._get_task_meta()
        state = [meta["status"], meta["result"] if meta["status"] == "PROGRESS" else None]
        if not seen or seen[-1] != state:
            seen.append(state)
        if state[0] in ("SUCCESS", "FAILURE", "REVOKED"):
            return seen
        time.sleep(0.005)
    return seen

def send(name, *args, **kwargs):
    return app.send_task(name, args, kwargs)
`;

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available)(`Celery and TypeScript on ${name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(kind, { source });
    }, 60_000);
    afterAll(() => world?.stop());

    describe("Python produces, TypeScript works", () => {
      it("delay with positional and keyword arguments", async () => {
        const values = await world.python.run(`
          results = [send("ts.add", 2, 3), send("ts.add", 2, y=5), send("ts.add", x=1, y=2), send("ts.mul", 6, 7), send("ts.xsum", [1, 2, 3])]
          return [result.get(timeout=15) for result in results]`);
        expect(values).toEqual([5, 7, 3, 42, 6]);
      });

      it("values of every kind come back as they were", async () => {
        const value = await world.python.run(`
          sent = [None, True, -1, 1.5, 2**70, float("inf"), "grüße \\u2603 \\U0001d11e", [[], {}], {"a": {"b": [1]}}]
          back = send("ts.echo", *sent, key=sent).get(timeout=15)
          nan = send("ts.echo", float("nan")).get(timeout=15)["args"][0]
          return [back == {"args": sent, "kwargs": {"key": sent}}, nan != nan]`);
        expect(value).toEqual([true, true]);
      });

      it("typed JSON of newer versions is read", async () => {
        const typed = (type: string, value: unknown) => ({ __type__: type, __value__: value });
        const args = [
          typed("datetime", "2026-01-02T03:04:05"),
          typed("date", "2026-01-02"),
          typed("decimal", "1.50"),
          typed("uuid", { hex: "f1c62d3c00000000000000000000abcd" }),
          typed("base64", "aGVsbG8="),
        ];
        const value = await world.python.run(
          `return [send("ts.types", *args).get(timeout=15), send("ts.echo", *args).get(timeout=15)["args"][2]]`,
          { args },
        );
        expect(value).toEqual([["Date", "string", "string", "string", "Buffer"], "1.50"]);
      });

      it("messages with the headers of newer versions", async () => {
        const id = `newer-${kind}`;
        const message = {
          body: Buffer.from(
            '[[2, 3], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]',
          ),
          "content-encoding": "utf-8",
          "content-type": "application/json",
          headers: {
            lang: "py",
            task: "ts.add",
            id,
            root_id: id,
            parent_id: null,
            group: null,
            group_index: null,
            retries: 0,
            timelimit: [null, null],
            eta: null,
            expires: null,
            shadow: null,
            argsrepr: "(2, 3)",
            kwargsrepr: "{}",
            origin: "gen1@newer",
            ignore_result: false,
            replaced_task_nesting: 0,
            stamped_headers: ["tenant"],
            stamps: { tenant: ["a"] },
          },
          properties: {
            correlation_id: id,
            reply_to: "",
            delivery_mode: 2,
            delivery_info: { exchange: "", routing_key: "ts" },
            priority: 0,
            body_encoding: "base64",
            delivery_tag: id,
          },
        };
        await world.redis.lpush("ts", JSON.stringify({ ...message, body: message.body.toString("base64") }));
        expect(await world.app.asyncResult(id).get({ timeout: 15_000 })).toBe(5);
      });

      it("results that JSON does not have", async () => {
        expect(await world.python.run(`return wait(send("ts.nothing"))`)).toEqual({ value: null });
        const failed = await world.python.run<{ type: string }>(`return wait(send("ts.symbol"))`);
        expect(failed.type).not.toBe("TimeoutError");
      });

      it("goes from PENDING over STARTED to SUCCESS", async () => {
        const { seen, info, ...rest } = await world.python.run<Record<string, unknown>>(`
          pending = AsyncResult("nobody-has-sent-this", app=app).state
          result = send("ts.slow", 0.3, "slept")
          while result.state == "PENDING": time.sleep(0.005)
          info = result.info
          seen = states(result)
          return {"pending": pending, "info": info, "seen": seen, "ready": result.ready(), "ok": result.successful(),
                  "value": result.result, "traceback": result.traceback, "done": result.date_done is not None}`);
        expect(rest).toEqual({
          pending: "PENDING",
          ready: true,
          ok: true,
          value: "slept",
          traceback: null,
          done: true,
        });
        expect(seen).toEqual([
          ["STARTED", null],
          ["SUCCESS", null],
        ]);
        expect(info).toEqual({ pid: expect.any(Number), hostname: TS_NODE });
      });

      it("FAILURE raises Python's exception, with the traceback", async () => {
        const outcome = await world.python.run<{ failed: object; text: string; own: object }>(`
          result = send("ts.fail", "kaputt")
          failed = wait(result)
          return {"failed": failed, "state": result.state, "text": result.traceback, "own": wait(send("ts.quota", "ada")),
                  "default": wait(send("ts.fail"))}`);
        expect(outcome).toMatchObject({
          failed: { type: "ValueError", module: "builtins", args: ["kaputt"] },
          state: "FAILURE",
          own: { type: "QuotaExceeded", module: "celery.exceptions", args: ["ada has used up everything"] },
          default: { args: ["boom"] },
        });
        expect(outcome.text).toContain("kaputt");
        expect(outcome.text).toMatch(/^RangeError: kaputt\n\s+at .+\d+:\d+\)/);
      });

      it("RETRY, with the cause as its result", async () => {
        const outcome = await world.python.run(`
          result = send("ts.flaky", 2, 0.2)
          while result.state != "RETRY": time.sleep(0.005)
          cause = [type(result.result).__name__, str(result.result)]
          return {"cause": cause, "value": result.get(timeout=15)}`);
        expect(outcome).toMatchObject({
          cause: ["RuntimeError", expect.stringMatching(/^try [01]$/)],
          value: 2,
        });
      });

      it("a task that is never done fails with the cause, or says that it has tried enough", async () => {
        const outcome = await world.python.run(
          `return [wait(send("ts.always_retry")), wait(send("ts.give_up")), wait(send("ts.auto", 3))]`,
        );
        expect(outcome).toMatchObject([
          { type: "RuntimeError", args: ["never works"] },
          { type: "MaxRetriesExceededError", module: "celery.exceptions" },
          { value: 3 },
        ]);
      });

      it("an unknown task fails, and the next one runs", async () => {
        const outcome = await world.python.run(
          `return [wait(send("ts.nosuch")), wait(send("ts.add", 1, 1))]`,
        );
        expect(outcome).toMatchObject([
          {
            type: "NotRegistered",
            module: "celery.exceptions",
            args: [expect.stringContaining("ts.nosuch")],
          },
          { value: 2 },
        ]);
      });

      it("countdown and eta wait", async () => {
        const [early, elapsed, value, eta] = await world.python.run<[string, number, number, number]>(`
          from datetime import datetime, timedelta, timezone
          begin = time.time()
          result = app.send_task("ts.add", (1, 2), countdown=0.6)
          other = app.send_task("ts.add", (1, 3), eta=datetime.now(timezone.utc) + timedelta(seconds=0.3))
          value, early = other.get(timeout=15), result.state
          return [early, (result.get(timeout=15), time.time() - begin)[1], result.result, value]`);
        expect([early, value, eta]).toEqual(["PENDING", 3, 4]);
        expect(elapsed).toBeGreaterThanOrEqual(0.6);
        expect(elapsed).toBeLessThan(5);
      });

      it("what has expired is revoked", async () => {
        const outcome = await world.python.run(`
          from datetime import datetime, timedelta, timezone
          past = app.send_task("ts.add", (1, 2), expires=datetime.now(timezone.utc) - timedelta(seconds=1))
          held = app.send_task("ts.add", (1, 2), countdown=0.4, expires=0.2)
          alive = app.send_task("ts.add", (1, 2), expires=30)
          return [wait(past), past.state, wait(held), wait(alive)]`);
        const revoked = { type: "TaskRevokedError", args: ["expired"] };
        expect(outcome).toMatchObject([revoked, "REVOKED", revoked, { value: 3 }]);
      });

      it("hard and soft time limits", async () => {
        const outcome = await world.python.run(`
          results = [app.send_task("ts.hard", (30,)), app.send_task("ts.slow", (30,), time_limit=0.3),
                     app.send_task("ts.soft", (30,)), app.send_task("ts.slow", (30,), soft_time_limit=0.3)]
          return [wait(result) for result in results]`);
        expect(outcome).toMatchObject([
          { type: "TimeLimitExceeded", module: "billiard.exceptions", args: [1] },
          { type: "TimeLimitExceeded", module: "billiard.exceptions", args: [0.3] },
          { value: "SoftTimeLimitExceeded" },
          { type: "SoftTimeLimitExceeded", module: "billiard.exceptions" },
        ]);
      });

      it("ignored results are not stored", async () => {
        const ids = await world.python.run<string[]>(`
          ids = [send("ts.ignored").id, app.send_task("ts.add", (1, 2), ignore_result=True).id]
          send("ts.add", 1, 2).get(timeout=15)
          return ids`);
        await until(async () => (await world.redis.hlen("unacked")) === 0);
        expect(await world.redis.exists(ids.map((id) => `celery-task-meta-${id}`))).toBe(0);
      });

      it("states of the task's own, with what it says of them", async () => {
        const seen = await world.python.run<[string, unknown][]>(`return states(send("ts.progress", 2))`);
        const meta = (current: number) => ["PROGRESS", { current, total: 2 }];
        expect(seen.filter(([state]) => state === "PROGRESS")).toEqual([meta(0), meta(1)]);
        expect(seen.at(-1)?.[0]).toBe("SUCCESS");
      });

      it("Ignore and Reject", async () => {
        const outcome = await world.python.run<[string, string, { value: object }]>(`
          ignored, rejected, again = send("ts.ignore"), send("ts.reject", False), send("ts.reject_once")
          back = wait(again)
          return [ignored.state, rejected.state, back]`);
        expect(outcome.slice(0, 2)).toEqual(["STARTED", "STARTED"]);
        expect(outcome[2].value).toMatchObject({ routingKey: "ts", redelivered: true });
      });

      it("priorities: the most urgent is 0", async () => {
        const order = await world.python.run(`
          sent = [app.send_task("ts.note", (n,), queue="ts-priorities", priority=n) for n in (9, 6, 3, 0)]
          app.control.add_consumer("ts-priorities", destination=["${TS_NODE}"], reply=True, timeout=5)
          for result in sent: result.get(timeout=15)
          app.control.cancel_consumer("ts-priorities", destination=["${TS_NODE}"], reply=True, timeout=5)
          return send("ts.notes").get(timeout=15)`);
        expect(order).toEqual([0, 3, 6, 9]);
      });

      it("what a task knows of its call", async () => {
        const { who, id, headers } = await world.python.run<Record<string, Record<string, unknown>>>(`
          result = app.send_task("ts.whoami", priority=4, headers={"mine": 1})
          return {"who": result.get(timeout=15), "id": result.id}`);
        expect(headers).toBeUndefined();
        expect(who).toEqual({
          id,
          root_id: id,
          parent_id: null,
          group: null,
          hostname: TS_NODE,
          retries: 0,
          delivery_info: { exchange: "", routing_key: "ts", priority: 4, redelivered: null },
          correlation_id: id,
          reply_to: expect.stringMatching(UUID),
        });
      });

      it("what a task sends is its child", async () => {
        const outcome = await world.python.run<Record<string, unknown>>(`
          result = send("ts.parent", 4)
          child = result.get(timeout=15)
          family = send("ts.family")
          other = AsyncResult(family.get(timeout=15), app=app).get(timeout=15)
          return {"child": child, "children": [kid.id for kid in result.children], "value": result.children[0].get(timeout=15),
                  "parent": other["parent_id"] == family.id, "root": other["root_id"] == family.id}`);
        expect(outcome).toEqual({
          child: outcome.child,
          children: [outcome.child],
          value: 5,
          parent: true,
          root: true,
        });
      });

      it("a task waits for the result of another", async () => {
        expect(await world.python.run(`return wait(send("ts.ask", 4))`)).toEqual({ value: 5 });
      });

      it("messages of protocol 1, and compressed ones", async () => {
        const values = await world.python.run(`
          old = Celery("old", broker=os.environ["CELERY_BROKER"], backend=os.environ["CELERY_BACKEND"])
          old.conf.task_protocol = 1
          results = [old.send_task("ts.add", (1, 2), queue="ts"), old.send_task("ts.echo", ("x",), {"k": 1}, queue="ts"),
                     *[app.send_task("ts.add", (3, 4), compression=name) for name in ("zlib", "gzip", "bzip2")]]
          return [result.get(timeout=15) for result in results]`);
        expect(values).toEqual([3, { args: ["x"], kwargs: { k: 1 } }, 7, 7, 7]);
      });

      it("what is not JSON is dropped, and the worker goes on", async () => {
        const ids = await world.python.run<string[]>(`
          dropped = [app.send_task("ts.add", (1, 2), serializer=name) for name in ("pickle", "yaml")]
          send("ts.add", 1, 2).get(timeout=15)
          return [result.id for result in dropped]`);
        for (const id of ids) {
          await world.tsWorker.seen(new RegExp(id));
          expect(await world.redis.exists(`celery-task-meta-${id}`)).toBe(0);
        }
        await until(async () => (await world.redis.hlen("unacked")) === 0);
        expect(await world.redis.llen("ts")).toBe(0);
      });

      it("forget", async () => {
        const state = await world.python.run(`
          result = send("ts.add", 1, 2)
          result.get(timeout=15)
          result.forget()
          return result.state`);
        expect(state).toBe("PENDING");
      });

      it("results that say all of the task", async () => {
        const app = producer(world.url, { resultExtended: true });
        app.task("extended.add", (x: number, y: number) => x + y);
        const { Worker } = await import("../../src/tasks/index.js");
        const worker = new Worker(app, { queues: ["extended"], hostname: "extended@interop", mingle: false });
        await worker.start();
        try {
          const told = await world.python.run(`
            result = app.send_task("extended.add", (1, 2), queue="extended")
            value = result.get(timeout=15)
            return [value, result.name, list(result.args), result.kwargs, result.worker, result.retries, result.queue]`);
          expect(told).toEqual([3, "extended.add", [1, 2], {}, "extended@interop", 0, "extended"]);
        } finally {
          await worker.stop();
          await app.close();
        }
      });
    });

    describe("TypeScript produces, Python works", () => {
      it("sends what Python sends", async () => {
        const queue = "kept";
        await world.python.run(`app.send_task("py.echo", (1, "two"), {"k": None}, queue="kept").forget()`);
        await world.app.sendTask("py.echo", [1, "two"], { kwargs: { k: null }, queue });
        const [ours, theirs] = (await world.redis.lrange(queue, 0, -1)).map(envelope);
        expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
        // Python's `send_task` says that the result is not ignored. Newer workers heed that before the task's own
        // setting, which this side does not know: nothing is said of it.
        // Celery 5.3 and later write three headers more, which are theirs alone.
        const { ignore_result, replaced_task_nesting, stamped_headers, stamps, ...headers } = theirs.headers;
        expect(ignore_result).toBe(false);
        expect([undefined, 0]).toContain(replaced_task_nesting);
        expect(stamped_headers ?? null).toBeNull();
        expect(stamps ?? {}).toEqual({});
        expect(ours).toEqual({
          ...theirs,
          headers: {
            ...headers,
            id: expect.stringMatching(UUID),
            root_id: ours.headers.id,
            lang: "js",
            origin: expect.stringMatching(/^gen\d+@.+/),
          },
          properties: {
            ...theirs.properties,
            correlation_id: ours.headers.id,
            reply_to: expect.any(String),
            delivery_tag: expect.stringMatching(UUID),
          },
        });
        expect(await world.redis.smembers("_kombu.binding.kept")).toEqual(["kept\x06\x16\x06\x16kept"]);
        await world.redis.del(queue);
      });

      it("priorities go to the same keys", async () => {
        const keys = ["steps", "steps\x06\x163", "steps\x06\x166", "steps\x06\x169"];
        const counts = async () => Promise.all(keys.map((key) => world.redis.llen(key)));
        for (let priority = 0; priority < 10; priority++) {
          await world.app.sendTask("py.add", [1, 1], { queue: "steps", priority });
        }
        const ours = await counts();
        await world.redis.del(keys);
        await world.python.run(
          `for priority in range(10): app.send_task("py.add", (1, 1), queue="steps", priority=priority).forget()`,
        );
        expect(ours).toEqual(await counts());
        await world.redis.del(keys);
      });

      it("delay, keyword arguments, every kind of value", async () => {
        const { app } = world;
        const sent = [
          null,
          true,
          -1,
          1.5,
          2n ** 70n,
          Number.POSITIVE_INFINITY,
          "grüße \u2603 \u{1d11e}",
          [[], {}],
        ];
        const results = await Promise.all([
          app.sendTask("py.add", [2, 3]),
          app.sendTask("py.add", [2], { kwargs: { y: 5 } }),
          app.sendTask("py.echo", sent, { kwargs: { key: sent } }),
        ]);
        expect(await Promise.all(results.map((result) => result.get({ timeout: 15_000 })))).toEqual([
          5,
          7,
          { args: sent, kwargs: { key: sent } },
        ]);
      });

      it("routes", async () => {
        const { app } = world;
        const result = await app.sendTask("py.routed.encode", ["a b"]);
        expect(await result.get({ timeout: 15_000 })).toBe("encoded a b");
        const who = await app.sendTask("py.whoami", [], {
          queue: "video",
          priority: 5,
          headers: { mine: 1 },
        });
        expect(await who.get({ timeout: 15_000 })).toMatchObject({
          id: who.id,
          root_id: who.id,
          parent_id: null,
          hostname: PY_NODE,
          delivery_info: { exchange: "", routing_key: "video", priority: 5 },
          correlation_id: who.id,
        });
      });

      it("failures are errors, with Python's names and traceback", async () => {
        const result = await world.app.sendTask("py.fail", ["kaputt"]);
        const error = await result.get({ timeout: 15_000 }).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).toMatchObject({
          name: "ValueError",
          message: "kaputt",
          pyModule: "builtins",
          taskId: result.id,
        });
        expect((error as { traceback: string }).traceback).toContain("Traceback (most recent call last)");
        expect(
          await (await world.app.sendTask("py.nosuch")).get({ timeout: 15_000, propagate: false }),
        ).toMatchObject({
          name: "NotRegistered",
        });
      });

      it("retries, states of the task's own, and time limits", async () => {
        const { app } = world;
        const [flaky, never, progress, hard, soft] = await Promise.all([
          app.sendTask("py.flaky", [2, 0.1]),
          app.sendTask("py.always_retry"),
          app.sendTask("py.progress", [2]),
          app.sendTask("py.slow", [30], { timeLimit: 1 }),
          app.sendTask("py.soft", [30]),
        ]);
        const outcome = (result: typeof flaky) =>
          result.get({ timeout: 20_000 }).catch((error: unknown) => error);
        expect(await outcome(flaky)).toBe(2);
        expect(await outcome(never)).toMatchObject({ name: "RuntimeError", message: "never works" });
        expect(await outcome(progress)).toBe(2);
        expect(await outcome(hard)).toMatchObject({
          name: "TimeLimitExceeded",
          pyModule: "billiard.exceptions",
        });
        expect(await outcome(soft)).toBe("soft limit");
      });

      it("countdown, and what has expired", async () => {
        const { app } = world;
        const begin = Date.now();
        const [later, expired] = await Promise.all([
          app.sendTask("py.add", [1, 2], { countdown: 0.5 }),
          app.sendTask("py.add", [1, 2], { expires: new Date(Date.now() - 1000) }),
        ]);
        expect(await later.get({ timeout: 15_000 })).toBe(3);
        expect(Date.now() - begin).toBeGreaterThanOrEqual(500);
        const error = await expired.get({ timeout: 15_000 }).catch((reason: unknown) => reason);
        expect(error).toMatchObject({ name: "TaskRevokedError", message: "expired" });
      });

      it("ignored results", async () => {
        const { app, redis } = world;
        const ignored = await app.sendTask("py.add", [1, 2], { ignoreResult: true });
        expect(await ignored.get()).toBe(undefined);
        const own = await app.sendTask("py.ignored");
        const next = await Promise.all([1, 2, 3, 4].map((n) => app.sendTask("py.add", [n, 2])));
        await Promise.all(next.map((result) => result.get({ timeout: 15_000 })));
        await until(async () => (await redis.hlen("unacked")) === 0);
        expect(await redis.exists(`celery-task-meta-${own.id}`)).toBe(0);
      });

      it("a task of Python sends one of TypeScript", async () => {
        const { app } = world;
        const result = await app.sendTask("py.parent", [4]);
        const child = (await result.get({ timeout: 15_000 })) as string;
        expect(await app.asyncResult(child).get({ timeout: 15_000 })).toBe(5);
      });

      it("many results on one connection", async () => {
        const { app } = world;
        const sent = await Promise.all(Array.from({ length: 200 }, (_, n) => app.sendTask("py.add", [n, 1])));
        const values = await Promise.all(sent.map((result) => result.get({ timeout: 20_000 })));
        expect(values).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
      });
    });
  });
}
