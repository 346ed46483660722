/** The command line against Celery's: the same words, the same texts, the same exit codes. */
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { colors } from "../../src/tasks/cli/colors.js";
import { EventLines } from "../../src/tasks/cli/events-dump.js";
import { drawFrame, newestTasks } from "../../src/tasks/cli/live-table.js";
import { pythonJson } from "../../src/tasks/cli/python-text.js";
import { ClusterState } from "../../src/tasks/events/state.js";
import {
  type CeleryProcess,
  CeleryProject,
  type CommandResult,
  celeryAvailable,
  needsCelery,
} from "../tools/celery.js";
import { CliBuild } from "../tools/cli.js";
import { redisAvailable, startRedis, type Target } from "../tools/redis-server.js";

const HOST = hostname();
/** Stands for the app in lists of words that are made before the build. */
const APP = "<app>";
const possible = celeryAvailable && redisAvailable;

let redis: Target;
let build: CliBuild;
let url: string;
let celery: CeleryProject;
let directory: string;
const running: CeleryProcess[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "cli-"));
  build = await CliBuild.make();
  if (!possible) return;
  redis = await startRedis();
  url = `redis://127.0.0.1:${redis.port}/0`;
  celery = new CeleryProject({ broker: url });
});

afterAll(async () => {
  for (const process of running) await process.stop();
  await celery?.stop();
  await redis?.stop();
  rmSync(directory, { recursive: true, force: true });
  build.remove();
});

const ours = (words: readonly string[], input?: string): Promise<CommandResult> =>
  build.run(["-A", build.app, "-b", url, ...words], { input });

/** A worker of ours, ready. */
async function startWorker(words: readonly string[]): Promise<CeleryProcess> {
  const worker = build.start([
    "-A",
    build.app,
    "-b",
    url,
    "worker",
    "-l",
    "INFO",
    "-c",
    "2",
    "--without-mingle",
    ...words,
  ]);
  running.push(worker);
  await worker.seen(/ ready\./, 30_000);
  return worker;
}

/** Texts without the line of blanks that Celery's highlighting leaves behind JSON. */
const lines = (text: string): string[] => text.replace(/\n {4}\n/g, "\n").split("\n");

