/** The processes of a run: started on free ports of the loopback, and gone when the run is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const running = new Set();
const folders = new Set();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: HERE, stdio: ["ignore", "pipe", "pipe"], ...options });
  running.add(child);
  child.once("close", () => running.delete(child));
  child.output = "";
  child.complaints = "";
  child.stdout.on("data", (text) => {
    child.output += text;
  });
  child.stderr.on("data", (text) => {
    child.complaints += text;
  });
  return child;
}

/**
 * Run a program to its end.
 * @returns what it printed, and the milliseconds it took
 * @throws Error when it fails or takes longer than `timeout` milliseconds
 */
export async function run(command, args, { timeout = 60_000, env = process.env } = {}) {
  const begin = performance.now();
  const child = start(command, args, { env });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
  const [code, signal] = await once(child, "close");
  clearTimeout(timer);
  if (code !== 0) {
    const why = signal === null ? `status ${code}` : signal;
    throw new Error(`${path.basename(command)} ${args[0]}: ${why}\n${child.complaints || child.output}`);
  }
  return { output: child.output, milliseconds: performance.now() - begin };
}

/**
 * Start a server and wait until it accepts connections.
 * @returns its `port`; `stop`; `signal`; `output`, what it has printed; and what it has used so far, `undefined` where
 * nobody tells: `cpuSeconds`, and `residentBytes` of memory
 */
async function serve(command, argsFor, options) {
  const port = await freePort();
  const child = start(command, argsFor(port), options);
  const failed = once(child, "error").then(([error]) => {
    throw error;
  });
  failed.catch(() => {});
  const deadline = performance.now() + 10_000;
  while (!(await Promise.race([accepts(port), failed]))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      throw new Error(`${path.basename(command)} did not start:\n${child.output}${child.complaints}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    port,
    cpuSeconds: () => cpuSecondsOf(child.pid),
    residentBytes: () => residentBytesOf(child.pid),
    signal: (name) => child.kill(name),
    output: () => child.output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** A redis-server that keeps nothing on disk. */
export function startRedisServer() {
  const folder = mkdtempSync(path.join(tmpdir(), "resplendent-bench-"));
  folders.add(folder);
  return serve("redis-server", (port) => [
    ...["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"],
  ]);
}

/** The mini server as a process of its own, the way `npx resplendent server` starts it; `flags` are for Node. */
export function startMiniServer(dist, flags = []) {
  const cli = fileURLToPath(new URL("cli.js", dist));
  return serve(process.execPath, (port) => [...flags, cli, "server", "--port", String(port)]);
}

/** The proxy in front of the server at `upstream`; see proxy.mjs. */
export function startProxy(upstream) {
  return serve(process.execPath, (port) => ["proxy.mjs", String(port), String(upstream)]);
}

/** User and system time, in steps of 10 ms, as Linux counts it. */
function cpuSecondsOf(pid) {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  // The second field is the program's name in parentheses, which may hold spaces.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** As Linux counts it. */
function residentBytesOf(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return undefined;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, "utf8"))?.[1]) * 1024;
}

async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
