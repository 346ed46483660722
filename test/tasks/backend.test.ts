/** The result backend: what is stored, told, and kept from being overwritten. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Redis } from "../../src/index.js";
import { Backend, type BackendOptions, doneAt, type ResultMeta } from "../../src/tasks/backend.js";
import { SILENT } from "../../src/tasks/log.js";
import { groupTuple, readResultTuple, resultTuple } from "../../src/tasks/result-tuple.js";
import { onEveryServer, type Place } from "../tools/clients.js";
import { failure } from "../tools/waiting.js";

const meta = (more: Partial<ResultMeta> = {}): ResultMeta => ({
  status: "SUCCESS",
  result: 4,
  traceback: null,
  children: [],
  date_done: doneAt(new Date("2026-11-21T01:56:30.431Z")),
  task_id: "id",
  ...more,
});

onEveryServer("the result backend", (start) => {
  let place: Place;
  let redis: Redis;
  let backend: Backend;
  const make = (options: Partial<BackendOptions> = {}): Backend =>
    new Backend(redis, { resultExpires: 86_400, log: SILENT, ...options });

  beforeAll(async () => {
    place = await start();
    redis = place.client();
  });
  beforeEach(async () => {
    await redis.flushdb();
    backend = make();
  });
  afterAll(async () => {
    await redis?.close();
    await place?.stop();
  });

  it("stores and tells a result in Celery's form", async () => {
    await using sub = redis.pubsub();
    await sub.subscribe("celery-task-meta-id");
    expect(await backend.store(meta())).toBe(true);
    const text = (await redis.get("celery-task-meta-id")) as string;
    expect(JSON.parse(text)).toEqual({
      status: "SUCCESS",
      result: 4,
      traceback: null,
      children: [],
      date_done: "2026-11-21T01:56:30.431000+00:00",
      task_id: "id",
    });
    const ttl = await redis.ttl("celery-task-meta-id");
    expect(ttl).toBeGreaterThan(86_000);
    const message = await sub.getMessage({ timeout: 5000, ignoreSubscribe: true });
    expect(message).toMatchObject({ channel: "celery-task-meta-id", data: text });
    expect(await backend.read("id")).toEqual(meta());
    expect(await backend.readMany(["none", "id"])).toEqual([null, meta()]);
    expect(await backend.readMany([])).toEqual([]);
    await backend.forget("id");
    expect(await backend.read("id")).toBeNull();
  });

  it("keeps results for ever when it is told so", async () => {
    await make({ resultExpires: null }).store(meta());
    expect(await redis.ttl("celery-task-meta-id")).toBe(-1);
  });

  it("does not overwrite a success, and nothing else stands in the way", async () => {
    for (const status of ["STARTED", "RETRY", "FAILURE", "REVOKED", "PROGRESS"]) {
      expect(await backend.store(meta({ status, result: { status: "SUCCESS" } }))).toBe(true);
    }
    expect(await backend.store(meta({ result: 1 }))).toBe(true);
    await using sub = redis.pubsub();
    await sub.subscribe("celery-task-meta-id");
    for (const status of ["RETRY", "SUCCESS", "FAILURE"]) {
      expect(await backend.store(meta({ status, result: 2 }))).toBe(false);
    }
    expect((await backend.read("id"))?.result).toBe(1);
    expect(await sub.getMessage({ ignoreSubscribe: true })).toBeNull();
    // What cannot be read, and text that only looks like it, may be replaced.
    for (const text of ["SUCCESS", '["SUCCESS"]', '{"status": "success", "result": "SUCCESS"}']) {
      await redis.set("celery-task-meta-id", text);
      expect(await backend.store(meta())).toBe(true);
    }
  });

  it("stores many at once, each of them for itself", async () => {
    await redis.rpush("celery-task-meta-bad", "somebody's list");
    const ids = Array.from({ length: 250 }, (_, n) => `n${n}`);
    const long = "x".repeat(600_000);
    const [bad, ...stored] = await Promise.allSettled([
      backend.store(meta({ task_id: "bad" })),
      ...ids.map((id) => backend.store(meta({ task_id: id, result: id }))),
      ...["long1", "long2"].map((id) => backend.store(meta({ task_id: id, result: long }))),
    ]);
    expect(bad).toMatchObject({ status: "rejected", reason: { name: "ReplyError", code: "WRONGTYPE" } });
    expect(stored).toEqual(stored.map(() => ({ status: "fulfilled", value: true })));
    expect((await backend.readMany(ids)).map((one) => one?.result)).toEqual(ids);
    expect((await backend.read("long2"))?.result).toBe(long);
  });

  it("refuses what JSON cannot hold", async () => {
    expect(await failure(backend.store(meta({ result: () => 1 })))).toBeInstanceOf(TypeError);
    expect(await redis.dbsize()).toBe(0);
  });

  it("reads what others store tolerantly", async () => {
    const lines: string[] = [];
    const told = make({ log: { ...SILENT, error: (text) => lines.push(text) } });
    await redis.set(
      "celery-task-meta-id",
      '{"status": "SUCCESS", "result": NaN, "date_done": 5, "group_id": "g"}',
    );
    expect(await told.read("id")).toEqual({
      status: "SUCCESS",
      result: Number.NaN,
      traceback: null,
      children: [],
      date_done: null,
      task_id: "id",
      group_id: "g",
    });
    for (const text of ["no json", "5", '{"result": 1}']) {
      await redis.set("celery-task-meta-id", text);
      expect(await told.read("id")).toBeNull();
    }
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("The result of task id cannot be read");
  });

  it("counts the parts of a chord, so that one of them sees that it is the last", async () => {
    expect(await backend.chordPart("g", 1, [1, "b", "SUCCESS", "B"])).toEqual({ count: 1, size: null });
    await backend.setChordSize("g", 3);
    const counts = await Promise.all([
      backend.chordPart("g", 0, [1, "a", "SUCCESS", { x: [1] }]),
      backend.chordPart("g", null, [1, "c", "FAILURE", { exc_type: "ValueError" }]),
    ]);
    expect(counts).toEqual([
      { count: 2, size: 3 },
      { count: 3, size: 3 },
    ]);
    expect((await backend.chordParts("g")).map(([, id]) => id)).toEqual(["a", "b", "c"]);
    expect(await redis.ttl("celery-taskset-meta-g.j")).toBeGreaterThan(86_000);
    // What a nested group has put in.
    await redis.set("celery-taskset-meta-g.t", "2");
    expect(await backend.chordPart("g", 3, [1, "d", "SUCCESS", null])).toEqual({ count: 4, size: 5 });
    await backend.endChord("g");
    expect(await redis.dbsize()).toBe(0);
  });

  it("keeps the parts in a list when their order does not matter", async () => {
    const unordered = make({ chordOrdered: false, resultExpires: null });
    await unordered.setChordSize("g", 2);
    await unordered.chordPart("g", 1, [1, "b", "SUCCESS", 1]);
    expect(await unordered.chordPart("g", 0, [1, "a", "SUCCESS", 2])).toEqual({ count: 2, size: 2 });
    expect(await redis.type("celery-taskset-meta-g.j")).toBe("list");
    expect(await unordered.chordParts("g")).toEqual([
      [1, "b", "SUCCESS", 1],
      [1, "a", "SUCCESS", 2],
    ]);
  });

  it("saves groups", async () => {
    expect(await backend.hasGroup("g")).toBe(false);
    expect(await backend.readGroup("g")).toBeNull();
    const tuple = groupTuple("g", [resultTuple("a"), resultTuple("b", resultTuple("p"))]);
    await backend.saveGroup(tuple);
    expect(await backend.hasGroup("g")).toBe(true);
    expect(await backend.readGroup("g")).toEqual(tuple);
    await make({ resultExpires: null }).saveGroup(tuple);
    expect(await redis.ttl("celery-taskset-meta-g")).toBe(-1);
  });

  it("reads tuples of results tolerantly", () => {
    expect(readResultTuple("id")).toEqual([["id", null], null]);
    expect(readResultTuple([["id", "parent"], null])).toEqual([["id", [["parent", null], null]], null]);
    expect(
      readResultTuple([
        ["g", null],
        [[["a", null], null], 7],
      ]),
    ).toEqual([["g", null], [[["a", null], null]]]);
    for (const wrong of [null, 7, [], ["id"], [[7, null], null]])
      expect(readResultTuple(wrong)).toBeUndefined();
  });
});
