/** What redis.conf and the command line say, compared with redis-server; and the file that CONFIG REWRITE writes. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CONFIG_PARAMETERS } from "../../src/server/engine/config-parameters.js";
import { ConfigFileError, readCommandLine } from "../../src/server/process/directives.js";
import { readIncluded } from "../../src/server/process/process-files.js";
import { rewrittenConfig } from "../../src/server/process/rewritten-config.js";
import { readSettings, type Settings } from "../../src/server/process/settings.js";
import { needsRedis, redisAvailable, startRedis } from "../tools/redis-server.js";
import { RawClient } from "../tools/witness.js";

const folder = mkdtempSync(join(tmpdir(), "resplendent-conf-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function settings(...texts: string[]): Settings {
  return readSettings(texts, readIncluded);
}

function problemOf(text: string): string {
  try {
    settings(text);
    return "";
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error;
    return `${error.line?.number} ${error.message}`;
  }
}

/** What redis-server says of a configuration file that it cannot use. */
function redisProblemOf(text: string): string {
  const path = join(folder, "bad.conf");
  writeFileSync(path, text);
  const { stderr } = spawnSync("redis-server", [path, "--dir", folder, "--port", "0"], { encoding: "utf8" });
  const lines = stderr.split("\n");
  const at = lines.findIndex((line) => line.startsWith("Reading the configuration file"));
  return `${/line (\d+)/.exec(lines[at])?.[1]} ${lines[at + 2]}`;
}

