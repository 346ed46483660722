import { resolve } from "node:path";
import { type Plugin, transform } from "esbuild";
import { minify } from "terser";
import { defineConfig, type Options } from "tsup";

/** The client is one file, so that it loads at once: what it has in common with the server is in both. */
const client = { index: "src/index.ts" };
const server = { server: "src/server/index.ts", cli: "src/cli.ts" };
/** The task queue enters by the doors of the others: one copy of every class, so that `instanceof` holds. */
const tasks = {
  tasks: "src/tasks/index.ts",
  // What runs in the threads and processes of a worker's pool.
  "tasks-child": "src/tasks/worker/pools/child.ts",
  "tasks-cli": "src/tasks/cli/task-commands.ts",
};
/** They enter by the client's door, too. */
const recipes = { recipes: "src/recipes/index.ts" };
/** Sources that another build makes, and their files in the package. */
const madeElsewhere = new Map([
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

/**
 * A class that names itself inside is `_Name` there by esbuild's doing, which users would see in errors and logs. (A blank
 * keeps the places that the source map tells of.)
 */
function ownNames(code: string): string {
  const names = Array.from(code.matchAll(/\bvar (\w+) ?= ?class _\1\b/g), ([, name]) => name);
  return names.length === 0 ? code : code.replace(RegExp(`\\b_(${names.join("|")})\\b`, "g"), "$1 ");
}

/**
 * Gives classes their own names, and to ES modules short ones of local variables: the package loads a tenth faster. Nothing
 * else is changed, neither the code nor the names of functions.
 */
const names: NonNullable<Options["plugins"]>[number] = {
  name: "names",
  async renderChunk(code, { map }) {
    const content = typeof map === "string" ? map : JSON.stringify(map);
    if (this.format === "cjs") {
      // Or tsup would turn it to CommonJS by a tool that takes the fields out of classes.
      this.splitting = false;
      const inline = Buffer.from(content).toString("base64");
      const made = await transform(`${code}\n//# sourceMappingURL=data:application/json;base64,${inline}`, {
        format: "cjs",
        platform: "node",
        target: "node20",
        supported: { "dynamic-import": false },
        sourcemap: "external",
      });
      return { code: ownNames(made.code), map: made.map };
    }
    const named = ownNames(code);
    const shortened = await minify(named, {
      compress: false,
      mangle: { keep_classnames: true, keep_fnames: true },
      sourceMap: { content, asObject: true },
    });
    return { code: shortened.code ?? named, map: (shortened.map as object) ?? null };
  },
};

const base: Options = {
  format: ["esm", "cjs"],
  target: "node20",
  splitting: true,
  sourcemap: true,
  esbuildPlugins: [others],
  plugins: [names],
  // Comments are in the declarations, where editors look; without them the package loads a quarter faster.
  esbuildOptions: (options, { format }) => {
    options.legalComments = "none";
    // A pool finds the file of its children beside its own, which CommonJS has another word for.
    if (format === "cjs") options.define = { ...options.define, "import.meta.url": "__filename" };
  },
};

export default defineConfig([
  { ...base, entry: client },
  { ...base, entry: server },
  { ...base, entry: tasks },
  { ...base, entry: recipes },
  {
    format: ["esm", "cjs"],
    entry: { ...client, ...server, ...tasks, ...recipes },
    dts: { only: true, compilerOptions: { ignoreDeprecations: "6.0" } },
  },
]);
