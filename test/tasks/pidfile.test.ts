/** The pid file, the log file, and the paths in both. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { logLevel, logs, WorkerLog } from "../../src/tasks/cli/logging.js";
import { isAlive, Pidfile, PidfileTakenError, readPid } from "../../src/tasks/cli/pidfile.js";

let directory: string;
let path: string;
const said: string[] = [];
const say = (text: string): void => void said.push(text);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "pidfile-"));
  path = join(directory, "w1.pid");
  said.length = 0;
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn("true");
  await new Promise((ended) => child.once("exit", ended));
  return child.pid ?? 0;
}

describe("a pid file", () => {
  it("holds the process's id and a line's end, and goes with it", () => {
    const held = Pidfile.acquire(path, say);
    expect(readFileSync(path, "utf8")).toBe(`${process.pid}\n`);
    expect(readPid(path)).toBe(process.pid);
    held.release();
    expect(readPid(path)).toBeUndefined();
    expect(said).toEqual([]);
  });

  it("keeps a second worker out while the first one runs", async () => {
    const other = spawn("sleep", ["60"]);
    try {
      writeFileSync(path, `${other.pid}\n`);
      const taken = (() => {
        try {
          return Pidfile.acquire(path, say);
        } catch (error) {
          return error;
        }
      })();
      expect(taken).toBeInstanceOf(PidfileTakenError);
      expect((taken as Error).message).toBe(
        `ERROR: Pidfile (${path}) already exists.\nSeems we're already running? (pid: ${other.pid})`,
      );
      expect(readPid(path)).toBe(other.pid);
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("is taken over from a process that has ended", async () => {
    const dead = await deadPid();
    expect(isAlive(dead)).toBe(false);
    writeFileSync(path, `${dead}\n`);
    Pidfile.acquire(path, say).release();
    expect(said).toEqual(["Stale pidfile exists - Removing it."]);
  });

  it.each(["", "12", "twelve\n", "\n", "-5\n"])("is taken over when it holds %j", (content) => {
    writeFileSync(path, content);
    expect(readPid(path)).toBe("broken");
    Pidfile.acquire(path, say).release();
    expect(said).toEqual(["Broken pidfile found - Removing it."]);
  });

  it("is left alone when it is another's by the time of the release", () => {
    const held = Pidfile.acquire(path, say);
    writeFileSync(path, "1\n");
    held.release();
    expect(readPid(path)).toBe(1);
  });

  it("needs its directory", () => {
    expect(() => Pidfile.acquire(join(directory, "no", "w1.pid"), say)).toThrow("ENOENT");
  });
});

describe("a log", () => {
  const LINE = /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}: (\w+)\/MainProcess\] (.*)$/;
  const lines = (file: string): string[] => readFileSync(file, "utf8").trimEnd().split("\n");

  it("writes lines as Celery's workers do, from its level on", () => {
    const log = new WorkerLog({ level: "WARNING", path });
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
    log.critical("c");
    log.flush();
    expect(lines(path).map((line) => LINE.exec(line)?.slice(1))).toEqual([
      ["WARNING", "w"],
      ["ERROR", "e"],
      ["CRITICAL", "c"],
    ]);
  });

  it("writes the lines of one turn at its end, without a flush", async () => {
    const log = new WorkerLog({ level: "DEBUG", path });
    log.debug("one");
    log.info("two");
    expect(readFileSync(path, "utf8")).toBe("");
    await new Promise((turn) => setImmediate(() => setImmediate(turn)));
    expect(lines(path)).toHaveLength(2);
  });

  it("appends to what is there, and opens the file again when it was moved away", () => {
    writeFileSync(path, "before\n");
    const log = new WorkerLog({ level: "INFO", path });
    log.info("first");
    log.flush();
    renameSync(path, `${path}.1`);
    log.reopen();
    log.info("second");
    log.flush();
    expect(lines(`${path}.1`)).toHaveLength(2);
    expect(lines(path)).toHaveLength(1);
    expect(lines(path)[0]).toMatch(/second$/);
  });

  it("knows the words for levels", () => {
    expect(["debug", "Info", "WARNING", "fatal", "critical", "loud"].map(logLevel)).toEqual([
      "DEBUG",
      "INFO",
      "WARNING",
      "CRITICAL",
      "CRITICAL",
      undefined,
    ]);
    expect(logs("INFO", "DEBUG")).toBe(false);
    expect(logs("INFO", "INFO")).toBe(true);
  });
});
