/**
 * The task queue as it is published, for tests of what runs in threads and processes: a build in a folder of its own,
 * where Node loads plain JavaScript.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type * as loadApp from "../../src/tasks/worker/pools/load-app.js";
import type * as processesPool from "../../src/tasks/worker/pools/processes-pool.js";
import type * as threadsPool from "../../src/tasks/worker/pools/threads-pool.js";

const root = resolve(import.meta.dirname, "../..");

/** The file's names in the build, and their sources. */
const ENTRIES = {
  tasks: "src/tasks/index.ts",
  "tasks-child": "src/tasks/worker/pools/child.ts",
  "threads-pool": "src/tasks/worker/pools/threads-pool.ts",
  "processes-pool": "src/tasks/worker/pools/processes-pool.ts",
  "load-app": "src/tasks/worker/pools/load-app.ts",
};

/** A build, with modules that tests add. */
export class TasksBuild {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<TasksBuild> {
    // Inside the project, where packages are found.
    const cache = join(root, "node_modules/.cache");
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, "tasks-build-"));
    await build({
      entryPoints: Object.fromEntries(
        Object.entries(ENTRIES).map(([name, source]) => [name, join(root, source)]),
      ),
      outdir: folder,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      packages: "external",
      logLevel: "error",
    });
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    return new TasksBuild(folder);
  }

  /** Writes a module beside the build, which it imports from `./tasks.js`; gives its path. */
  add(name: string, source: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, source);
    return file;
  }

  async pools(): Promise<typeof threadsPool & typeof processesPool & typeof loadApp> {
    const [threads, processes, load] = await Promise.all([
      this.#import("threads-pool.js"),
      this.#import("processes-pool.js"),
      this.#import("load-app.js"),
    ]);
    return {
      ...(threads as typeof threadsPool),
      ...(processes as typeof processesPool),
      ...(load as typeof loadApp),
    };
  }

  #import(name: string): Promise<unknown> {
    return import(/* @vite-ignore */ pathToFileURL(join(this.folder, name)).href);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
