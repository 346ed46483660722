/** What a task is followed by: chains, groups, chords, callbacks and errbacks, sent by real Python producers. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TaskApp } from "../../src/tasks/app.js";
import type { ApplyOptions } from "../../src/tasks/call-options.js";
import type { SignatureJson } from "../../src/tasks/signature-json.js";
import { applyAll, applySignature } from "../../src/tasks/worker/next-steps.js";
import {
  CeleryProject,
  celeryAvailable,
  needsCelery,
  PythonError,
  type PythonProcess,
} from "../tools/celery.js";
import { redisAvailable } from "../tools/redis-server.js";
import { failure, until } from "../tools/waiting.js";
import { onBothServers, Workshop } from "./workshop.js";

/** Tasks that Python knows by their names only, and the ways to send them. */
const SOURCE = `
def ts(name, *args, **options):
    return signature("ts." + name, args=args, app=app, **options)

def tree(result):
    parents, node = [], result
    while node is not None:
        parents.append(node.id)
        node = node.parent
    return parents
`;

onBothServers("canvas", (kind) => {
  describe.skipIf(!celeryAvailable)(needsCelery("from Python"), () => {
    let shop: Workshop;
    let celery: CeleryProject;
    let python: PythonProcess;
    let app: TaskApp;
    beforeAll(async () => {
      shop = await Workshop.open(kind);
      celery = new CeleryProject({ broker: shop.url, source: SOURCE });
      python = await celery.python();
    });
    afterEach(() => shop.clear());
    afterAll(async () => {
      await celery?.stop();
      await shop?.close();
    });

    const calls: unknown[][] = [];
    const open = async (): Promise<void> => {
      calls.length = 0;
      app = shop.app({ taskDefaultQueue: "ts", taskTrackStarted: true });
      app.task("ts.add", (x: number, y: number) => x + y, { params: ["x", "y"] });
      app.task("ts.xsum", (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0));
      app.task("ts.note", (...args: unknown[]) => {
        calls.push(args);
        return args.length;
      });
      app.task("ts.fail", (message = "boom") => {
        const error = new Error(String(message));
        error.name = "ValueError";
        throw error;
      });
      app.task("ts.who", ({ request }) => [request.id, request.rootId, request.parentId, request.group], {
        bind: true,
      });
      await shop.work(app, { taskEvents: true, concurrency: 4 });
    };

    it("runs a chain step by step, each knowing its root and parent", async () => {
      await open();
      const [value, ids] = await python.run<[number, string[]]>(`
        result = chain(ts("add", 1, 1), ts("add", 3), ts("add", 10)).apply_async()
        return [result.get(timeout=5), tree(result)]
      `);
      expect(value).toBe(15);
      const [last, middle, first] = ids;
      expect(await shop.meta(first)).toMatchObject({ children: [[[middle, null], null]] });
      expect(await shop.meta(last)).toMatchObject({ parent_id: middle, children: [] });
      const who = await python.run<string[][]>(`
        result = chain(ts("who"), ts("who", immutable=True), ts("who", immutable=True)).apply_async()
        result.get(timeout=5)
        return [AsyncResult(id, app=app).get(timeout=5) for id in tree(result)]
      `);
      const root = who[2][0];
      expect(who).toEqual([
        [who[0][0], root, who[1][0], null],
        [who[1][0], root, root, null],
        [root, root, null, null],
      ]);
    });

    it("fails the rest of a chain with the error of the step that failed", async () => {
      await open();
      const error = await failure(
        python.run(`return chain(ts("add", 1, 1), ts("fail"), ts("add", 10)).apply_async().get(timeout=5)`),
      );
      expect(error).toBeInstanceOf(PythonError);
      expect(error).toMatchObject({ type: "ValueError", module: "builtins" });
    });

    it("gives the results of a group, and its callback as chord", async () => {
      await open();
      const values = await python.run<unknown[]>(`
        one = group(ts("add", n, n) for n in range(5)).apply_async().get(timeout=5)
        two = chord([ts("add", n, n) for n in range(5)], ts("xsum")).apply_async().get(timeout=5)
        three = chain(ts("add", 1, 1), group(ts("add", n) for n in range(3)), ts("xsum")).apply_async().get(timeout=5)
        four = chord([chain(ts("add", 1, 1), ts("add", 1)), ts("add", 5, 5)], chain(ts("xsum"), ts("add", 100)))
        return [one, two, three, four.apply_async().get(timeout=5)]
      `);
      expect(values).toEqual([[0, 2, 4, 6, 8], 20, 9, 113]);
      await until(async () => (await shop.redis.keys("celery-taskset-meta-*")).length === 0);
    });

    it("fails a chord of which a part failed, and calls its errbacks", async () => {
      await open();
      const [type, text] = await python.run<string[]>(`
        body = ts("xsum").on_error(ts("note"))
        result = chord([ts("add", 1, 1), ts("fail", "bad")], body).apply_async()
        result.get(timeout=5, propagate=False)
        return [type(result.result).__name__, str(result.result)]
      `);
      expect(type).toBe("ChordError");
      expect(text).toMatch(/Dependency .+ raised ValueError\('bad'\)/);
      await until(() => calls.length === 1);
      expect(calls[0]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    });

    it("keeps the shape of a header that has groups inside, as Python's workers do", async () => {
      await open();
      app.task("ts.echo", (...args: unknown[]) => ({ args, kwargs: {} }));
      const worker = await celery.worker(["-Q", "celery", "-c", "1", "-n", "py@shape"]);
      const [theirs, ours] = await python.run<unknown[]>(`
        def shape(add, echo):
            inner = group(add(1, 1), group(add(2, 2), add(3, 3)))
            return chord([add(5, 5), inner], echo)
        theirs = shape(lambda *args: add.s(*args), echo.s()).apply_async().get(timeout=10)
        ours = shape(lambda *args: ts("add", *args), ts("echo")).apply_async().get(timeout=10)
        return [theirs, ours]
      `);
      await worker.stop();
      expect(ours).toEqual(theirs);
    });

    it("finishes a chord with a group at the end of a chain in its header, where 5.2.6 waits for ever", async () => {
      await open();
      app.task("ts.echo", (...args: unknown[]) => args);
      const value = await python.run(`
        header = [chain(ts("add", 1, 1), group(ts("add", 1), ts("add", 2))), ts("add", 5, 5)]
        return chord(header, ts("echo")).apply_async().get(timeout=10)
      `);
      expect(value).toEqual([[[3, 4], 10]]);
    });

    it("counts a part that was retried once, and one that was revoked", async () => {
      await open();
      app.task(
        "ts.flaky",
        (context) => {
          if (context.request.retries === 0) context.retry({ countdown: 0.05 });
          return 5;
        },
        { bind: true },
      );
      const sum = `chord([ts("flaky"), ts("add", 1, 1)], ts("xsum")).apply_async().get(timeout=5)`;
      expect(await python.run(`return ${sum}`)).toBe(7);
      const text = await python.run<string>(`
        late = ts("add", 1, 1).set(expires=-1)
        result = chord([late, ts("add", 1, 1)], ts("xsum")).apply_async()
        result.get(timeout=5, propagate=False)
        return repr(result.result)
      `);
      expect(text).toMatch(/ChordError.+TaskRevokedError\('expired'\)/);
    });

    it("calls what is linked, with the result or the id of the task", async () => {
      await open();
      const [one, two, failed] = await python.run<string[]>(`
        one = ts("add", 2, 2).apply_async(link=ts("note", "one"))
        one.get(timeout=5)
        two = ts("add", 3, 3).apply_async(link=[ts("note", "a"), ts("note", "b")])
        two.get(timeout=5)
        failed = ts("fail").apply_async(link=ts("note", "never"), link_error=[ts("note", "e1"), ts("note", "e2")])
        failed.get(timeout=5, propagate=False)
        return [one.id, two.id, failed.id]
      `);
      await until(() => calls.length === 5);
      expect(calls).toEqual(
        expect.arrayContaining([
          [4, "one"],
          [6, "a"],
          [6, "b"],
          [failed, "e1"],
          [failed, "e2"],
        ]),
      );
      expect(await shop.meta(one)).toMatchObject({ children: [[[expect.any(String), null], null]] });
      // More callbacks than one are a group.
      const group = [
        [[expect.any(String), null], null],
        [[expect.any(String), null], null],
      ];
      expect(await shop.meta(two)).toMatchObject({ children: [[[expect.any(String), null], group]] });
    });

    it("takes chains, groups and chords apart that stand where a task may stand", async () => {
      await open();
      await python.run(`
        ts("add", 1, 1).apply_async(link=chain(ts("add", 2), ts("note", "chain")))
        ts("add", 2, 2).apply_async(link=group(ts("note", "g1"), ts("note", "g2")))
        ts("add", 3, 3).apply_async(link=chord([ts("add", 1), ts("add", 2)], ts("note", "chord")))
      `);
      await until(() => calls.length === 4);
      expect(calls).toEqual(
        expect.arrayContaining([
          [4, "chain"],
          [4, "g1"],
          [4, "g2"],
          [[7, 8], "chord"],
        ]),
      );
    });

    it("heeds countdown, expires and revoke of a Python producer", async () => {
      await open();
      const [seconds, expired, revoked] = await python.run<unknown[]>(`
        start = time.time()
        ts("add", 1, 1).apply_async(countdown=0.4).get(timeout=5)
        seconds = time.time() - start
        expired = ts("add", 1, 1).apply_async(countdown=0.3, expires=0.1)
        expired.get(timeout=5, propagate=False)
        revoked = ts("add", 1, 1).apply_async(countdown=30)
        revoked.revoke()
        revoked.get(timeout=5, propagate=False)
        return [seconds, [expired.state, repr(expired.result)], [revoked.state, repr(revoked.result)]]
      `);
      expect(seconds).toBeGreaterThanOrEqual(0.4);
      expect(expired).toEqual(["REVOKED", "TaskRevokedError('expired')"]);
      expect(revoked).toEqual(["REVOKED", "TaskRevokedError('revoked')"]);
    });
  });
});

describe.skipIf(!redisAvailable)("the order of effects", () => {
  it("is Celery's: acknowledged, STARTED, the next step, SUCCESS, the chord, the body", async () => {
    const shop = await Workshop.open("redis");
    try {
      const app = shop.app({ taskTrackStarted: true });
      app.task("shop.part", () => 4);
      const chord = {
        task: "elsewhere.body",
        args: [],
        kwargs: {},
        options: { task_id: "body", queue: "elsewhere" },
      };
      const options: ApplyOptions = {
        taskId: "part",
        groupId: "g",
        groupIndex: 0,
        chord: { ...chord, subtask_type: null, immutable: false },
        link: app.signature("elsewhere.linked", { options: { queue: "elsewhere" } }),
      };
      await app.setChordSize("g", 1);
      await app.sendTask("shop.part", [], options);
      const monitor = shop.client().monitor();
      await monitor.start();
      const seen: string[] = [];
      const watching = (async () => {
        for await (const line of monitor) {
          if (line.type !== "command") continue;
          const [name, key = "", ...rest] = line.command;
          const status = /"status":"(\w+)"/.exec(rest.join(" "))?.[1];
          if (/^lpush$/i.test(name)) seen.push(`LPUSH ${key}`);
          else if (/^(hdel|zadd)$/i.test(name)) seen.push(`${name.toUpperCase()} ${key}`);
          else if (/^setex$/i.test(name)) seen.push(`SETEX ${key} ${status}`);
          else if (/^del$/i.test(name) && key.startsWith("celery-taskset")) seen.push("DEL");
          if (seen.at(-1) === "DEL") break;
        }
      })();
      await shop.work(app, { concurrency: 1 });
      await watching;
      expect(seen).toEqual([
        "ZADD unacked_index",
        "HDEL unacked",
        "SETEX celery-task-meta-part STARTED",
        "LPUSH elsewhere",
        "SETEX celery-task-meta-part SUCCESS",
        "ZADD celery-taskset-meta-g.j",
        "LPUSH elsewhere",
        "DEL",
      ]);
    } finally {
      await shop.close();
    }
  });
});

describe("the steps that are sent", () => {
  interface Sent {
    task: string;
    args: readonly unknown[];
    options: ApplyOptions;
  }
  const record = () => {
    const sent: Sent[] = [];
    const sizes = new Map<string, number>();
    const sender = {
      sendTask: async (task: string, args: readonly unknown[], options: ApplyOptions) =>
        void sent.push({ task, args, options }),
      setChordSize: async (group: string, size: number) => void sizes.set(group, size),
    };
    return { sent, sizes, sender };
  };
  const step = (task: string, more: Partial<SignatureJson> = {}): SignatureJson => ({
    task,
    args: [],
    kwargs: {},
    options: {},
    subtask_type: null,
    immutable: false,
    ...more,
  });
  const place = { rootId: "root", parentId: "parent" };

  it("have the arguments in front unless they are immutable", async () => {
    const { sent, sender } = record();
    await applySignature(sender, step("a", { args: [2], options: { task_id: "id-a" } }), [1], place);
    await applySignature(sender, step("b", { args: [2], immutable: true }), [1], place);
    expect(sent[0]).toMatchObject({
      task: "a",
      args: [1, 2],
      options: { taskId: "id-a", rootId: "root", parentId: "parent" },
    });
    expect(sent[1].args).toEqual([2]);
  });

  it("keep the rest of the chain behind a nested one", async () => {
    const { sent, sender } = record();
    const inner = step("celery.chain", { subtask_type: "chain", kwargs: { tasks: [step("a"), step("b")] } });
    await applySignature(sender, inner, [1], { ...place, chain: [step("z"), step("y")] });
    expect(sent).toHaveLength(1);
    expect(sent[0].options.chain?.map(({ task }) => task)).toEqual(["z", "y", "b"]);
  });

  it("make a group in a chain the header of a chord with the step behind it", async () => {
    const { sent, sizes, sender } = record();
    const group = step("celery.group", { subtask_type: "group", kwargs: { tasks: [step("a"), step("b")] } });
    const chain = step("celery.chain", { subtask_type: "chain", kwargs: { tasks: [group, step("c")] } });
    await applySignature(sender, chain, [1], place);
    expect(sent.map(({ task }) => task)).toEqual(["a", "b"]);
    expect(sent.map(({ options }) => options.groupIndex)).toEqual([0, 1]);
    expect(sent[0].options.chord?.task).toBe("c");
    expect([...sizes]).toEqual([[sent[0].options.groupId, 2]]);
  });

  it("count nested parts of a chord: a chain by its last step, a group by its members", async () => {
    const { sent, sizes, sender } = record();
    const chord = step("celery.chord", {
      subtask_type: "chord",
      kwargs: {
        header: [
          step("celery.chain", { subtask_type: "chain", kwargs: { tasks: [step("a"), step("b")] } }),
          step("celery.group", { subtask_type: "group", kwargs: { tasks: [step("c"), step("d")] } }),
        ],
        body: step("body", { options: { task_id: "body-id" } }),
      },
    });
    await applySignature(sender, chord, [], place);
    expect([...sizes.values()]).toEqual([3]);
    expect(sent.map(({ task }) => task)).toEqual(["a", "c", "d"]);
    expect(sent[0].options.chord).toBe(undefined);
    expect(sent[0].options.chain?.[0].options).toMatchObject({ group_index: 0, chord: { task: "body" } });
    expect(sent[1].options.chord?.options.task_id).toBe("body-id");
  });

  it("send the body of an empty chord at once, and callbacks as a group", async () => {
    const { sent, sender } = record();
    const empty = step("celery.chord", { subtask_type: "chord", kwargs: { header: [], body: step("body") } });
    await applySignature(sender, empty, [], place);
    expect(sent[0]).toMatchObject({ task: "body", args: [[]] });
    const children = await applyAll(sender, [step("a"), step("b")], [1], place);
    expect(children).toHaveLength(1);
    expect(sent[1].options.groupId).toBe(sent[2].options.groupId);
  });
});