describe.skipIf(!possible)(needsCelery("questions to workers"), () => {
  beforeAll(async () => {
    await celery.worker(["-n", "py@%h", "-c", "2", "-Q", "celery"]);
  }, 60_000);

  it.each([
    [["status", "-d", `py@${HOST}`]],
    [["status", "-j", "-d", `py@${HOST}`]],
    [["inspect", "ping", "-d", `py@${HOST}`]],
    [["inspect", "ping", "-j", "-d", `py@${HOST}`]],
    [["inspect", "active", "-d", `py@${HOST}`]],
    [["inspect", "registered", "-d", `py@${HOST}`]],
    [["inspect", "registered", "name", "-d", `py@${HOST}`]],
    [["inspect", "active_queues", "-d", `py@${HOST}`]],
    [["inspect", "active_queues", "-j", "-d", `py@${HOST}`]],
    [["inspect", "query_task", "a", "b", "-d", `py@${HOST}`]],
    [["inspect", "revoked", "-d", `py@${HOST}`]],
    [["control", "disable_events", "-d", `py@${HOST}`]],
    [["control", "disable_events", "-j", "-d", `py@${HOST}`]],
    [["control", "rate_limit", "py.add", "5/m", "-d", `py@${HOST}`]],
    [["control", "rate_limit", "py.add", "0", "-d", `py@${HOST}`]],
    [["control", "rate_limit", "py.nosuch", "5/m", "-d", `py@${HOST}`]],
    [["control", "rate_limit", "py.add", "5/x", "-d", `py@${HOST}`]],
    [["control", "time_limit", "py.add", "5", "10", "-d", `py@${HOST}`]],
    [["control", "autoscale", "5", "2", "-d", `py@${HOST}`]],
    [["control", "revoke", "id-1", "id-2", "-d", `py@${HOST}`]],
    [["inspect", "revoked", "-d", `py@${HOST}`]],
    [["control", "cancel_consumer", "nosuch", "-d", `py@${HOST}`]],
    [["inspect", "ping", "-d", "nobody@x", "-t", "0.2"]],
    [["status", "-d", "nobody@x", "-t", "0.2"]],
    [["inspect", "nosuch"]],
    [["control", "rate_limit", "a", "b", "c"]],
    [["control", "nosuch"]],
    [["inspect"]],
    [["inspect", "ping", "--frobnicate"]],
  ])("%j", async (words) => {
    const [their, our] = await Promise.all([celery.command(words), ours(words)]);
    expect(lines(our.stdout)).toEqual(lines(their.stdout));
    expect(our.code).toBe(their.code);
    // What is said of wrong words is each one's own; that nobody answered is the same.
    if (our.code === 69) expect(our.stderr).toBe(their.stderr);
    expect(our.stderr === "").toBe(their.stderr === "");
  });

  it("-q says less", async () => {
    const words = ["inspect", "ping", "-d", `py@${HOST}`];
    const our = await build.run(["-q", "-b", url, ...words]);
    expect(our.stdout).toBe(` py@${HOST}: OK\n        pong\n`);
    // The options of all commands are taken behind the command too.
    expect((await build.run([...words, "-q", "-b", url])).stdout).toBe(our.stdout);
  });

  it("Celery asks a worker of ours", async () => {
    const worker = await startWorker(["-n", "ts@%h"]);
    const [ping, registered, active, status] = await Promise.all([
      celery.command(["inspect", "ping", "-d", `ts@${HOST}`, "-j"]),
      celery.command(["inspect", "registered", "-d", `ts@${HOST}`]),
      celery.command(["inspect", "active", "-d", `ts@${HOST}`]),
      celery.command(["status"]),
    ]);
    expect(JSON.parse(ping.stdout)).toEqual({ [`ts@${HOST}`]: { ok: "pong" } });
    for (const task of ["ts.add", "ts.fail", "ts.slow"])
      expect(registered.stdout).toContain(`    * ${task}\n`);
    expect(active.stdout).toContain("- empty -");
    expect(status.stdout).toContain(`->  ts@${HOST}: OK`);
    expect(status.stdout).toContain("2 nodes online.");
    // Remote shutdown: nobody answers, the worker ends.
    const shutdown = await ours(["control", "shutdown", "-d", `ts@${HOST}`, "-t", "0.3"]);
    expect(shutdown.code).toBe(69);
    expect((await worker.ended).code).toBe(0);
  }, 60_000);
});

