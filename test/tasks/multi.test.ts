/** `multi`: its texts against the real `celery multi`, its errors, and real workers. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MultiTool, signalOf } from "../../src/tasks/cli/multi/multi-tool.js";
import { quoteShellWord, splitShellWords } from "../../src/tasks/cli/multi/shell-words.js";
import { isAlive, readPid } from "../../src/tasks/cli/pidfile.js";
import { CeleryProject, celeryAvailable, needsCelery } from "../tools/celery.js";
import { CliBuild } from "../tools/cli.js";
import { fc } from "../tools/property.js";
import { PYTHON } from "../tools/python.js";
import { needsRedis, redisAvailable, startRedis, type Target } from "../tools/redis-server.js";

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "multi-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run the program in this process, with Celery's command line in the place of ours. */
async function multi(...words: string[]): Promise<Said> {
  let stdout = "";
  let stderr = "";
  const tool = new MultiTool(
    { executable: PYTHON, command: ["-m", "celery", "worker", "--detach"] },
    {
      stdout: {
        write: (text) => {
          stdout += text;
        },
      },
      stderr: {
        write: (text) => {
          stderr += text;
        },
      },
    },
  );
  const code = await tool.run(words);
  return { code, stdout, stderr };
}

/** Run Celery's, in a directory of its own. */
function celeryMulti(words: readonly string[]): Promise<string> {
  const child = spawn(PYTHON, ["-m", "celery", "multi", ...words], {
    cwd: directory,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  return new Promise((resolve) => child.once("close", () => resolve(stdout)));
}

/** Without the blanks at the ends of lines, where Celery joins what is empty. */
const trimmed = (text: string): string[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.trimEnd().replace(/ {2,}/g, " "));

describe.skipIf(!celeryAvailable)(needsCelery("multi says what celery multi says"), () => {
  const files = ["--pidfile=%n.pid", "--logfile=%n%I.log"];
  it.each(
    [
      ["names", "3"],
      ["names", "12", "--range-prefix=w"],
      ["names", "a", "b", "c"],
      ["names", "a", "b", "--prefix=x", "--suffix=y.z"],
      ["names", "2", "-n", "foo.bar"],
      ["names", "2", "--hostname=foo.bar"],
      ["names", "a@%h", "b@x", "c@x.%d"],
      ["names", "a", '--suffix=""'],
      ["expand", "%n|%N|%h|%d|%p|%i|%I", "foo@a.b.com"],
      ["expand", "%n %%h 100%", "2"],
      ["expand", "/var/run/%n.pid", "a", "b", "--suffix=h.x"],
      ["get", `celery2@${hostname()}`, "2", "-c", "3", ...files],
      ["show", "3", "-c", "3", ...files],
      ["show", "3", "-c", "3", "-c:1", "10", ...files],
      [
        "show",
        "10",
        "-A",
        "proj",
        "-l",
        "INFO",
        "-Q:1-3",
        "images,video",
        "-Q:4,5",
        "data",
        "-Q",
        "default",
      ].concat(["-L:4,5", "DEBUG"], files),
      ["show", "a", "b", "-Q:a,b", "x", "-c:1", "4", "-E", "--autoscale=3,10", "-C", "--workdir=/tmp"].concat(
        ["--time-limit:b=30"],
        files,
      ),
      ["show", "a", "b", ...files, "--", "-c", "4"],
      ["show", "a", "--append=-c 4 %n", "--cmd=-m celery beat --detach", ...files],
      ["show", "3", "-c:1-2", "4", "-c:2,3", "5", "--pidfile=%n.pid", "-f", "x.log"],
      ["show", "a@b", "c@%h", "-c:a", "1", `-c:c@${hostname()}`, "2", "--hostname=h.x", ...files],
      ["show", "2", "-A", "proj", "-b", "redis://x", "--result-backend=redis://y", "-q", ...files],
      ["show", "3", "-Ofair:2", "-P:3", "threads", "--max-tasks-per-child:1-2=7", ...files],
      ["show", "w1", "w2", "-n", "h.x", "--executable=/usr/bin/env", ...files],
    ].map((words) => [words]),
  )("%j", async (words) => {
    const theirs = await celeryMulti(words);
    const { stdout, code } = await multi(...words);
    expect(trimmed(stdout)).toEqual(trimmed(theirs));
    expect(code).toBe(0);
  });
});

describe.skipIf(!celeryAvailable)(needsCelery("multi reads command lines as Celery does"), () => {
  /** Options for the nodes in `spaces`, and for all. */
  const optionWords = (spaces: readonly string[]): fc.Arbitrary<readonly string[]> => {
    const space = fc.oneof(
      fc.constant(""),
      fc.constantFrom(...spaces).map((name) => `:${name}`),
    );
    const value = fc.stringMatching(/^[a-z0-9][a-z0-9,.]{0,5}$/);
    return fc.oneof(
      fc
        .tuple(fc.constantFrom("-c", "-Q", "-l", "-A", "-b", "-O"), space, value)
        .map(([o, s, v]) => [`${o}${s}`, v]),
      fc
        .tuple(fc.constantFrom("--foo", "--time-limit", "--broker", "--workdir"), space, value)
        .map(([o, s, v]) => [`${o}${s}=${v}`]),
      fc.tuple(fc.constantFrom("--purge", "--without-gossip"), space).map(([o, s]) => [`${o}${s}`]),
      fc.constantFrom(
        ["--prefix=p"],
        ["--suffix=s.t"],
        ["--hostname=h.i"],
        ["-n", "n.o"],
        ["--range-prefix=r"],
      ),
      fc.constantFrom(["--append=-x %n"], ["--pidfile=%N-%d.pid"], ["-f", "%p.log"], ["--executable=/bin/x"]),
    );
  };
  const ranges = fc.integer({ min: 1, max: 4 }).chain((count) => {
    const places = Array.from({ length: count }, (_, index) => String(index + 1));
    const spaces = [...places, places.join(","), `1-${count}`, ...(count > 2 ? ["2-3", "1,2-3"] : [])];
    return fc.tuple(fc.constant([String(count)]), fc.array(optionWords(spaces), { maxLength: 6 }));
  });
  // Of a node with an @, Celery forgets the options by name when there are some by place, and those by place when the
  // host is %h: such lines are left out.
  const lists = fc
    .boolean()
    .chain((byPlace) => {
      const nodes = ["a", "b", "w3", "x@y.z", ...(byPlace ? [] : ["v@%h"])];
      return fc.tuple(fc.subarray(nodes, { minLength: 1 }), fc.constant(byPlace));
    })
    .chain(([names, byPlace]) => {
      const plain = names.map((name) => name.split("@")[0]);
      const places = names.map((_, index) => String(index + 1));
      const spaces = byPlace ? places : plain.length > 1 ? [...plain, plain.join(",")] : plain;
      return fc.tuple(fc.constant(names), fc.array(optionWords(spaces), { maxLength: 6 }));
    });

  it("whatever they are", async () => {
    const project = new CeleryProject({ broker: "memory://" });
    try {
      const python = await project.python();
      await fc.assert(
        fc.asyncProperty(fc.oneof(ranges, lists), async ([names, options]) => {
          // The directories of the standard paths are not everybody's to make.
          const words = [...names, "--pidfile=%n.pid", "--logfile=%n.log", ...options.flat()];
          const theirs = await python.run<[string, string][]>(
            `
            from celery.apps.multi import MultiParser, NamespacedOptionParser
            parser = NamespacedOptionParser(words)
            parser.parse()
            return [[node.name, " ".join(node.argv_with_executable)] for node in MultiParser(cmd=None).parse(parser)]
            `,
            { words },
          );
          const shown = await multi("show", ...words);
          const named = await multi("names", ...words);
          expect(trimmed(named.stdout)).toEqual(theirs.map(([name]) => name));
          const standard = (line: string): string =>
            line
              .replace(/[^ ]*python3?(\.\d+)?(?= |$)/g, "PYTHON")
              .trimEnd()
              .replace(/ {2,}/g, " ");
          expect(trimmed(shown.stdout).map(standard)).toEqual(theirs.map(([, line]) => standard(line)));
        }),
        { numRuns: 300 },
      );
    } finally {
      await project.stop();
    }
  }, 60_000);
});

describe("multi says what is wrong", () => {
  it.each([
    [["show", "3", "-c:9", "1"], "there is no node 9: there are 3 nodes"],
    [["show", "a", "-c:2", "1"], "there is no node 2: there is 1 node"],
    [["show", "a", "-c:0", "1"], "the places of nodes are counted from 1"],
    [["show", "a", "-c:", "1"], "the option '-c:' names no node behind the colon"],
    [["show", "a", "-c:x:y", "1"], "the option '-c:x:y' has more than one colon"],
    [["show", "3", "-c:3-1", "1"], "'3-1' is no range of nodes, such as 1-3"],
    [["show", "3", "-c:1-x", "1"], "'1-x' is no range of nodes, such as 1-3"],
    [["show", "0"], "0 is no number of nodes"],
    [["show", "a", "b", "a"], `the node a@${hostname()} is named twice`],
    [["show", "a", "-"], "a lone '-' is neither a node nor an option"],
    [["start"], "no node is named"],
    [["expand"], "expand needs a template and nodes"],
    [["get"], "get needs the name of a node, and the nodes"],
    [["begin", "a"], "there is no command 'begin'"],
    [["-c", "3"], "the first word must be a command"],
    [[], "the first word must be a command"],
  ])("%j", async (words, message) => {
    const { stdout, stderr, code } = await multi(...words);
    expect(stderr).toBe(`Error: ${message}\n`);
    expect(stdout).toContain("usage: resplendent multi start");
    // As Celery's, which is 0 whatever happens.
    expect(code).toBe(0);
  });

  it("names the letter that stands for nothing", async () => {
    const { stderr, code } = await multi("expand", "%x", "a");
    expect(stderr).toMatch(/^Error: %x in '%x' stands for nothing here; there are %n, /);
    expect(code).toBe(1);
  });

  it("warns of options for a node that is not there", async () => {
    const { stdout, stderr } = await multi("names", "a", "b", "-c:c", "1", "-Q:a,d", "x");
    expect(stderr).toBe("Warning: no node is 'c': -c:c not used\nWarning: no node is 'd': -Q:d not used\n");
    expect(trimmed(stdout)).toEqual([`a@${hostname()}`, `b@${hostname()}`]);
  });
});

describe("multi reads", () => {
  it("lists of places for named nodes, and names for numbered ones", async () => {
    const files = ["--pidfile=x", "--logfile=x", "--suffix=h"];
    const show = async (...words: string[]) => trimmed((await multi("show", ...words, ...files)).stdout);
    expect((await show("a", "b", "c", "-c:1,3", "7")).map((line) => line.includes("-c 7"))).toEqual([
      true,
      false,
      true,
    ]);
    expect((await show("3", "-c:celery2", "7")).map((line) => line.includes("-c 7"))).toEqual([
      false,
      true,
      false,
    ]);
  });

  it("signals by name and by number, and nothing else as one", () => {
    expect(
      ["-KILL", "-SIGKILL", "-9", "-15", "-HUP", "-E", "-c", "--kill", "-999", "-TERMS"].map(signalOf),
    ).toEqual([
      ...["SIGKILL", "SIGKILL", "SIGKILL", "SIGTERM", "SIGHUP"],
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
  });

  it("words as a shell does", () => {
    expect(splitShellWords(` a  "b c" 'd "e' f\\ g h'i'"j" "" "\\"k" `)).toEqual([
      "a",
      "b c",
      'd "e',
      "f g",
      "hij",
      "",
      '"k',
    ]);
    expect(() => splitShellWords("a 'b")).toThrow("not closed");
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitShellWords(words.map(quoteShellWord).join(" "))).toEqual(words);
      }),
    );
  });

  it("quiet, and leaves away its name when told so", async () => {
    const stop = ["stop", "a", "--pidfile=/nonexistent/%n.pid", "--logfile=x"];
    expect((await multi(...stop)).stdout).toMatch(/^resplendent multi v.*\n> a@.*: DOWN\n$/);
    expect((await multi(...stop, "--nosplash")).stdout).toBe(`> a@${hostname()}: DOWN\n`);
    expect((await multi(...stop, "-q")).stdout).toBe("");
    expect((await multi("--quiet", ...stop)).stdout).toBe("");
  });
});

