import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Plugin } from "esbuild";
import { defineConfig, type Options } from "tsup";

/** One copy of every class, so that `instanceof` holds: what more than one of these needs is in a file by itself. */
const doors = { index: "src/index.ts", server: "src/server/index.ts", cli: "src/cli.ts" };
/** Where client and server meet. Left to itself, esbuild makes a file for each set of importers: each takes time to load. */
const shared = { shared: "src/shared.ts" };
/** The task queue enters by the doors of the others, so that loading the client stays a matter of few files. */
const tasks = {
  tasks: "src/tasks/index.ts",
  // What runs in the threads and processes of a worker's pool.
  "tasks-child": "src/tasks/worker/pools/child.ts",
  "tasks-cli": "src/tasks/cli/task-commands.ts",
};
/** Sources that another build makes, and their files in the package. */
const madeElsewhere = new Map([
  ...modulesOf(shared.shared).map((path) => [path, "shared"] as const),
  [resolve("src/index.js"), "index"],
  [resolve("src/server/index.js"), "server"],
  [resolve("src/tasks/cli/task-commands.js"), "tasks-cli"],
]);

/** Leaves imports of what another build makes to the package's own files. */
const others: Plugin = {
  name: "made-elsewhere",
  setup(build) {
    const ending = build.initialOptions.outExtension?.[".js"] ?? ".js";
    build.onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ path, resolveDir }) => {
      const name = madeElsewhere.get(resolve(resolveDir, path));
      return name === undefined
        ? undefined
        : { path: `./${name}${ending}`, external: true, sideEffects: false };
    });
  },
};

const base: Options = {
  format: ["esm", "cjs"],
  target: "node20",
  splitting: true,
  sourcemap: true,
  esbuildPlugins: [others],
  // Comments are in the declarations, where editors look; without them the package loads a quarter faster.
  // (Not for CommonJS, which is made from the former by a tool that needs the blanks.)
  esbuildOptions: (options, { format }) => {
    options.minifyWhitespace = format === "esm";
    options.legalComments = "none";
    // A pool finds the file of its children beside its own, which CommonJS has another word for.
    if (format === "cjs") options.define = { ...options.define, "import.meta.url": "__filename" };
  },
};

/** What a file passes on. */
function modulesOf(file: string): string[] {
  const lines = readFileSync(file, "utf8").matchAll(/^export \* from "(.+)";$/gm);
  return Array.from(lines, ([, path]) => resolve(dirname(file), path as string));
}

export default defineConfig([
  { ...base, entry: doors },
  { ...base, entry: tasks },
  { ...base, entry: shared, esbuildPlugins: [] },
  {
    format: ["esm", "cjs"],
    entry: { ...doors, ...tasks },
    dts: { only: true, compilerOptions: { ignoreDeprecations: "6.0" } },
  },
]);
