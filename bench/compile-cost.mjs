/**
 * What importing a client costs the TypeScript compiler: a file with one `get`, checked on the packed declarations
 * of resplendent, node-redis and ioredis, and the same file without a client, which costs what the compiler's own
 * libraries and Node's types cost. Medians, in turn, so that a slow moment meets all alike.
 *
 *   node bench/compile-cost.mjs [--rounds 5] [--dist <folder with the built package>]
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { builtPackage, installPeers, versionOf } from "./setup.mjs";
import { median } from "./statistics.mjs";

/** Time and memory on top of the empty file, against node-redis. */
const TARGET = 0.3;

const { values } = parseArgs({ options: { rounds: { type: "string" }, dist: { type: "string" } } });
const rounds = Number(values.rounds ?? 5);
const root = resolve(import.meta.dirname, "..");
installPeers();
const dist = values.dist === undefined ? fileURLToPath(builtPackage()) : resolve(values.dist);
const work = mkdtempSync(join(tmpdir(), "resplendent-compile-"));

const CLIENTS = {
  "no client": "const redis = { get: async (key: string): Promise<string | null> => key };",
  resplendent: 'import { Redis } from "resplendent";\nconst redis = new Redis();',
  "node-redis": 'import { createClient } from "redis";\nconst redis = createClient();',
  ioredis: 'import { Redis } from "ioredis";\nconst redis = new Redis();',
};
const COMPILERS = { "TypeScript 6": "typescript", "TypeScript 7": "typescript7" };

try {
  prepare();
  for (const [compiler, folder] of Object.entries(COMPILERS)) measure(compiler, folder);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** A project for each client, with the packages that it needs and no other. */
function prepare() {
  const modules = join(work, "node_modules");
  mkdirSync(join(modules, "@types"), { recursive: true });
  mkdirSync(join(modules, "resplendent"));
  cpSync(dist, join(modules, "resplendent", "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(modules, "resplendent", "package.json"));
  for (const name of ["@types/node", "undici-types"]) {
    symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
  for (const name of ["redis", "@redis", "ioredis"]) {
    symlinkSync(join(root, "bench", "node_modules", name), join(modules, name), "junction");
  }
  writeFileSync(join(work, "package.json"), '{ "type": "module" }');
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2022", "ESNext.Disposable"],
    module: "NodeNext",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
  };
  for (const [client, code] of Object.entries(CLIENTS)) {
    const folder = join(work, client);
    mkdirSync(folder);
    const use = 'const value: string | null = await redis.get("k");\nconsole.log(value);\nexport {};\n';
    writeFileSync(join(folder, "main.ts"), `${code}\n${use}`);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  }
}

function measure(compiler, folder) {
  const found = Object.fromEntries(Object.keys(CLIENTS).map((client) => [client, []]));
  for (let round = 0; round < rounds; round++) {
    for (const client of Object.keys(CLIENTS)) found[client].push(checkOnce(folder, client));
  }
  const figures = Object.entries(found).map(([client, runs]) => [client, mediansOf(runs)]);
  const none = mediansOf(found["no client"]);
  const peer = mediansOf(found["node-redis"]);
  console.log(`\n${compiler} (${versionOfCompiler(folder)}), medians of ${rounds}`);
  console.log("client                 time ms   on top   memory MB   on top   types   instantiations");
  for (const [client, { time, memory, types, instantiations }] of figures) {
    const cells = [
      (time * 1000).toFixed(0).padStart(9),
      ((time - none.time) * 1000).toFixed(0).padStart(8),
      (memory / 1024).toFixed(1).padStart(11),
      ((memory - none.memory) / 1024).toFixed(1).padStart(8),
      String(types).padStart(7),
      String(instantiations).padStart(16),
    ];
    console.log(`${named(client).padEnd(21)}${cells.join(" ")}`);
  }
  const own = mediansOf(found.resplendent);
  const ratios = ["time", "memory"].map((what) => (own[what] - none[what]) / (peer[what] - none[what]));
  const verdict = ratios.every((ratio) => ratio <= TARGET) ? "met" : "MISSED";
  const [time, memory] = ratios.map((ratio) => `${Math.max(0, ratio).toFixed(2)}x`);
  console.log(
    `on top of no client, of node-redis: time ${time}, memory ${memory}; target ${TARGET}x: ${verdict}`,
  );
  const whole = ["time", "memory"].map((what) => `${what} ${(own[what] / peer[what]).toFixed(2)}x`);
  console.log(`as a whole, of node-redis: ${whole.join(", ")}`);
}

/** One run of the compiler, from its own account. */
function checkOnce(folder, client) {
  const compiler = join(root, "node_modules", folder, "bin", "tsc");
  const args = [compiler, "-p", join(work, client), "--extendedDiagnostics"];
  const account = execFileSync("node", args, { encoding: "utf8" });
  const figure = (name) => Number(new RegExp(`^${name}:\\s+([\\d.]+)`, "m").exec(account)?.[1]);
  return {
    time: figure("Total time"),
    memory: figure("Memory used"),
    types: figure("Types"),
    instantiations: figure("Instantiations"),
  };
}

function mediansOf(runs) {
  return Object.fromEntries(Object.keys(runs[0]).map((name) => [name, median(runs.map((run) => run[name]))]));
}

function named(client) {
  const version = { "node-redis": versionOf("redis"), ioredis: versionOf("ioredis") }[client];
  return version === undefined ? client : `${client} ${version}`;
}

function versionOfCompiler(folder) {
  const compiler = join(root, "node_modules", folder, "bin", "tsc");
  return execFileSync("node", [compiler, "--version"], { encoding: "utf8" })
    .trim()
    .replace(/^Version /, "");
}