describe("a configuration file", () => {
  it("is read with quotes, comments, includes and lines that add to each other", () => {
    writeFileSync(join(folder, "a-1.part"), "maxclients 7\n");
    writeFileSync(join(folder, "a-2.part"), "  TIMEOUT 9\n");
    const { config, given, users, renamedCommands } = settings(
      `# a comment\n\ninclude ${folder}/a-*.part\nrequirepass "a \\x41\\" b"\nsave 900 1\nsave 300 10\n` +
        "rename-command GET FETCH\nrename-command SET ''\nuser bob on >x (~a* +get) +ping\nlua-time-limit 99\n" +
        "bind 127.0.0.1 -::1\nclient-output-buffer-limit replica 1mb 2kb 3\nmaxmemory 1kb\nmaxmemory 2kb",
      "maxclients 8",
    );
    expect(config.get("requirepass")).toBe('a A" b');
    expect(["save", "timeout", "maxclients", "bind", "maxmemory"].map((name) => config.get(name))).toEqual([
      "900 1 300 10",
      "9",
      "8",
      "127.0.0.1 -::1",
      "2048",
    ]);
    expect(config.get("busy-reply-threshold")).toBe("99");
    expect(config.get("client-output-buffer-limit")).toMatch(/^normal 0 0 0 slave 1048576 2048 3 pubsub 3/);
    expect(given.has("busy-reply-threshold")).toBe(true);
    expect([...renamedCommands]).toEqual([
      ["GET", "FETCH"],
      ["SET", ""],
    ]);
    expect(users[0].describe(false)).toMatch(
      /^user bob on #2d71.* \+ping \(~a\* resetchannels -@all \+get\)$/,
    );
  });

  it("says what has no effect, and why", () => {
    expect(settings("hz 10\nhz 20\nrepl-diskless-sync no").warnings).toEqual([
      "hz has no effect: this server has one thread, and timers instead of a cycle.",
      "repl-diskless-sync has no effect: this server cannot be a replica, and sends what it has to its own at once.",
    ]);
  });

  it.each([
    ["appendfilename a/b", "1 appendfilename can't be a path, just a filename"],
    ["port 0\ncluster-enabled yes", "2 this server is no node of a cluster"],
    ["slaveof localhost 6379", "1 this server cannot be a replica, and sends what it has to its own at once"],
    ["loadmodule x.so", "1 modules are written in C and cannot be loaded"],
    [
      "include /nonexistent",
      "undefined Fatal error, can't open config file '/nonexistent': No such file or directory",
    ],
  ])("refuses %j", (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  const mistakes = [
    "foo bar",
    "port 1 2",
    "\n# x\nport abc",
    'port "12',
    "port",
    "save 10",
    "save x y",
    "client-output-buffer-limit normal 0 0",
    "client-output-buffer-limit foo 0 0 0",
    "client-output-buffer-limit normal a 0 0",
    "rename-command FOO BAR",
    "rename-command GET SET",
    "rename-command GET",
    "user foo >x bad",
    "user foo on\nuser foo off",
    "user",
    "maxmemory-policy xx",
    "maxmemory 1xb",
    "unixsocketperm 999",
    "unixsocketperm 7777",
    "notify-keyspace-events xyz1",
    "latency-tracking-info-percentiles 101",
    "oom-score-adj-values 1 2",
    "oom-score-adj-values 1 2 5000",
    "databases 0",
    "protected-mode maybe",
    "oom-score-adj-values",
    "replicaof",
    "replicaof 127.0.0.1",
    "replicaof 127.0.0.1 abc",
    "replicaof 127.0.0.1 65536",
    "enable-debug-command maybe",
  ];
  it.skipIf(!redisAvailable)(needsRedis("is refused in redis-server's words"), () => {
    const differ = mistakes.filter((text) => problemOf(text) !== redisProblemOf(text));
    expect(differ.map((text) => [text, problemOf(text), redisProblemOf(text)])).toEqual([]);
  });
});

it("`save` alone stands for no saving", () => {
  expect(settings("save 900 1\nsave").config.get("save")).toBe("");
});

describe("the command line", () => {
  const read = (...words: string[]) => readCommandLine(words);

  it("is a file, options, and standard input", () => {
    expect(read("a.conf", "--port", "1", "--save", "900", "1", "-")).toEqual({
      file: "a.conf",
      stdin: true,
      lines: 'port "1"\nsave "900" "1"',
    });
    expect(read("-", "--port 7")).toEqual({ file: undefined, stdin: true, lines: "port 7" });
    expect(read()).toEqual({ file: undefined, stdin: false, lines: "" });
  });

  it("takes a word behind a name for its value, whatever it looks like", () => {
    expect(read("--requirepass", "--x", "--port", "1").lines).toBe('requirepass "--x"\nport "1"');
    expect(read("--save", "--port", "1").lines).toBe('save  ""\nport "1"'.replace("  ", " "));
    expect(read("--save").lines).toBe('save ""');
    expect(settings(read("--requirepass", 'a "\\\n').lines).config.get("requirepass")).toBe('a "\\\n');
  });
});

it("a rewritten file keeps its comments and order, and can be read again", () => {
  const text =
    '# mine\nport 7000\nmaxmemory 1mb\n\n# moments\nsave 900 1\nsave 300 1\nrename-command GET ""\nuser a on\n';
  const { config } = settings(text);
  config.set(["maxmemory", "5mb", "maxclients", "99", "requirepass", 'x" y', "notify-keyspace-events", "Kx"]);
  const written = rewrittenConfig(text, config, ["user b on", "user default on"]);
  expect(written).toBe(
    '# mine\nport 7000\nmaxmemory 5242880\n\n# moments\nsave 900 1\nsave 300 1\nrename-command GET ""\nuser b on\n\n' +
      '# Generated by CONFIG REWRITE\nmaxclients 99\nnotify-keyspace-events "xK"\nrequirepass "x\\" y"\nuser default on\n',
  );
  const again = settings(written).config;
  for (const { name } of CONFIG_PARAMETERS) expect(again.get(name), name).toBe(config.get(name));
  expect(rewrittenConfig(written, again, ["user b on", "user default on"])).toBe(written);
});

it("a file with all parameters, those with their first values too, can be read again", () => {
  const { config } = settings('save 900 1\nmaxclients 99\nrequirepass x\nbind ""');
  const written = rewrittenConfig("", config, undefined, true);
  const { config: again, given } = settings(written);
  for (const { name } of CONFIG_PARAMETERS) {
    expect(again.get(name), name).toBe(config.get(name));
    expect(given.has(name), name).toBe(name === "bind" || config.get(name) !== "");
  }
});

describe("parameters of later versions", () => {
  it("are there with compat, and are written back", () => {
    const { config } = readSettings(["set-max-listpack-entries 7"], readIncluded, "7.2");
    expect(config.setMaxListpackEntries).toBe(7);
    expect(rewrittenConfig("", config, undefined)).toContain("set-max-listpack-entries 7\n");
    expect(() => settings("set-max-listpack-entries 7")).toThrow("Bad directive");
    expect(settings("maxmemory-samples 65").config.get("maxmemory-samples")).toBe("65");
    expect(() => readSettings(["maxmemory-samples 65"], readIncluded, "8.0")).toThrow("between 1 and 64");
  });
});

describe("docs/server-options.md", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../docs/server-options.md"), "utf8");

  it.skipIf(!redisAvailable)(needsRedis("lists every parameter of redis-server"), async () => {
    const redis = await startRedis();
    const client = await RawClient.connect(redis.port);
    const reply = await client.call("CONFIG", "GET", "*");
    client.close();
    await redis.stop();
    const words = (reply.value as readonly { value: string }[]).map(({ value }) => value);
    const names = words.filter((_, i) => i % 2 === 0);
    expect(names.length).toBeGreaterThan(180);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    const known = CONFIG_PARAMETERS.filter(({ hidden }) => hidden !== true).flatMap(({ name, alias }) =>
      alias === undefined ? [name] : [name, alias],
    );
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !names.includes(name))).toEqual([]);
  });

  it("says for those without effect why", () => {
    const wrong = CONFIG_PARAMETERS.filter(({ name, unused }) => {
      const row = page.split("\n").find((line) => line.includes(`\`${name}\``) && line.startsWith("|"));
      return unused !== undefined && row?.endsWith(`| ${unused} |`) !== true;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});
