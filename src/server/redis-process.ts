/** A redis-server of this machine as a child process, for tests. */
import type { ChildProcess } from "node:child_process";

/** How to start one. */
export interface RedisProcessOptions {
  /** Name or path of the program. */
  readonly binary: string;
  /** More words of its command line. */
  readonly args: readonly string[];
  /** Milliseconds that it may take to start. */
  readonly timeout: number;
}

/** A process that runs. */
export interface RedisProcess {
  readonly url: string;
  /** Kill it and remove its directory. */
  stop(): Promise<void>;
}

/** Somebody else may take the port between the look for a free one and its use. */
const TRIES = 3;
/** As much of its log as an error shows, characters. */
const LOG_SHOWN = 2000;

/**
 * Start one on a free port of 127.0.0.1, in a temporary directory, without persistence unless `args` say so.
 * @throws Error when the program is missing, ends, or is not ready in time, with the end of its log
 */
export async function startRedisProcess(options: RedisProcessOptions): Promise<RedisProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(options);
    } catch (error) {
      const portWasTaken = error instanceof Error && /Address already in use/.test(error.message);
      if (!portWasTaken || tries === TRIES) throw error;
    }
  }
}

async function startOnce({ binary, args, timeout }: RedisProcessOptions): Promise<RedisProcess> {
  // Loaded here, so that bundles for browsers hold no processes.
  const [{ spawn }, { mkdtemp, rm }, { tmpdir }, { join }] = await Promise.all([
    import("node:child_process"),
    import("node:fs/promises"),
    import("node:os"),
    import("node:path"),
  ]);
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), "redis-test-"));
  const words = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn(binary, [...words, "--dir", directory, "--daemonize", "no", "--logfile", "", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const stop = async (): Promise<void> => {
    process.off("exit", kill);
    await ended(child);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await ready(child, binary, timeout);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, stop };
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Until its log says that it takes connections. */
function ready(child: ChildProcess, binary: string, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    const timer = setTimeout(() => fail(`was not ready after ${timeout} ms`), timeout);
    const fail = (what: string): void => {
      clearTimeout(timer);
      reject(new Error(`${binary} ${what}${log === "" ? "" : `:\n${log.trim()}`}`));
    };
    const read = (bytes: Buffer): void => {
      log = (log + bytes.toString()).slice(-LOG_SHOWN);
      if (!/ready to accept connections/i.test(log)) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (error: NodeJS.ErrnoException) => {
      fail(error.code === "ENOENT" ? "is not installed, or not on the PATH" : error.message);
    });
    child.once("close", (code) => fail(`ended with code ${code}`));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
