/** The examples of tests run as they stand, on the mini server and on redis-server; the command line prints a URL. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { needsRedis, redisAvailable } from "./tools/redis-server.js";
import { RawClient } from "./tools/witness.js";

const root = resolve(import.meta.dirname, "..");
const example = (name: string): string => resolve(root, "examples/testing", name);

interface Started {
  readonly child: ChildProcess;
  /** What it has printed. */
  readonly printed: () => string;
  /** The same, with what it has complained of. */
  readonly output: () => string;
}

function start(args: readonly string[], target = ""): Started {
  const { VITEST: _, NODE_OPTIONS: __, ...rest } = process.env;
  const env = { ...rest, NO_COLOR: "1", RESPLENDENT_TARGET: target };
  const child = spawn(process.execPath, args, { cwd: root, env });
  let printed = "";
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return { child, printed: () => printed, output: () => output };
}

async function run(args: readonly string[], target?: string): Promise<{ code: number; output: string }> {
  const { child, output } = start(args, target);
  const [code] = await once(child, "close");
  return { code, output: output() };
}

const byVitest = [resolve(root, "node_modules/vitest/vitest.mjs"), "run", "--root=examples/testing"];
const byNode = ["--import", "tsx", "--test", "--test-reporter=tap", example("node-test.example.ts")];

describe("the examples of tests", () => {
  it("run with vitest on the mini server", async () => {
    const { code, output } = await run(byVitest);
    expect(output).toContain("6 passed");
    expect(code).toBe(0);
  });

  it.skipIf(!redisAvailable)(needsRedis("run with vitest on redis-server"), async () => {
    const { code, output } = await run(byVitest, "redis-server");
    expect(output).toContain("3 passed | 3 skipped");
    expect(code).toBe(0);
  });

  it("run with node:test", async () => {
    const { code, output } = await run(byNode);
    expect(output).toContain("# pass 2");
    expect(code).toBe(0);
  });
});

describe("resplendent server --print-url", () => {
  it("prints the URL alone once it listens, for tests in any language", async () => {
    const { child, printed } = start([
      "--import",
      "tsx",
      "src/cli.ts",
      "server",
      "--port",
      "0",
      "--print-url",
    ]);
    await expect.poll(printed, { timeout: 15_000 }).toMatch(/\n$/);
    expect(printed()).toMatch(/^redis:\/\/127\.0\.0\.1:\d+\n$/);
    const client = await RawClient.connect(Number(new URL(printed().trim()).port));
    expect((await client.call("PING")).value).toBe("PONG");
    client.close();
    child.kill("SIGTERM");
    expect((await once(child, "close"))[0]).toBe(0);
  });
});
