/** The command line as it is published: a build in a folder of its own, with an app for it to work on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";
import { CeleryProcess, type CommandResult } from "./celery.js";

const root = resolve(import.meta.dirname, "../..");

/** The file's names in the build, and their sources. */
const ENTRIES = {
  cli: "src/cli.ts",
  tasks: "src/tasks/index.ts",
  "tasks-child": "src/tasks/worker/pools/child.ts",
  "cli-app": "test/tasks/cli-app.ts",
};

/** Options of {@link CliBuild.run}. */
export interface CliRunOptions {
  /** For its standard input. */
  readonly input?: string | undefined;
  /** Milliseconds after which it is killed, and `code` is null; 20 s when not given. */
  readonly timeout?: number | undefined;
}

/** A build of the command line. */
export class CliBuild {
  /** The folder; `tasks.js` in it is `resplendent/tasks`. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<CliBuild> {
    // Inside the project, where packages are found.
    const cache = join(root, "node_modules/.cache");
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, "cli-build-"));
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
    return new CliBuild(folder);
  }

  /** The app that the tests' command lines work on. */
  get app(): string {
    return join(this.folder, "cli-app.js");
  }

  /** Start `resplendent ...` and leave it running. */
  start(words: readonly string[]): CeleryProcess {
    const { CELERY_BROKER_URL: _, CELERY_RESULT_BACKEND: __, ...env } = process.env;
    return new CeleryProcess(process.execPath, [join(this.folder, "cli.js"), ...words], { cwd: root, env });
  }

  /** Run `resplendent ...` to its end. */
  async run(words: readonly string[], options: CliRunOptions = {}): Promise<CommandResult> {
    const started = this.start(words);
    started.child.stdin?.end(options.input ?? "");
    const timer = setTimeout(() => void started.stop(), options.timeout ?? 20_000);
    try {
      return await started.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