describe.skipIf(!possible)(needsCelery("tasks"), () => {
  beforeAll(async () => {
    await startWorker(["-n", "tasks@%h"]);
    await celery.worker(["-n", "pytasks@%h", "-c", "1", "-Q", "celery"]);
  }, 60_000);

  const call = async (...words: string[]): Promise<string> => {
    const { stdout, stderr, code } = await ours(["call", ...words]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/^[0-9a-f-]{36}\n$/);
    return stdout.trim();
  };

  it("are called, and their results printed, as Celery does", async () => {
    const ids = await Promise.all([
      call("ts.add", "-a", "[2, 3]"),
      call("ts.add", "-a", "[2]", "-k", '{"y": 2.5}', "--expires", "60", "--countdown", "0.1"),
      call("py.echo", '--args=[1, null, true, "x", [1.5]]', "-k", '{"k": {"é": "\'"}}', "--queue", "celery"),
      call("py.add", "-a", '["a", "b"]'),
    ]);
    const wanted = [
      "5\n",
      "4.5\n",
      `{'args': [1, None, True, 'x', [1.5]], 'kwargs': {'k': {'é': "'"}}}\n`,
      "ab\n",
    ];
    const our = await Promise.all(ids.map((id) => ours(["result", id])));
    expect(our.map(({ stdout }) => stdout)).toEqual(wanted);
    const theirs = await Promise.all(ids.map((id) => celery.command(["result", id])));
    expect(theirs.map(({ stdout }) => stdout)).toEqual(wanted);
  }, 60_000);

  it("tell how they failed", async () => {
    const [own, python] = await Promise.all([call("ts.fail"), call("py.fail")]);
    const failed = await ours(["result", own]);
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toMatch(/RangeError: boom\n {4}at .*cli-app[\s\S]*\nValueError: boom\n$/);
    const theirs = await ours(["result", python]);
    expect(theirs).toMatchObject({ code: 1, stdout: "" });
    expect(theirs.stderr).toMatch(/^Traceback \(most recent call last\)[\s\S]*\nValueError: boom\n$/);
    const words = ["result", python, "--traceback"];
    expect((await ours(words)).stdout).toBe((await celery.command(words)).stdout);
    expect((await ours(["result", "no-such-id", "--traceback"])).stdout).toBe("\n");
  }, 60_000);

  it.each([
    [["call", "ts.add", "-a", "{}"], "Invalid value for '-a' / '--args': {} was not an array"],
    [["call", "ts.add", "-a", "[1"], "Invalid value for '-a' / '--args'"],
    [["call", "ts.add", "-k", "[]"], "Invalid value for '-k' / '--kwargs': [] was not an object"],
    [["call", "ts.add", "--countdown", "soon"], "It must be a number of seconds."],
    [["call", "ts.add", "--eta", "soon"], "It must be a time such as 2026-11-21T02:00:50Z."],
    [["call"], "missing required argument 'name'"],
    [["result", "x", "-t", "no.such"], "the app has no task 'no.such'"],
    [["list", "queues"], "No such command 'queues'. There is: bindings"],
    [["-A", "./no-such-module.js", "status"], "no-such-module.js"],
    [["-A", "test/tools/seed.ts", "status"], "Unable to load the application."],
  ])("%j is refused", async (words, message) => {
    const { code, stderr, stdout } = await ours(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("events are dumped line for line as Celery dumps them", async () => {
    const their = celery.start(["events", "--dump"]);
    const our = build.start(["events", "--dump", "-b", url]);
    running.push(our);
    await Promise.all([their, our].map((dump) => dump.seen(/py@.* heartbeat: .*freq=/)));
    await celery.command(["control", "enable_events"]);
    const [first] = await Promise.all([
      call("py.add", "-a", '["x", null]'),
      call("py.echo", "-k", '{"a": 1.0}'),
    ]);
    const last = await call("py.echo", "-a", '[[{"a": "é\'"}]]');
    await Promise.all(
      [their, our].map((dump) =>
        Promise.all([
          dump.seen(new RegExp(`failed: py.add.${first}`)),
          dump.seen(new RegExp(`succeeded: py.echo.${last}`)),
        ]),
      ),
    );
    // Both began and end at their own times: what one of them has in between, the other has too.
    const dumped = (dump: CeleryProcess): string[] =>
      dump.output
        .split("\n")
        .map((line) => line.replace(/, local_received=[\d.]+/, "").replace(/local_received=[\d.]+, /, ""))
        // Celery 5.6 names the offset of its times.
        .map((line) => line.replace("+00:00]", "]"))
        .filter((line) => line.includes("@") && !line.includes("] heartbeat: "));
    expect(dumped(our).length).toBeGreaterThanOrEqual(9);
    expect(dumped(our)).toEqual(dumped(their));
    const beats = (dump: CeleryProcess): string[] =>
      dump.output
        .replaceAll("+00:00]", "]")
        .match(new RegExp(`py\\w*@${HOST} .* heartbeat: .*(?=local_received)`, "g")) ?? [];
    expect(beats(our).length).toBeGreaterThan(0);
    const both = new Set(beats(their));
    expect(beats(our).filter((line) => both.has(line)).length).toBeGreaterThan(0);
    await their.stop();
    our.signal("SIGINT");
    expect((await our.ended).code).toBe(0);
  }, 60_000);

  it("the live view is plain where there is no terminal", async () => {
    const view = build.start(["events", "-b", url, "-F", "0.1"]);
    running.push(view);
    await view.seen(new RegExp(`tasks@${HOST} +online`));
    view.signal("SIGTERM");
    const { code, output } = await view.ended;
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: no control sequences
    expect(output).not.toMatch(/\u001b/);
  }, 60_000);
});

describe.skipIf(!possible)(needsCelery("queues"), () => {
  it("are purged as Celery purges them", async () => {
    const send = (): Promise<unknown> =>
      Promise.all(
        ["[1, 2]", "[3, 4]"].map((args) => ours(["call", "py.add", "-a", args, "--queue", "heap"])),
      );
    await send();
    const our = await ours(["purge", "-f", "-Q", "heap"]);
    await send();
    const their = await celery.command(["purge", "-f", "-Q", "heap"]);
    expect(our).toMatchObject({ code: 0, stdout: their.stdout });
    expect(our.stdout).toBe("Purged 2 messages from 1 known task queue.\n");
    for (const words of [
      ["-Q", "heap"],
      ["-Q", "heap,a,b", "-X", "b"],
    ]) {
      const [empty, theirs] = await Promise.all([
        ours(["purge", "-f", ...words]),
        celery.command(["purge", "-f", ...words]),
      ]);
      expect(empty.stdout).toBe(theirs.stdout);
    }
  }, 60_000);

  it("are purged only after a yes", async () => {
    await ours(["call", "py.add", "-a", "[1, 2]", "--queue", "heap"]);
    const no = await ours(["purge", "-Q", "heap"], "\n");
    expect(no.code).toBe(1);
    expect(no.stdout).toContain("This will remove all tasks from queue: heap.");
    expect(no.stderr).toContain("Aborted!");
    expect((await ours(["purge", "-Q", "heap"], "")).code).toBe(1);
    const yes = await ours(["purge", "-Q", "heap"], "y\n");
    expect(yes.code).toBe(0);
    expect(yes.stdout).toContain("Purged 1 message from 1 known task queue.");
  }, 60_000);

  it("are listed with their bindings", async () => {
    const { stdout } = await ours(["list", "bindings"]);
    const [head, rule, ...rows] = stdout.trimEnd().split("\n");
    expect(head).toBe(`${"Queue".padEnd(28)} ${"Exchange".padEnd(28)} Routing Key`);
    expect(rule).toBe(`${"-".repeat(16).padEnd(28)} ${"-".repeat(16).padEnd(28)} ${"-".repeat(16)}`);
    expect(rows).toContain(`${"ts".padEnd(28)} ${"ts".padEnd(28)} ts`);
    expect(stdout).not.toMatch(/pidbox|celeryev/);
  });

  it("a report says what runs where, without passwords", async () => {
    const { stdout, code } = await build.run([
      "-A",
      build.app,
      "-b",
      "redis://:secret@127.0.0.1:1/0",
      "report",
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/software -> resplendent:\d+\.\d+\.\d+ node:/);
    expect(stdout).toContain("task_default_queue: 'ts'");
    expect(stdout).not.toContain("secret");
  });
});

describe.skipIf(!redisAvailable)("a worker's process", () => {
  it("shows its banner, and logs as Celery's does", async () => {
    const worker = await startWorker(["-n", "w1@%h", "-Q", "one,two", "-E"]);
    const text = worker.output;
    expect(text).toContain(`\nw1@${HOST} v`);
    expect(text).toContain(
      `\n.> transport:   ${url}\n.> results:     ${url}\n.> concurrency: 2 (async)\n.> task events: ON\n`,
    );
    expect(text).toContain("\n[queues]\n.> one              exchange=one(direct) key=one\n.> two ");
    expect(text).toContain("\n[tasks]\n  . ts.add\n  . ts.careless\n  . ts.fail\n  . ts.slow\n");
    expect(text).toMatch(
      /\n\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: INFO\/MainProcess\] Connected to redis:\/\//,
    );
    const sent = (await ours(["call", "ts.add", "-a", "[1, 2]", "--queue", "two"])).stdout.trim();
    await worker.seen(new RegExp(`INFO/MainProcess\\] Task ts\\.add\\[${sent}\\] received\n`));
    await worker.seen(new RegExp(`Task ts\\.add\\[${sent}\\] succeeded in [\\d.e-]+s: 3\n`));
    worker.signal("SIGTERM");
    const { code, output } = await worker.ended;
    expect(code).toBe(0);
    expect(output).toContain("\nworker: Warm shutdown (MainProcess)\n");
  }, 60_000);

  it("writes its files, and ends with 73 where another one runs", async () => {
    const files = ["--pidfile", join(directory, "%n.pid"), "--logfile", join(directory, "%n-%h%I.log")];
    const first = build.start([
      "worker",
      "-A",
      build.app,
      "-b",
      url,
      "-n",
      "w2",
      "-l",
      "info",
      "-q",
      ...files,
    ]);
    running.push(first);
    const log = (): string => {
      try {
        return readFileSync(join(directory, `w2-${HOST}.log`), "utf8");
      } catch {
        return "";
      }
    };
    await expect.poll(log, { timeout: 30_000 }).toContain(`w2@${HOST} ready.`);
    expect(readFileSync(join(directory, "w2.pid"), "utf8")).toBe(`${first.child.pid}\n`);
    const second = await ours(["worker", "-n", "w2", ...files]);
    expect(second).toMatchObject({
      code: 73,
      stdout: "",
      stderr: `ERROR: Pidfile (${join(directory, "w2.pid")}) already exists.\nSeems we're already running? (pid: ${first.child.pid})\n`,
    });
    first.signal("SIGINT");
    const { code, output } = await first.ended;
    expect(code).toBe(0);
    expect(output).toContain("worker: Hitting Ctrl+C again will terminate all running tasks!");
    expect(() => readFileSync(join(directory, "w2.pid"))).toThrow("ENOENT");
  }, 60_000);

  it("ends at once with the second SIGINT, and with SIGQUIT", async () => {
    for (const [queue, signals, code] of [
      ["q3", ["SIGINT", "SIGINT"], 1],
      ["q4", ["SIGQUIT"], 0],
    ] as const) {
      const worker = await startWorker(["-n", queue, "-Q", queue]);
      await ours(["call", "ts.slow", "-a", "[60]", "--queue", queue]);
      await worker.seen(/ts\.slow\[.*\] received/);
      for (const signal of signals) {
        worker.signal(signal);
        await worker.seen(/worker: \w+ shutdown/);
      }
      expect((await worker.ended).code).toBe(code);
      expect(worker.output).toContain("worker: Cold shutdown (MainProcess)");
    }
  }, 60_000);

  it("lives on when a task leaves a rejection behind", async () => {
    const worker = await startWorker(["-n", "w5", "-Q", "q5"]);
    await ours(["call", "ts.careless", "--queue", "q5"]);
    await worker.seen(
      /ERROR\/MainProcess\] A promise was rejected, and nobody handled it: Error: nobody cares/,
    );
    await ours(["call", "ts.add", "-a", "[1, 1]", "--queue", "q5"]);
    await worker.seen(/ts\.add\[.*\] succeeded/);
    worker.signal("SIGTERM");
    expect((await worker.ended).code).toBe(0);
  }, 60_000);

  it("opens its log file again with SIGHUP", async () => {
    const path = join(directory, "w7.log");
    const worker = build.start([
      "-A",
      build.app,
      "-b",
      url,
      "worker",
      "-n",
      "w7",
      "-Q",
      "q7",
      "-l",
      "INFO",
      "-f",
      path,
    ]);
    running.push(worker);
    const text = (file: string): string => {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return "";
      }
    };
    await expect.poll(() => text(path), { timeout: 30_000 }).toContain("ready.");
    renameSync(path, `${path}.1`);
    worker.signal("SIGHUP");
    await expect.poll(() => text(path), { timeout: 10_000 }).toContain("opened again (SIGHUP)");
    expect(text(`${path}.1`)).toContain("ready.");
    worker.signal("SIGTERM");
    expect((await worker.ended).code).toBe(0);
  }, 60_000);

  it("runs in the background with --detach", async () => {
    const files = ["--pidfile", join(directory, "%n.pid"), "-f", join(directory, "%n.log")];
    const { code, output } = await ours(["worker", "-n", "w6", "-Q", "q6", "-l", "INFO", "-D", ...files]);
    expect({ code, output }).toEqual({ code: 0, output: "" });
    const pid = Number(readFileSync(join(directory, "w6.pid"), "utf8"));
    try {
      const id = (await ours(["call", "ts.add", "-a", "[4, 4]", "--queue", "q6"])).stdout.trim();
      expect((await ours(["result", id])).stdout).toBe("8\n");
      process.kill(pid, "SIGTERM");
      await expect
        .poll(() => readFileSync(join(directory, "w6.log"), "utf8"), { timeout: 10_000 })
        .toContain("worker: Warm shutdown");
      pid > 0 && (await expect.poll(() => gone(pid), { timeout: 10_000 }).toBe(true));
    } finally {
      if (!gone(pid)) process.kill(pid, "SIGKILL");
    }
  }, 60_000);

  it.each([
    [["-A", APP, "worker", "--frobnicate"], "unknown option '--frobnicate'"],
    [["-A", APP, "worker", "-c", "many"], "It must be a whole number from 1 on."],
    [["-A", APP, "worker", "-l", "loud"], "It must be one of DEBUG, INFO"],
    [["-A", APP, "worker", "-P", "swimming"], "It must be one of async, threads, processes"],
    [["-A", APP, "worker", "-B"], "option '-B, --beat' is not there: beat is not part of the worker"],
    [["-A", APP, "worker", "--autoscale=10,3"], "It is not there: the pool does not scale itself"],
    [["worker"], "a worker needs an app's tasks"],
    [["-A", "./no-such-module.js", "worker", "--detach"], "no-such-module.js"],
  ])("%j ends with 2", async (words, message) => {
    const { code, stderr } = await build.run(words.map((word) => (word === APP ? build.app : word)));
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

function gone(pid: number): boolean {
  try {
    return /\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

describe("texts", () => {
  it("of events, as Python prints them", () => {
    const dump = new EventLines();
    const base = { hostname: "w@h", timestamp: 1_795_226_190.5, clock: 1, utcoffset: 0, pid: 2 };
    const zone = new Date().getTimezoneOffset();
    if (zone === 0) {
      expect(dump.line({ ...base, type: "worker-online", freq: 2, loadavg: [1, 0.5] }, 3)).toBe(
        "w@h [2026-11-21 01:56:30.500000] started: clock=1, freq=2.0, loadavg=[1.0, 0.5], local_received=3.0, pid=2, utcoffset=0",
      );
    }
    dump.line({ ...base, type: "task-received", uuid: "u", name: "t", args: "(1,)", kwargs: "{}" }, 3);
    expect(dump.line({ ...base, type: "task-started", uuid: "u" }, 3)).toContain(
      " task started: t(u) args=(1,) kwargs={} clock=1,",
    );
    expect(dump.line({ ...base, type: "task-started", uuid: "v" }, 3)).toContain(" task started:  clock=1,");
    expect(dump.line({ ...base, type: "task-my-own", uuid: "u", note: null }, 3)).toContain(
      "task my own: t(u)",
    );
  });

  it("of JSON, as Python writes it", () => {
    const value = { b: [1, 2.5, null, true, "é\u{1f600}\n"], a: {}, c: [], big: 2n ** 70n, nan: Number.NaN };
    expect(pythonJson(value)).toBe(
      '{"b": [1, 2.5, null, true, "\\u00e9\\ud83d\\ude00\\n"], "a": {}, "c": [], "big": 1180591620717411303424, "nan": NaN}',
    );
    expect(pythonJson({ b: [1], a: { d: 1 } }, 4)).toBe(
      '{\n    "a": {\n        "d": 1\n    },\n    "b": [\n        1\n    ]\n}',
    );
  });

  it("of the live view fit the terminal, and carry no control sequences of tasks", () => {
    const state = new ClusterState();
    const now = 1_795_226_190;
    const event = { hostname: "w@h", timestamp: now, clock: 1, utcoffset: 0, pid: 2 };
    state.apply({
      ...event,
      type: "worker-heartbeat",
      freq: 2,
      active: 1,
      processed: 7,
      loadavg: [1, 2, 3],
      sw_ident: "s",
      sw_ver: "1",
      sw_sys: "Linux",
    });
    for (let index = 0; index < 50; index++) {
      const uuid = `task-${index}`;
      state.apply({
        ...event,
        timestamp: now + index,
        type: "task-received",
        uuid,
        name: `t${index}\u001b[2J`,
        args: "()",
        kwargs: "{}",
      });
    }
    state.apply({
      ...event,
      timestamp: now + 60,
      type: "task-succeeded",
      uuid: "task-3",
      result: "'x\u0007'",
      runtime: 0.5,
    });
    expect(newestTasks(state)[0].uuid).toBe("task-3");
    for (const [columns, rows] of [
      [80, 24],
      [200, 60],
      [40, 12],
    ]) {
      const frame = drawFrame({
        state,
        columns,
        rows,
        offset: 0,
        selected: 0,
        now: now + 1,
        rate: 3,
        paint: colors(false),
      });
      expect(frame).toHaveLength(rows);
      expect(frame.filter((line) => line.length > columns)).toEqual([]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of the tasks' own
      expect(frame.join("")).not.toMatch(/[\u0000-\u001f]/);
      expect(frame[0]).toContain("workers 1");
    }
    const frame = drawFrame({
      state,
      columns: 150,
      rows: 24,
      offset: 0,
      selected: 0,
      now,
      rate: 0,
      paint: colors(false),
    });
    expect(frame.join("\n")).toMatch(/> task-3 .*SUCCESS/);
    expect(frame.join("\n")).toContain("result='x·' runtime=0.5000s");
    expect(frame.join("\n")).toMatch(/\.\.\. and \d+ more/);
  });
});

describe("the commands", () => {
  it("load nothing of the task queue until one of them runs", () => {
    const folder = resolve(import.meta.dirname, "../../src/tasks/cli");
    const loaded = new Set<string>();
    const packages = new Set<string>();
    const visit = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      const source = readFileSync(file, "utf8");
      for (const [, clause, name] of source.matchAll(/^import (type )?[^"]*?"([^"]+)";/gms)) {
        if (clause !== undefined) continue;
        if (name.startsWith(".")) visit(resolve(file, "..", name.replace(/\.js$/, ".ts")));
        else packages.add(name);
      }
    };
    visit(join(folder, "task-commands.ts"));
    expect([...loaded].filter((file) => !file.startsWith(folder))).toEqual([]);
    expect([...packages].sort()).toEqual(["commander", "node:fs", "node:path"]);
  });

  it("work in another directory with --workdir", async () => {
    const app = join(directory, "elsewhere.mjs");
    writeFileSync(
      app,
      `import { TaskApp } from ${JSON.stringify(join(build.folder, "tasks.js"))};\nexport const app = new TaskApp("elsewhere");\n`,
    );
    const { stdout, stderr } = await build.run(["--workdir", directory, "-A", "./elsewhere.mjs", "report"]);
    expect(stderr).toBe("");
    expect(stdout).toContain("elsewhere");
  });
});
