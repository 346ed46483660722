/** Starts what the suites run against: a real redis-server, or the mini server. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RawClient } from "./witness.js";

/** Is redis-server installed? On CI a missing one is a failure, elsewhere the suites that need it are skipped. */
export const redisAvailable: boolean = spawnSync("redis-server", ["--version"]).status === 0;
if (!redisAvailable && process.env.CI === "true") throw new Error("redis-server is missing on CI");

/** Name of a suite that needs redis-server; says so where it is skipped. */
export function needsRedis(name: string): string {
  return redisAvailable ? name : `${name} (skipped: redis-server is not installed)`;
}

/** Later servers than the installed one: paths of their programs, in the environment, and the versions that will do. */
const LATER_SERVERS = {
  redis8: { variable: "REDIS8_SERVER", versions: /v=8\.0\.(?:[6-9]|\d\d)\b/, name: "Redis 8.0.6 or later" },
  valkey: { variable: "VALKEY_SERVER", versions: /v=9\.1\./, name: "Valkey 9.1" },
} as const;

/** A real server later than Redis 7.0. */
export type LaterServer = keyof typeof LATER_SERVERS;

/** The program of a later server; `undefined` where the environment names none of the right version. */
export function laterServer(server: LaterServer): string | undefined {
  const { variable, versions } = LATER_SERVERS[server];
  const program = process.env[variable];
  if (program === undefined) return undefined;
  return versions.test(spawnSync(program, ["--version"], { encoding: "utf8" }).stdout) ? program : undefined;
}

/** Name of a suite that needs a later server; says so where it is skipped, or runs without a comparison. */
export function needsLater(server: LaterServer, name: string): string {
  const { variable, name: wanted } = LATER_SERVERS[server];
  return laterServer(server) === undefined ? `${name} (${variable} is not set to ${wanted})` : name;
}

/**
 * What suites can compare: redis-server as installed, Redis 8.0, Valkey, and the mini server as Redis 7.0 and as
 * Redis 8.0.
 */
export const TARGET_KINDS = ["redis", "redis8", "valkey", "mini", "mini8"] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/**
 * The kinds of servers that a variable names, parted by commas.
 * @throws for a kind that there is not
 */
export function targetKinds(text: string): TargetKind[] {
  return text.split(",").map((word) => {
    const kind = TARGET_KINDS.find((known) => known === word);
    if (kind === undefined) throw new Error(`${word} is none of ${TARGET_KINDS.join(", ")}`);
    return kind;
  });
}

/** A running server under test. */
export interface Target {
  readonly kind: TargetKind;
  readonly host: string;
  readonly port: number;
  /** Stop it and remove its files. */
  stop(): Promise<void>;
}

/** A port that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

/** How to start a server. */
export interface RedisOptions {
  /** More words of its command line, such as `["--appendonly", "yes"]`. */
  readonly args?: readonly string[];
  /** Another server than the installed redis-server. */
  readonly later?: LaterServer;
}

/**
 * Start a redis-server without persistence in a temporary directory, and wait until it answers PING.
 * @throws when it ends or does not answer within ten seconds
 */
export async function startRedis(options: RedisOptions = {}): Promise<Target> {
  for (let tries = 1; ; tries++) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Someone else may have taken the port between the look for a free one and its use.
      if (tries === 3) throw error;
    }
  }
}

async function startOnce(options: RedisOptions): Promise<Target> {
  const { later } = options;
  const program = later === undefined ? "redis-server" : laterServer(later);
  if (program === undefined) throw new Error(needsLater(later ?? "redis8", "the server"));
  const dir = mkdtempSync(join(tmpdir(), "redis-"));
  const port = await freePort();
  const base = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    dir,
  ];
  const child = spawn(program, [...base, ...(options.args ?? [])], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LC_ALL: "C" },
  });
  let log = "";
  child.stdout.on("data", (bytes: Buffer) => {
    log = (log + bytes.toString()).slice(-4000);
  });
  const atExit = () => child.kill("SIGKILL");
  process.once("exit", atExit);
  const stop = async () => {
    process.off("exit", atExit);
    await ended(child);
    rmSync(dir, { recursive: true, force: true });
  };
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 500 || child.exitCode !== null) {
      await stop();
      throw new Error(`${program} does not answer:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { kind: later ?? "redis", host: "127.0.0.1", port, stop };
}

/** Start a server of either kind, with the DEBUG command allowed. */
export async function startTarget(kind: TargetKind): Promise<Target> {
  if (kind !== "mini" && kind !== "mini8") {
    const args = ["--enable-debug-command", "yes"];
    return startRedis(kind === "redis" ? { args } : { args, later: kind });
  }
  const { MiniServer } = await import("../../src/server/mini-server.js");
  const server = await MiniServer.start(kind === "mini8" ? { compat: "8.0" } : {});
  return {
    kind,
    host: "127.0.0.1",
    port: server.port,
    stop: async () => {
      await server.close();
    },
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    const client = await RawClient.connect(port);
    const reply = await client.call("PING");
    client.close();
    return reply.value === "PONG";
  } catch {
    return false;
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}
