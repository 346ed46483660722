/** A redis-server that a test may stop, continue, kill and start again on the same port. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./redis-server.js";
import { RawClient } from "./witness.js";

/** A process that comes and goes; its port and its data (append-only file) stay. */
export class RedisProcess {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "redis-process-"));
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  readonly #atExit = () => this.#child?.kill("SIGKILL");

  private constructor(port: number, args: readonly string[]) {
    this.port = port;
    this.#args = args;
    process.once("exit", this.#atExit);
  }

  /** @param args more words of its command line */
  static async start(args: readonly string[] = []): Promise<RedisProcess> {
    const redis = new RedisProcess(await freePort(), args);
    await redis.start();
    return redis;
  }

  /** Start it (again), and wait until it answers. */
  async start(): Promise<void> {
    const words = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    this.#child = spawn("redis-server", [...words, ...this.#args], { stdio: "ignore" });
    for (let tries = 0; !(await this.#answers()); tries++) {
      if (tries > 500) throw new Error("redis-server does not answer");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Send it a signal: `SIGSTOP`, `SIGCONT`. */
  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** `kill -9`; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  }

  /** Kill it and remove its files. */
  async stop(): Promise<void> {
    process.off("exit", this.#atExit);
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    try {
      const client = await RawClient.connect(this.port);
      const reply = await client.call("PING");
      client.close();
      return reply.value === "PONG";
    } catch {
      return false;
    }
  }
}
