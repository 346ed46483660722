/**
 * What `resplendent server` takes to start and to stop as a process: from its start until it has printed its URL, and
 * from SIGTERM until it has ended. Beside it redis-server, until it logs that it is ready, and a Node that runs
 * nothing, which no program on Node can beat. In turn, each as often.
 *
 *   node bench/process-start.mjs [--rounds 15] [--dist <folder with the built package>]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { builtPackage, folderUrl } from "./setup.mjs";
import { median } from "./statistics.mjs";

/** Milliseconds, for the start and for the stop. */
const TARGET = 150;

const { values } = parseArgs({ options: { rounds: { type: "string" }, dist: { type: "string" } } });
const rounds = Number(values.rounds ?? 15);
const dist = values.dist === undefined ? builtPackage() : folderUrl(values.dist);
const cli = fileURLToPath(new URL("cli.js", dist));
const folder = mkdtempSync(join(tmpdir(), "resplendent-start-"));

const PROGRAMS = {
  "empty Node": [process.execPath, ["-e", 'console.log("ready"); setInterval(() => {}, 1000);'], /ready/],
  "redis-server": ["redis-server", ["--port", "0", "--unixsocket", "s", "--save", ""], /ready to accept/i],
  "mini server": [process.execPath, [cli, "server", "--port", "0", "--print-url"], /^redis:.*\n/],
};

const found = Object.fromEntries(Object.keys(PROGRAMS).map((name) => [name, { start: [], stop: [] }]));
try {
  for (let round = 0; round < rounds; round++) {
    for (const name of Object.keys(PROGRAMS)) {
      const { start, stop } = await measure(...PROGRAMS[name]);
      found[name].start.push(start);
      found[name].stop.push(stop);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}

console.log(`Milliseconds as a process, medians of ${rounds} (lowest-highest):`);
for (const [name, { start, stop }] of Object.entries(found)) {
  console.log(`  ${name.padEnd(13)} start ${described(start)}, stop ${described(stop)}`);
}
for (const what of ["start", "stop"]) {
  const own = median(found["mini server"][what]);
  console.log(
    `${what} of the mini server: ${own.toFixed(0)} ms; target ${TARGET}: ${own <= TARGET ? "met" : "MISSED"}`,
  );
}

async function measure(command, args, ready) {
  const begin = performance.now();
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const closed = once(child, "close");
  try {
    let printed = "";
    await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => reject(new Error(`${command} has ended:\n${printed}`)));
      child.stdout.on("data", (text) => {
        printed += text;
        if (ready.test(printed)) resolve();
      });
    });
    const started = performance.now();
    child.kill("SIGTERM");
    await closed;
    return { start: started - begin, stop: performance.now() - started };
  } finally {
    child.kill("SIGKILL");
  }
}

function described(times) {
  return `${median(times).toFixed(0)} (${Math.min(...times).toFixed(0)}-${Math.max(...times).toFixed(0)})`;
}
