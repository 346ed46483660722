/**
 * Runs `test/consumers/runtimes` on the packed package under Node 20, 22, 24 and 26, Bun and Deno. The runtimes
 * come from npm, into a temporary folder; what cannot be fetched or run on this machine is named and left out.
 * Ends with 1 when a case fails. Takes three minutes at the most.
 *
 *   node scripts/check-runtimes.mjs [name...]     such as: node22 bun
 */
import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const LIMIT = 170_000;
const RUN_LIMIT = 40_000;
const begun = Date.now();
const left = () => Math.max(1000, LIMIT - (Date.now() - begun));

const root = resolve(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "resplendent-runtimes-"));
const arch = process.arch;
const isLinux = process.platform === "linux";

/** Each runtime: the npm package that holds its program, and how it is told to run a file. */
const RUNTIMES = [
  ...[20, 22, 24, 26].map((major) => ({
    name: `node${major}`,
    package: `node-linux-${arch}@${major}`,
    program: "bin/node",
    args: [],
  })),
  {
    name: "bun",
    package: arch === "arm64" ? "@oven/bun-linux-aarch64" : `@oven/bun-linux-${arch}`,
    program: "bin/bun",
    args: ["run"],
  },
  { name: "deno", package: `@deno/linux-${arch}-glibc`, program: "deno", args: ["run", "--allow-all"] },
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !RUNTIMES.some((runtime) => runtime.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no ${unknown.join(", ")}; there are ${RUNTIMES.map(({ name }) => name).join(", ")}`,
  );
  process.exit(2);
}
const chosen = RUNTIMES.filter(({ name }) => asked.length === 0 || asked.includes(name));

let failed = 0;
let redis;
try {
  const consumer = installPackage();
  makeCertificate();
  redis = await startRedis();
  for (const runtime of chosen) {
    const program = await fetched(runtime);
    if (program === undefined) continue;
    failed += runIn(runtime, program, consumer) ? 0 : 1;
  }
} finally {
  redis?.child.kill("SIGKILL");
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;

/** Pack the package as it is built, and install it as a user does. */
function installPackage() {
  const packed = JSON.parse(npm(["pack", "--json", "--ignore-scripts", "--pack-destination", work], root));
  const [{ filename }] = Array.isArray(packed) ? packed : Object.values(packed);
  const consumer = join(work, "consumer");
  cpSync(join(root, "test", "consumers", "runtimes"), consumer, { recursive: true });
  writeFileSync(
    join(consumer, "package.json"),
    JSON.stringify({ name: "runtimes", private: true, type: "module" }),
  );
  npm(["install", "--no-audit", "--no-fund", "--silent", join(work, filename)], consumer);
  return consumer;
}

function npm(args, cwd) {
  return execFileSync("npm", args, { cwd, stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
}

function makeCertificate() {
  const files = ["-keyout", join(work, "key.pem"), "-out", join(work, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...key, ...subject, ...files], { stdio: "ignore" });
}

/** A redis-server of one's own, for the same cases on the real thing. */
async function startRedis() {
  if (spawnSync("redis-server", ["--version"]).error) {
    console.log("redis-server: left out, it is not installed");
    return undefined;
  }
  const port = await new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
  const args = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", work];
  const child = spawn("redis-server", args.map(String), { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise((ready, fail) => {
    child.stdout.on("data", (chunk) => String(chunk).includes("Ready to accept") && ready());
    child.on("exit", (code) => fail(new Error(`redis-server ended with ${code}`)));
    child.on("error", fail);
  });
  return { child, port };
}

/** The path of the runtime's program; `undefined`, and a line that says why, when there is none. */
async function fetched({ name, package: wanted, program }) {
  if (name === `node${process.versions.node.split(".")[0]}`) return process.execPath;
  const leaveOut = (why) => void console.log(`${name}: left out, ${why}`);
  if (!isLinux) return leaveOut(`its packages are known here for Linux alone, not for ${process.platform}`);
  const folder = join(work, name);
  mkdirSync(folder);
  const args = [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--prefix",
    folder,
    wanted,
  ];
  try {
    await promisify(execFile)("npm", args, { cwd: folder, timeout: left() });
  } catch (error) {
    return leaveOut(
      `${wanted} could not be fetched: ${
        String(error.stderr || error.message)
          .trim()
          .split("\n")[0]
      }`,
    );
  }
  const path = join(folder, "node_modules", wanted.replace(/(.)@.*$/, "$1"), program);
  if (!existsSync(path)) return leaveOut(`${wanted} holds no ${program}`);
  if (spawnSync(path, ["--version"]).status !== 0) return leaveOut("it does not run on this machine");
  return path;
}

/** @returns whether all cases passed */
function runIn({ name, args }, program, consumer) {
  const version = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout.split("\n")[0];
  const env = { ...process.env, RESPLENDENT_FOLDER: work, NO_COLOR: "1" };
  if (redis !== undefined) {
    env.RESPLENDENT_REDIS_PORT = String(redis.port);
    spawnSync("redis-cli", ["-p", String(redis.port), "flushall"]);
  }
  const { status, stdout, stderr, error } = spawnSync(program, [...args, "main.mjs"], {
    cwd: consumer,
    env,
    encoding: "utf8",
    timeout: Math.min(left(), RUN_LIMIT),
  });
  const passed = stdout.match(/^ {2}ok /gm)?.length ?? 0;
  console.log(`${name} (${version.trim()}): ${status === 0 ? `all ${passed} cases pass` : "FAILS"}`);
  if (status === 0) return true;
  console.log(`${stdout.replace(/^ {2}ok .*\n/gm, "")}${stderr}${error?.message ?? ""}`);
  return false;
}
