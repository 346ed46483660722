/** The examples of the task queue run as they stand. */
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CeleryProcess } from "../tools/celery.js";
import { startTarget, type Target } from "../tools/redis-server.js";

const root = resolve(import.meta.dirname, "../..");

/** Start a TypeScript program as the examples' headers say. */
function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): CeleryProcess {
  const { VITEST: _, NODE_OPTIONS: __, REDIS_URL: ___, ...rest } = process.env;
  return new CeleryProcess(process.execPath, ["--import", "tsx", ...words], {
    cwd: root,
    env: { ...rest, NO_COLOR: "1", ...env },
  });
}

describe("examples/tasks", () => {
  it("makes assets, notifies followers, and keeps the index up to date", async () => {
    const { code, output } = await start(["examples/tasks/main.ts"]).ended;
    expect(output.trim().split("\n")).toEqual([
      "asset poem.txt.gz",
      "asset poem.txt.sha256",
      "asset poem.txt.preview",
      "followers told in batches: 3",
      "reader250 has [ 'post:1' ]",
      "found by its last words: [ 'doc:1' ] by its first: []",
    ]);
    expect(code).toBe(0);
  });
});

describe("examples/celery-interop", () => {
  let target: Target;
  let worker: CeleryProcess;
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    target = await startTarget("mini");
    env = { CELERY_REDIS_URL: `redis://127.0.0.1:${target.port}/0`, CELERY_VISIBILITY_TIMEOUT: "60" };
    const words = [
      "-A",
      "examples/celery-interop/app.ts",
      "worker",
      "-c",
      "4",
      "-l",
      "info",
      "--without-mingle",
    ];
    worker = start(["src/cli.ts", ...words], env);
    await worker.seen(/ ready\./);
  });
  afterAll(async () => {
    await worker?.stop();
    await target?.stop();
  });

  const call = async (...words: string[]) => {
    const { code, stdout, output } = await start(["examples/celery-interop/call.ts", ...words], env).ended;
    return { code, line: code === 0 ? JSON.parse(stdout) : undefined, output };
  };

  it("call.ts prints what becomes of a task", async () => {
    const calls = await Promise.all([
      call("ts.add", "[2, 3]", "--task-id", "mine"),
      call("ts.echo", "[1]", "--kwargs", '{"k": [null]}', "--priority", "3", "--expires", "60"),
      call("ts.fail", '["no luck"]'),
      call("ts.flaky", "[1, 0.1]", "--states"),
      call("ts.slow", "[3]", "--timeout", "0.2"),
      call("ts.add", "[1, 2]", "--countdown", "60", "--no-wait"),
      call("py.add", "[1, 2]", "--queue", "elsewhere", "--no-wait"),
    ]);
    const id = expect.any(String);
    expect(calls.map(({ line }) => line)).toEqual([
      { id: "mine", state: "SUCCESS", ready: true, result: 5, traceback: null },
      { id, state: "SUCCESS", ready: true, result: { args: [1], kwargs: { k: [null] } }, traceback: null },
      {
        id,
        state: "FAILURE",
        ready: true,
        error: { type: "ValueError", message: "no luck" },
        traceback: expect.stringContaining("no luck"),
      },
      { id, state: "SUCCESS", ready: true, result: 1, traceback: null, states: expect.any(Array) },
      {
        id,
        state: "STARTED",
        ready: false,
        error: { type: "TimeoutError", message: expect.any(String) },
        traceback: null,
      },
      { id, state: "PENDING", ready: false, traceback: null },
      { id, state: "PENDING", ready: false, traceback: null },
    ]);
    expect(calls[3].line.states).toEqual(expect.arrayContaining(["RETRY", "SUCCESS"]));
  });

  it("call.ts says what it does not understand", async () => {
    const [none, args, priority] = await Promise.all([
      call(),
      call("ts.add", "{}"),
      call("ts.add", "[]", "--priority", "high"),
    ]);
    expect([none.code, args.code, priority.code]).toEqual([2, 2, 2]);
    expect(args.output).toContain("must be a JSON array");
    expect(priority.output).toContain("--priority must be a number");
  });

  it("its worker ends well", async () => {
    expect((await worker.stop("SIGINT", 15_000)).code).toBe(0);
  });
});
