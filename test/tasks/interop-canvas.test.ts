/** Workflows that Python starts, whose steps run in both languages; links that TypeScript sends. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { startWorld, type World } from "../tools/interop-world.js";
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

const source = `
def wait(result, timeout=15):
    # By its id alone: with its parents it would raise what they have raised.
    alone = AsyncResult(result.id, app=app)
    poll(alone, timeout)
    try:
        return {"value": alone.get(timeout=1)}
    except Exception as error:
        return {"type": type(error).__name__, "module": type(error).__module__, "text": str(error)}

def ts(name, *args, **options):
    return signature("ts." + name, args=args, **options)

def eventually(id):
    """The value of a task that somebody else sends."""
    end = time.time() + 15
    while time.time() < end:
        result = AsyncResult(id, app=app)
        if result.ready():
            return result.result if result.successful() else repr(result.result)
        time.sleep(0.01)
`;

for (const { kind, available, name } of kinds) {
  describe.skipIf(!available)(`workflows on ${name}`, () => {
    let world: World;
    beforeAll(async () => {
      world = await startWorld(kind, { source });
    }, 60_000);
    afterAll(() => world?.stop());
    const run = <T = unknown>(code: string): Promise<T> => world.python.run<T>(code);

    it("chains through both languages", async () => {
      expect(
        await run(`
          first = chain(ts("add", 1, 1), mul.s(10), ts("add", 3))()
          second = chain(add.s(1, 1), ts("mul", 10), add.s(3), ts("add", 4))()
          return [first.get(timeout=15), second.get(timeout=15), first.parent.get(timeout=15), first.parent.parent.get(timeout=15)]`),
      ).toEqual([23, 27, 20, 2]);
    });

    it("steps know their root and parent, and are children", async () => {
      expect(
        await run(`
          result = chain(ts("add", 1, 1), ts("echo"), signature("ts.whoami", immutable=True), whoami.si())()
          last, before = result.get(timeout=15), result.parent.get(timeout=15)
          first = result.parent.parent.parent
          return [last["root_id"] == before["root_id"] == first.id, last["parent_id"] == before["id"],
                  before["parent_id"] == result.parent.parent.id, [kid.id for kid in first.children] == [result.parent.parent.id]]`),
      ).toEqual([true, true, true, true]);
    });

    it("a chain that breaks fails to its end", async () => {
      expect(
        await run(`
          result = chain(ts("add", 1, 1), ts("fail", "broken", immutable=True), ts("add", 3), add.s(4))()
          steps = [result, result.parent, result.parent.parent, result.parent.parent.parent]
          outcome, end = wait(result), time.time() + 10
          # The last step is told first.
          while not all(step.ready() for step in steps) and time.time() < end: time.sleep(0.01)
          return [outcome] + [step.state for step in steps]`),
      ).toMatchObject([{ type: "ValueError", text: "broken" }, "FAILURE", "FAILURE", "FAILURE", "SUCCESS"]);
    });

    it("a chain whose steps are tried again", async () => {
      expect(await run(`return wait(chain(ts("flaky", 2, 0), ts("add", 10), add.s(100))())`)).toEqual({
        value: 112,
      });
    });

    it("groups", async () => {
      expect(
        await run(`
          result = group([ts("add", n, n) for n in range(5)] + [add.s(n, n) for n in range(5, 10)])()
          who = group([ts("whoami"), ts("whoami")])()
          return [result.get(timeout=15), [one["group"] == who.id for one in who.get(timeout=15)], result.successful()]`),
      ).toEqual([[0, 2, 4, 6, 8, 10, 12, 14, 16, 18], [true, true], true]);
    });

    it("chords: header and body in either language", async () => {
      expect(
        await run(`
          header = lambda: [ts("add", 1, 1), mul.s(3, 3), ts("mul", 2, 2), add.s(4, 4)]
          results = [chord(header())(ts("xsum")), chord(header())(xsum.s()), chord([ts("add", n, 0) for n in range(10)])(xsum.s()),
                     chord([add.s(n, 0) for n in range(10)])(ts("echo"))]
          return [result.get(timeout=15) for result in results]`),
      ).toEqual([23, 23, 45, { args: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], kwargs: {} }]);
      await until(async () => (await world.redis.keys("celery-taskset-meta-*")).length === 0);
    });

    it("a chord in which something fails", async () => {
      const outcome = await run<{ type: string; text: string }[]>(`
        body = ts("xsum")
        first = chord([ts("add", 1, 1), ts("fail", "part"), add.s(1, 1)])(body)
        second = chord([ts("add", 1, 1), fail.s("part"), ts("add", 1, 1)])(xsum.s())
        return [wait(first), wait(second)]`);
      for (const failure of outcome) {
        expect(failure.type).toBe("ChordError");
        expect(failure.text).toMatch(/Dependency \S+ raised ValueError\('part'\)/);
      }
    });

    it("a chord's errback", async () => {
      expect(
        await run(`
          from celery import uuid
          id, body = uuid(), ts("xsum")
          body.link_error(signature("ts.on_error", task_id=id))
          result = chord([ts("add", 1, 1), ts("fail", "part")])(body)
          return [wait(result)["type"], eventually(id) == "errback for " + result.id]`),
      ).toEqual(["ChordError", true]);
    });

    it("chords in which a task is tried again, or ignores its result", async () => {
      expect(
        await run(`return wait(chord([ts("flaky", 1, 0), ts("flaky", 2, 0), add.s(1, 1)])(ts("xsum")))`),
      ).toEqual({ value: 5 });
    });

    it("a group within a chain, which becomes a chord", async () => {
      expect(
        await run(`
          upgraded = chain(ts("add", 1, 1), group(ts("add", 10), mul.s(5), ts("mul", 7)), ts("xsum"))()
          chained = chain(group(ts("add", 1, 1), add.s(2, 2)), ts("xsum"), mul.s(10), ts("add", 5))()
          last = chain(ts("add", 1, 1), group(ts("add", 10), mul.s(5)))()
          return [upgraded.get(timeout=15), chained.get(timeout=15), last.get(timeout=15)]`),
      ).toEqual([36, 65, [12, 10]]);
    });

    it("a chord within a chord", async () => {
      expect(
        await run(`
          inner = chord([ts("add", 1, 1), add.s(2, 2)], ts("xsum"))
          return [wait(chord([inner, ts("add", 3, 3)])(ts("xsum"))), wait(chain(ts("add", 0, 1), chord([ts("add", 1), add.s(2)], ts("xsum")), ts("add", 100))())]`),
      ).toEqual([{ value: 12 }, { value: 105 }]);
    });

    it("callbacks", async () => {
      expect(
        await run(`
          from celery import uuid
          a, b, c = uuid(), uuid(), uuid()
          result = app.send_task("ts.add", (1, 1), link=[ts("add", 10).set(task_id=a), add.s(100).set(task_id=b), signature("py.add", (5, 5), immutable=True, task_id=c)])
          one = app.send_task("ts.add", (1, 2), link=[add.s(4)])
          values = [result.get(timeout=15), eventually(a), eventually(b), eventually(c), one.get(timeout=15)]
          return values + [one.children[0].get(timeout=15), {kid.id for kid in result.children[0].children} == {a, b, c}]`),
      ).toEqual([2, 12, 102, 10, 3, 7, true]);
    });

    it("errbacks", async () => {
      expect(
        await run(`
          from celery import uuid
          a, b, c = uuid(), uuid(), uuid()
          result = app.send_task("ts.fail", ("x",), link_error=[ts("on_error").set(task_id=a), on_error.s().set(task_id=b)])
          other = app.send_task("ts.nosuch", link_error=[on_error.s().set(task_id=c)])
          told = "errback for " + result.id
          return [wait(result)["type"], eventually(a) == told, eventually(b) == told, eventually(c) == "errback for " + other.id]`),
      ).toEqual(["ValueError", true, true, true]);
    });

    it("links that TypeScript sends", async () => {
      const { app } = world;
      const ids = ["linked", "error"].map((word) => `${word}-${kind}`);
      const link = [app.signature("py.add", { args: [10], options: { taskId: ids[0] } })];
      const linkError = [app.signature("ts.on_error", { options: { taskId: ids[1] } })];
      const well = await app.sendTask("py.add", [1, 1], { link, linkError });
      expect(await app.asyncResult(ids[0]).get({ timeout: 15_000 })).toBe(12);
      expect(await well.get({ timeout: 15_000 })).toBe(2);
      const failed = await app.sendTask("py.fail", [], { link, linkError });
      expect(await app.asyncResult(ids[1]).get({ timeout: 15_000 })).toBe(`errback for ${failed.id}`);
    });
  });
}
