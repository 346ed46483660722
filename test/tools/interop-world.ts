/** Everything that speaks Celery's protocol, on one broker: a worker and a producer of each language, and Celery's tools. */
import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import { Redis } from "../../src/index.js";
import { TaskApp } from "../../src/tasks/index.js";
import { CeleryProcess, CeleryProject, type PythonProcess } from "./celery.js";
import { startTarget, type Target } from "./redis-server.js";

const root = resolve(import.meta.dirname, "../..");

/** The command and the tests' app as JavaScript: their processes start in a fraction of the time. */
const built = join(root, "node_modules/.cache", `interop-${process.pid}`);
let building: Promise<void> | undefined;

/** Build them from the sources, once in this process. */
function buildOnce(): Promise<void> {
  building ??= (async () => {
    const { build } = await import("tsup");
    await build({
      config: false,
      entry: {
        cli: join(root, "src/cli.ts"),
        "tasks-child": join(root, "src/tasks/worker/pools/child.ts"),
        app: join(root, "test/tasks/interop-app.ts"),
      },
      format: "esm",
      target: "node20",
      splitting: true,
      outDir: built,
      silent: true,
    });
  })();
  return building;
}

afterAll(() => rmSync(built, { recursive: true, force: true }));

/** The tests' app as `-A` takes it. */
export const appModule = join(built, "app.js");

/** Node names of the two workers. */
export const TS_NODE = "ts@interop";
export const PY_NODE = "py@interop";

export interface World {
  readonly target: Target;
  /** URL of broker and backend. */
  readonly url: string;
  /** Its Python side: `command`, `start`, `worker`. */
  readonly celery: CeleryProject;
  /** A Python producer. */
  readonly python: PythonProcess;
  /** The worker in TypeScript, from the app of the example and `interop-app.ts`; queue `ts`. */
  readonly tsWorker: CeleryProcess;
  /** The worker in Python; queues `celery` and `video`. */
  readonly pyWorker: CeleryProcess;
  /** A producer in TypeScript, in this process. */
  readonly app: TaskApp;
  /** To look at keys. */
  readonly redis: Redis;
  /** Ends all of it. */
  stop(): Promise<void>;
}

/**
 * Start a worker of `test/tasks/interop-app.ts` by the command line, and wait until it is ready.
 * @param words as `resplendent -A ... worker` takes them
 */
export async function startTsWorker(
  url: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CeleryProcess> {
  const worker = await resplendent(url, ["-A", appModule, "worker", "-l", "info", ...words], env);
  await worker.seen(/ ready\./, 30_000);
  return worker;
}

/** Start the command `resplendent`, with `CELERY_REDIS_URL` set. */
export async function resplendent(
  url: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CeleryProcess> {
  await buildOnce();
  const { VITEST: _, NODE_OPTIONS: __, ...rest } = process.env;
  return new CeleryProcess(process.execPath, [join(built, "cli.js"), ...words], {
    cwd: root,
    env: { ...rest, NO_COLOR: "1", CELERY_REDIS_URL: url, ...env },
  });
}

/** A producer in TypeScript with the routes of the example. */
export function producer(url: string, options: ConstructorParameters<typeof TaskApp>[1] = {}): TaskApp {
  return new TaskApp("producer", {
    broker: url,
    backend: url,
    taskDefaultQueue: "ts",
    taskRoutes: { "py.routed.*": "video", "py.*": "celery", "ts.*": "ts" },
    ...options,
  });
}

/** Start it all, at once. */
export async function startWorld(
  kind: "mini" | "redis",
  options: { tsWords?: readonly string[]; pyWords?: readonly string[]; source?: string } = {},
): Promise<World> {
  const target = await startTarget(kind);
  const url = `redis://127.0.0.1:${target.port}/0`;
  const celery = new CeleryProject({ broker: url, source: options.source });
  const tsWords = options.tsWords ?? ["-Q", "ts", "-c", "8", "-E"];
  const pyWords = options.pyWords ?? ["-Q", "celery,video", "-c", "2", "-E"];
  const app = producer(url);
  const redis = new Redis(url);
  const started = await Promise.allSettled([
    celery.python(),
    startTsWorker(url, [...tsWords, "-n", TS_NODE]),
    celery.worker([...pyWords, "-n", PY_NODE]),
  ]);
  const stop = async (): Promise<void> => {
    await app.close();
    await redis.close();
    if (started[1].status === "fulfilled") await started[1].value.stop();
    await celery.stop();
    await target.stop();
  };
  for (const { status, ...more } of started) {
    if (status === "fulfilled") continue;
    await stop();
    throw (more as { reason: unknown }).reason;
  }
  const [python, tsWorker, pyWorker] = started.map(
    (one) => (one as PromiseFulfilledResult<unknown>).value,
  ) as [PythonProcess, CeleryProcess, CeleryProcess];
  return { target, url, celery, python, tsWorker, pyWorker, app, redis, stop };
}
