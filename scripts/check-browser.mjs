/**
 * Checks that client, mini server and Lua run in a browser: bundles a small program for browsers with esbuild, looks
 * for parts of Node in what would be loaded, and runs it in headless Chromium where there is one (CHROMIUM names it,
 * else the PATH and the caches of Playwright and Puppeteer are looked through).
 *
 *   node scripts/check-browser.mjs
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "resplendent-browser-"));
const PATIENCE_MS = 60_000;

/** What runs in the browser; the last line of what it says is `it works`. */
const program = `
import { Redis } from "./src/index.ts";
import { MiniServer } from "./src/server/index.ts";

async function check() {
  if (globalThis.process !== undefined || globalThis.Buffer !== undefined) return "this is Node, not a browser";
  const bugs = [];
  const server = await MiniServer.start({ listen: false, onBug: (error) => bugs.push(error) });
  const redis = new Redis({ server });
  const seen = [];
  await redis.set("greeting", "höi", { ex: 60 });
  seen.push(await redis.get("greeting"));
  const before = server.snapshot();
  seen.push((await redis.pipeline().incr("n").sadd("s", "a", "b").exec()).join());
  seen.push(await redis.call("EVAL", "return redis.call('GET', KEYS[1]) .. cjson.encode({ ARGV[1] })", 1, "greeting", "x"));
  server.restore(before);
  seen.push(Object.keys(server.dump()).join());
  server.clock.advance(60_000);
  seen.push(String(await redis.get("greeting")));
  seen.push((await redis.info("server")).includes("redis_version") ? "info" : "no info");
  await redis.close();
  await server.close();
  const expected = ["höi", "1,2", 'höi["x"]', "greeting", "null", "info"];
  if (bugs.length > 0) return "bugs: " + bugs.map(String).join();
  return JSON.stringify(seen) === JSON.stringify(expected) ? "it works" : JSON.stringify(seen);
}

check().catch((error) => String(error.stack ?? error)).then((result) => {
  document.title = result;
  return fetch("/result", { method: "POST", body: result });
});
`;

try {
  const { metafile } = await build({
    stdin: { contents: program, resolveDir: root, sourcefile: "program.ts", loader: "ts" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    outdir: work,
    metafile: true,
    logLevel: "warning",
    // Behind checks, for sockets and processes, and in the Lua package: never loaded in a browser.
    external: ["node:*", "redis-parser", "module", "url"],
  });
  const problems = nodeImports(metafile.outputs);
  if (problems.length > 0) throw new Error(`The bundle would load parts of Node:\n${problems.join("\n")}`);
  console.log(
    `The bundle needs nothing of Node; it is loaded in ${Math.round(loadedBytes(metafile.outputs) / 1024)} KiB.`,
  );
  const chromium = findChromium();
  if (chromium === undefined) {
    console.log("Not run (skipped: there is no Chromium; set CHROMIUM, or install chromium-headless-shell).");
  } else {
    const result = await runIn(chromium);
    console.log(`${basename(chromium)}: ${result}`);
    if (result !== "it works") process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The outputs that are loaded with the program: itself, and what it imports at once. */
function loaded(outputs) {
  const names = [
    Object.keys(outputs).find((name) => outputs[name].entryPoint !== undefined && /stdin/.test(name)),
  ];
  for (const name of names) {
    for (const { path, kind } of outputs[name].imports) {
      if (kind === "import-statement" && path in outputs && !names.includes(path)) names.push(path);
    }
  }
  return names;
}

function loadedBytes(outputs) {
  return loaded(outputs).reduce((bytes, name) => bytes + outputs[name].bytes, 0);
}

/** Imports of Node that would be run with the program. */
function nodeImports(outputs) {
  return loaded(outputs).flatMap((name) =>
    outputs[name].imports
      .filter(({ path, kind }) => path.startsWith("node:") && kind !== "dynamic-import")
      .map(({ path, kind }) => `${name}: ${kind} of ${path}`),
  );
}

function findChromium() {
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"];
  const cached = [
    [join(homedir(), ".cache/ms-playwright"), /^(headless_shell|chrome-headless-shell|chrome)$/],
    [join(homedir(), ".cache/puppeteer"), /^(chrome-headless-shell|chrome)$/],
  ];
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const directory of (process.env.PATH ?? "").split(":")) {
    const found = names.map((name) => join(directory, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
  }
  for (const [directory, pattern] of cached) {
    if (!existsSync(directory)) continue;
    const files = readdirSync(directory, { recursive: true, withFileTypes: true });
    const found = files.find((file) => file.isFile() && pattern.test(file.name));
    if (found !== undefined) return join(found.parentPath ?? found.path, found.name);
  }
  return undefined;
}

/** Serve the bundle and run it. @returns what the page says */
async function runIn(chromium) {
  const wasm = createRequire(import.meta.url)
    .resolve("wasmoon-lua5.1")
    .replace(/[^/\\]+$/, "liblua5.1.wasm");
  const types = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };
  let answer;
  const answered = new Promise((done) => {
    answer = done;
  });
  const server = createServer((request, response) => {
    if (request.method === "POST") {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        response.end();
        answer(body);
      });
      return;
    }
    const name = request.url === "/" ? "index.html" : basename(request.url);
    const path = name === basename(wasm) ? wasm : join(work, name);
    if (name !== "index.html" && !existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[name.split(".").at(-1)] ?? "text/plain" });
    response.end(
      name === "index.html"
        ? '<!doctype html><script type="module" src="/stdin.js"></script>'
        : readFileSync(path),
    );
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  // As root, as in most containers, Chromium refuses to run with its sandbox; the page is our own.
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${join(work, "profile")}`];
  const page = `http://127.0.0.1:${server.address().port}/`;
  // A process group of its own: the program is often a script that starts the browser, which starts more.
  const child = spawn(chromium, [...flags, "--remote-debugging-port=0", page], {
    stdio: "ignore",
    detached: true,
  });
  const exited = new Promise((done) => {
    child.once("error", (error) => done(`it did not start: ${error.message}`));
    child.once("exit", (code) => done(`it ended with code ${code}`));
  });
  let timer;
  const late = new Promise((done) => {
    timer = setTimeout(() => done(`no answer after ${PATIENCE_MS} ms`), PATIENCE_MS);
  });
  const result = await Promise.race([answered, exited, late]);
  clearTimeout(timer);
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended, or never begun.
  }
  await exited;
  server.closeAllConnections();
  server.close();
  return result;
}
