/** The examples of observability run as they stand, and do what `docs/observability.md` says. */
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { type Span, type Tracer, traceRedis } from "../../examples/opentelemetry/trace-redis.js";
import { Redis } from "../../src/index.js";
import { MiniServer } from "../../src/server/index.js";

const root = resolve(import.meta.dirname, "../..");

async function run(example: string): Promise<string> {
  const file = join(root, "examples", example, "main.ts");
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", file], { cwd: root });
  return stdout;
}

describe("examples/opentelemetry", () => {
  it("prints a span for each operation, and no value", async () => {
    const lines = (await run("opentelemetry")).trim().split("\n");
    const names = lines.map((line) => line.slice(0, line.indexOf(" {")));
    expect(names).toEqual(["connect ok", "SET ok", "INCR error", "PIPELINE GET ok"]);
    expect(lines.join()).not.toMatch(/Ada|user:/);
    expect(lines[2]).toContain('"error.type":"ERR"');
  });

  it("ends every span, and makes none after it was stopped", async () => {
    const spans: { name: string; ended: number }[] = [];
    const tracer: Tracer = {
      startSpan(name) {
        const record = { name, ended: 0 };
        spans.push(record);
        const span: Span = { setAttributes() {}, setStatus() {}, end: () => void record.ended++ };
        return span;
      },
    };
    const server = await MiniServer.start();
    const redis = new Redis({ server });
    await redis.connect();
    const stop = traceRedis(tracer);
    await Promise.all(Array.from({ length: 20 }, () => redis.ping()));
    stop();
    await redis.ping();
    expect(spans).toEqual(Array.from({ length: 20 }, () => ({ name: "PING", ended: 1 })));
    await redis.close();
    await server.close();
  });
});

describe("examples/prometheus", () => {
  it("serves counters, gauges and a histogram that add up", async () => {
    const text = await run("prometheus");
    expect(text).toMatch(/^redis_client_connects_total\{pool="127\.0\.0\.1:\d+"\} 1$/m);
    expect(text).toMatch(/^redis_client_shared\{pool="127\.0\.0\.1:\d+"\} 1$/m);
    const count = (labels: string) =>
      Number(
        new RegExp(`^db_client_operation_duration_seconds_count\\{${labels}\\} (\\d+)$`, "m").exec(text)?.[1],
      );
    expect(count('db_system_name="redis",db_operation_name="GET",error_type=""')).toBe(1);
    expect(count('db_system_name="redis",db_operation_name="INCR",error_type="ERR"')).toBe(1);
    for (const line of text.trim().split("\n")) {
      expect(line).toMatch(/^(# TYPE \w+ (counter|gauge|histogram)|\w+\{[^}]*\} [\d.e+-]+)$/);
    }
  });
});