describe.skipIf(!redisAvailable)(needsRedis("multi with real workers"), () => {
  let redis: Target;
  let build: CliBuild;
  let files: string[];
  let run: string;

  beforeAll(async () => {
    redis = await startRedis();
    build = await CliBuild.make();
    run = join(directory, "run");
    files = [`--pidfile=${run}/%n.pid`, `--logfile=${join(directory, "log")}/%n%I.log`];
  });

  afterAll(async () => {
    for (const pid of pids()) if (isAlive(pid)) process.kill(pid, "SIGKILL");
    await redis.stop();
    build.remove();
  });

  const pids = (): number[] =>
    readdirSync(run)
      .map((name) => readPid(join(run, name)))
      .filter((pid) => typeof pid === "number");

  const cli = (...words: string[]) => build.run(["multi", ...words, ...files], { timeout: 60_000 });
  const worker = () => ["-A", build.app, "-b", `redis://127.0.0.1:${redis.port}/0`, "-l", "INFO", "-c", "1"];
  const logOf = (name: string): string => readFileSync(join(directory, "log", `${name}.log`), "utf8");

  it("starts, restarts, stops and kills two of them", async () => {
    const started = await cli("start", "w1", "w2", ...worker(), "-c:w2", "3");
    expect(started.stdout.split("\n").slice(1)).toEqual([
      "> Starting nodes...",
      `\t> w1@${hostname()}: OK`,
      `\t> w2@${hostname()}: OK`,
      "",
    ]);
    const first = pids();
    expect(first).toHaveLength(2);
    expect(first.every(isAlive)).toBe(true);
    await expect.poll(() => logOf("w1"), { timeout: 20_000 }).toContain(`w1@${hostname()} ready.`);
    await expect.poll(() => logOf("w2"), { timeout: 20_000 }).toContain(`w2@${hostname()} ready.`);

    const again = await cli("start", "w1", ...worker());
    expect(again.stdout).toContain(`\t> w1@${hostname()}: OK`);
    expect(again.stderr).toContain("exit code 73");
    expect(logOf("w1")).toContain(`Seems we're already running? (pid: ${first[0]})`);

    const restarted = await cli("restart", "w1", "w2", "w3", ...worker());
    const text = restarted.stdout;
    expect(text).toContain(`> Restarting node w3@${hostname()}: OK\n> Stopping nodes...\n`);
    expect(text).toContain(
      `\t> w1@${hostname()}: TERM -> ${first[0]}\n\t> w2@${hostname()}: TERM -> ${first[1]}\n`,
    );
    expect(text).toMatch(/> Waiting for 2 nodes -> \d+, \d+\.\.\.\.+\n\t> w\d@/);
    for (const name of ["w1", "w2"]) expect(text).toContain(`> Restarting node ${name}@${hostname()}: OK`);
    expect(first.some(isAlive)).toBe(false);
    const second = pids();
    expect(second).toHaveLength(3);
    expect(second.every(isAlive)).toBe(true);

    const stopped = await cli("stopwait", "w1", "w2");
    for (const name of ["w1", "w2"]) {
      expect(stopped.stdout).toContain(`\t> ${name}@${hostname()}: OK\n> ${name}@${hostname()}: DOWN`);
    }
    expect(readdirSync(run)).toEqual(["w3.pid"]);

    const last = pids()[0];
    const killed = await cli("kill", "w3", "--nosplash");
    expect(killed.stdout).toBe(`Sending KILL to node w3@${hostname()} (${last})\n`);
    await expect.poll(() => isAlive(last), { timeout: 10_000 }).toBe(false);
    const stale = await cli("stop", "w3", "-INT", "--nosplash");
    expect(stale.stdout).toBe(
      `> Stopping nodes...\n\t> w3@${hostname()}: INT -> ${last}\n` +
        `Could not signal w3@${hostname()} (${last}): No such process\n> w3@${hostname()}: DOWN\n`,
    );
    // Left by the kill: the next one takes it over.
    expect(readdirSync(run)).toEqual(["w3.pid"]);
  }, 120_000);

  it("tells of workers that cannot start", async () => {
    const failed = await cli("start", "w9", "-A", "./no-such-module.js", "--nosplash");
    expect(failed.stdout).toBe(
      `> Starting nodes...\n\t> w9@${hostname()}: * Child terminated with exit code 2\nFAILED\n`,
    );
    expect(failed.stderr).toContain("no-such-module");
    expect(failed.code).toBe(0);
    const wrong = await cli("start", "w9", "-A", build.app, "--frobnicate=3", "--nosplash");
    expect(wrong.stderr).toContain("unknown option '--frobnicate=3'");
    expect(wrong.stdout).toContain("* Child terminated with exit code 2\nFAILED\n");
  }, 60_000);
});
