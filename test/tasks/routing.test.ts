/** Which queue a call goes to; Celery's own router is asked the same. */
import { describe, expect, it } from "vitest";
import { SettingsError } from "../../src/tasks/errors.js";
import { clampPriority, globPattern, Router, type TaskRoutes } from "../../src/tasks/routing.js";
import { readSettings, type TaskAppOptions } from "../../src/tasks/settings.js";
import { celeryAvailable, needsCelery } from "../tools/celery.js";
import { askPython } from "../tools/python.js";

function route(taskRoutes: TaskRoutes, task: string, options = {}, settings: TaskAppOptions = {}) {
  return new Router(readSettings({ ...settings, taskRoutes })).route(task, [], {}, options);
}

describe("Router", () => {
  it("sends to the default queue where nothing else is said", () => {
    expect(route({}, "a.b")).toEqual({
      queue: "celery",
      exchange: "",
      routingKey: "celery",
      priority: 0,
      options: {},
    });
    expect(route({}, "a", {}, { taskDefaultQueue: "mine", taskDefaultPriority: 4 })).toMatchObject({
      queue: "mine",
      routingKey: "mine",
      priority: 4,
    });
  });

  it("takes exact names before patterns, and patterns in their order", () => {
    const routes = { "*": "all", "a.*": "pattern", "a.b": "exact" };
    expect(route(routes, "a.b").queue).toBe("exact");
    expect(route(routes, "a.c.d").queue).toBe("all");
    expect(route({ "a.*": "first", "*": "second" }, "a.c").queue).toBe("first");
  });

  it("asks the elements of a list in turn", () => {
    const routes: TaskRoutes = [
      (task, args, kwargs, options) =>
        task === "f" ? `${args.length}${Object.keys(kwargs).length}${options.priority}` : null,
      ["b.*", { queue: "pair" }],
      [
        [/c\.\d/, "regexp"],
        ["c.x", "listed"],
      ],
      new Map<string | RegExp, string>([
        ["m", "map"],
        [/d/, "mapped"],
      ]),
      { "b.*": "late", e: { queue: "e", priority: 7 } },
    ];
    const router = new Router(readSettings({ taskRoutes: routes }));
    const queueOf = (task: string) => router.route(task, [1], {}, { priority: 3 }).queue;
    expect(["f", "b.x", "c.1x", "c.x", "xc.1", "m", "d", "e", "z"].map(queueOf)).toEqual([
      "103",
      "pair",
      "regexp",
      "listed",
      "celery",
      "map",
      "mapped",
      "e",
      "celery",
    ]);
  });

  it("lets options of the call go before those of the route", () => {
    const routes: TaskRoutes = { a: { queue: "q", priority: 3, timeLimit: 5, headers: { x: 1 } } };
    expect(route(routes, "a", { priority: 6, expires: undefined })).toMatchObject({
      queue: "q",
      priority: 6,
      options: { timeLimit: 5, headers: { x: 1 } },
    });
    expect(route(routes, "a", { queue: "other" })).toMatchObject({
      queue: "other",
      routingKey: "other",
      priority: 3,
    });
    expect(route(routes, "a", { queue: undefined }).queue).toBe("q");
    expect(route({ a: { queue: "q", routingKey: "k" } }, "a", { queue: "other" }).routingKey).toBe("other");
    expect(route({}, "a", { routingKey: "k" })).toMatchObject({ queue: "k", routingKey: "k" });
  });

  it("finds each name once, and does not mix them up", () => {
    const router = new Router(readSettings({ taskRoutes: { "a.*": "a", "b.*": "b" } }));
    for (let round = 0; round < 2; round++)
      for (const name of ["a.1", "b.1", "c.1"])
        expect(router.route(name, [], {}, {}).queue).toBe(name[0] === "c" ? "celery" : name[0]);
  });

  it("refuses queues that may not be made", () => {
    const settings = { taskQueues: ["x", "y"], taskCreateMissingQueues: false, taskDefaultQueue: "x" };
    expect(route({ a: "y" }, "a", {}, settings).queue).toBe("y");
    expect(() => route({ a: "z" }, "a", {}, settings)).toThrow(
      new SettingsError(
        "taskQueues",
        `The queue "z" is not in taskQueues (x, y), and taskCreateMissingQueues is false`,
      ),
    );
    expect(() => route({}, "a", { queue: "z" }, settings)).toThrow(SettingsError);
  });

  it("keeps priorities within 0 and 9", () => {
    expect([-1, 0, 2.9, 9, 10, Number.NaN, Number.POSITIVE_INFINITY].map(clampPriority)).toEqual([
      0, 0, 2, 9, 9, 0, 9,
    ]);
  });
});

/** Patterns with their names, for both languages. */
const GLOBS = [
  "*",
  "a.*",
  "*.b",
  "a.*.c",
  "a?*",
  "*[xy]",
  "*[!xy]",
  "a+b*",
  "*[a-c]z",
  "*[]]",
  "*[",
  "a(*)",
  "*[!]]",
  "*[^x]",
  "*\\d",
];
const NAMES = [
  "a.b",
  "a.b.c",
  "ax",
  "xy",
  "a+b",
  "aab",
  "bz",
  "dz",
  "x]",
  "x[",
  "a(1)",
  "",
  "a\nb",
  "x^",
  "1\\d",
  "5",
];

describe.skipIf(!celeryAvailable)(needsCelery("Celery's router"), () => {
  it("matches names as Python's fnmatch", () => {
    const expected = askPython(
      `
import fnmatch, re
answer = [[bool(re.match(fnmatch.translate(g), n)) for n in value[1]] for g in value[0]]`,
      [GLOBS, NAMES],
    );
    expect(GLOBS.map((glob) => NAMES.map((name) => globPattern(glob).test(name)))).toEqual(expected);
  });

  it("chooses the same queue and priority", () => {
    const routes = [
      { "video.*": { queue: "video" }, "video.cut": { queue: "cut", priority: 3 } },
      [["mail.?*", { queue: "mail", priority: 6 }]],
      { "mail.*": "late", "*.low": { queue: "low", priority: 9 } },
    ];
    const calls = ["video.x", "video.cut", "mail.a.b", "x.low", "mail.", "none"].flatMap((task) =>
      [{}, { queue: "own" }, { priority: 1 }].map((options) => [task, options] as const),
    );
    const expected = askPython(
      `
from celery import Celery
app = Celery("x", broker="memory://")
app.conf.task_routes = [r for r in value[0]]
answer = []
for task, options in value[1]:
    found = app.amqp.router.route(dict(options), task, (), {})
    queue = found.get("queue")
    answer.append([queue.name, found.get("priority") or 0])`,
      [routes, calls],
    );
    const router = new Router(readSettings({ taskRoutes: routes as TaskRoutes }));
    expect(
      calls.map(([task, options]) => {
        const { queue, priority } = router.route(task, [], {}, options);
        return [queue, priority];
      }),
    ).toEqual(expected);
  });
});
