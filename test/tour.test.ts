/** The README's first command: the tour gives the same replies on the mini server and on redis-server. */
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { redisAvailable, startRedis } from "./tools/redis-server.js";

const root = resolve(import.meta.dirname, "..");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

function tour(url?: string): Promise<{ code: number | null; output: string }> {
  const { REDIS_URL: _, ...rest } = process.env;
  const env = { ...rest, NO_COLOR: "1", ...(url === undefined ? {} : { REDIS_URL: url }) };
  const child = spawn(npm, ["run", "--silent", "tour", "--", "--no-race"], { cwd: join(root), env });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((done) => child.on("close", (code) => done({ code, output })));
}

/** Steps and replies alone: where the tour runs, and what only the mini server can show there, are left out. */
function steps(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("npm ") && !line.startsWith("on "))
    .filter(
      (line, index, lines) =>
        !line.includes("unixSocketPath") && !lines[index - 1]?.includes("unixSocketPath"),
    )
    .filter((line) => !/^\d+ steps/.test(line))
    .map((line) => line.replace(/address: '.*'/, "address"));
}

describe("the tour", () => {
  let mini: Awaited<ReturnType<typeof tour>>;
  beforeAll(async () => {
    mini = await tour();
  });

  it("runs to its end on the mini server", () => {
    expect(mini.output).toMatch(/steps, every reply as Redis gives it/);
    expect(mini.code).toBe(0);
  });

  it("shows code as it is written", () => {
    expect(mini.output).toContain(
      'redis.pipeline().set("foo", "bar").sadd("faz", "baz").incr("auto_number").exec()',
    );
  });

  it.skipIf(!redisAvailable)("prints the same on redis-server", async () => {
    const server = await startRedis();
    try {
      const real = await tour(`redis://127.0.0.1:${server.port}`);
      expect(steps(real.output)).toEqual(steps(mini.output));
    } finally {
      await server.stop();
    }
  });

  it.skipIf(!redisAvailable)("touches no database that holds anything", async () => {
    const server = await startRedis();
    try {
      const { Redis } = await import("../src/index.js");
      const redis = new Redis({ host: "127.0.0.1", port: server.port });
      await redis.set("foo", "precious");
      const { code, output } = await tour(`redis://127.0.0.1:${server.port}`);
      expect(code).toBe(1);
      expect(output).toContain("Name an empty database");
      expect(await redis.get("foo")).toBe("precious");
      await redis.close();
    } finally {
      await server.stop();
    }
  });
});
