/** What must be there before anything is measured: the peers, the built package, redis-server. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = new URL("../", import.meta.url);
const BENCH = new URL("./", import.meta.url);

/** The folder of the built package, a URL. Builds it where it is missing or older than the sources. */
export function builtPackage() {
  const dist = new URL("dist/", ROOT);
  const built = new URL("index.js", dist);
  if (!existsSync(built) || newest(new URL("src/", ROOT)) > statSync(built).mtimeMs)
    npm(["run", "build"], ROOT);
  return dist;
}

/** A folder of the command line as a URL. */
export function folderUrl(path) {
  return new URL(`${pathToFileURL(path).href.replace(/\/$/, "")}/`);
}

/** Install the peers unless they are there in the versions that are asked for. */
export function installPeers() {
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", BENCH), "utf8"));
  const installed = Object.entries(dependencies).every(([name, version]) => versionOf(name) === version);
  // Not `npm ci`: it refuses the lock where a registry lacks a binary of some other platform.
  if (!installed) npm(["install", "--no-save", "--no-audit", "--no-fund"], BENCH);
}

/** The program that runs Bun. */
export const BUN = fileURLToPath(new URL("node_modules/bun/bin/bun.exe", BENCH));

/** The version of an installed peer; `undefined` when it is not installed. */
export function versionOf(name) {
  const file = new URL(`node_modules/${name}/package.json`, BENCH);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}

/** What the figures were measured on. */
export function machineFacts() {
  const redis = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
  if (redis.error)
    throw new Error("redis-server was not found. On Debian and Ubuntu: apt-get install redis-server");
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    redis: /v=([\d.]+)/.exec(redis.stdout)?.[1] ?? "unknown",
    /** Above about 0.5 something else is running, and the figures are worth little. */
    loadBefore: Number(loadavg()[0].toFixed(2)),
  };
}

function npm(args, folder) {
  process.stderr.write(`npm ${args.join(" ")}\n`);
  execFileSync("npm", args, { cwd: folder, stdio: ["ignore", 2, 2], shell: process.platform === "win32" });
}

function newest(folder) {
  const files = readdirSync(folder, { recursive: true });
  return Math.max(...files.map((file) => statSync(new URL(file, folder)).mtimeMs));
}
