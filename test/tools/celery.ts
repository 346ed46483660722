/**
 * Real Celery (Debian's python3-celery) for tests: a project in a temporary directory, its workers, its command line, and
 * long-lived Python processes that run snippets and answer in JSON.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PYTHON } from "./python.js";

/** Is Celery installed for Debian's Python? On CI a missing one is a failure, elsewhere the suites are skipped. */
export const celeryAvailable: boolean =
  spawnSync(PYTHON, ["-c", "import celery, redis"], { stdio: "ignore" }).status === 0;
if (!celeryAvailable && process.env.CI === "true") throw new Error("python3-celery is missing on CI");

/** Name of a suite that needs Celery; says so where it is skipped. */
export function needsCelery(name: string): string {
  return celeryAvailable ? name : `${name} (skipped: python3-celery is not installed)`;
}

/** The module every project has; `settings` and further source come after it. */
const APP_MODULE = `
import json, os, signal, time
from celery import Celery, chain, chord, group, signature
from celery.exceptions import Ignore, Reject, SoftTimeLimitExceeded
from celery.result import AsyncResult, GroupResult

app = Celery("interop", broker=os.environ["CELERY_BROKER"], backend=os.environ["CELERY_BACKEND"])
app.conf.update(
    task_routes={"py.routed.*": {"queue": "video"}, "py.*": {"queue": "celery"}, "ts.*": {"queue": "ts"}},
    task_track_started=True,
    broker_connection_retry_on_startup=True,
)
app.conf.update(json.loads(os.environ.get("CELERY_SETTINGS", "{}")))

def poll(result, timeout=15):
    """Wait for a result without get(), which often sleeps a second beside a result that is there."""
    end = time.time() + timeout
    while not result.ready() and time.time() < end:
        time.sleep(0.005)

@app.task(name="py.add")
def add(x, y):
    return x + y

@app.task(name="py.mul")
def mul(x, y):
    return x * y

@app.task(name="py.xsum")
def xsum(numbers):
    return sum(numbers)

@app.task(name="py.echo")
def echo(*args, **kwargs):
    return {"args": list(args), "kwargs": kwargs}

@app.task(name="py.fail")
def fail(msg="boom"):
    raise ValueError(msg)

@app.task(name="py.slow")
def slow(seconds=2, value="done"):
    time.sleep(seconds)
    return value

@app.task(name="py.soft", soft_time_limit=1)
def soft(seconds=5):
    try:
        time.sleep(seconds)
    except SoftTimeLimitExceeded:
        return "soft limit"
    return "done"

@app.task(name="py.hard", time_limit=1)
def hard(seconds=5):
    time.sleep(seconds)

@app.task(name="py.flaky", bind=True, max_retries=3)
def flaky(self, fail_times=2, countdown=1):
    if self.request.retries < fail_times:
        raise self.retry(exc=RuntimeError("try %d" % self.request.retries), countdown=countdown)
    return self.request.retries

@app.task(name="py.always_retry", bind=True, max_retries=1)
def always_retry(self, countdown=0):
    raise self.retry(exc=RuntimeError("never works"), countdown=countdown)

@app.task(name="py.ignored", ignore_result=True)
def ignored(*args):
    return "nobody sees this"

@app.task(name="py.ignore", bind=True)
def ignore(self):
    raise Ignore()

@app.task(name="py.progress", bind=True)
def progress(self, n=3, pause=0.1):
    for current in range(n):
        self.update_state(state="PROGRESS", meta={"current": current, "total": n})
        time.sleep(pause)
    return n

@app.task(name="py.whoami", bind=True)
def whoami(self, *args):
    request = self.request
    return {
        "id": request.id, "root_id": request.root_id, "parent_id": request.parent_id, "group": request.group,
        "hostname": request.hostname, "retries": request.retries, "delivery_info": request.delivery_info,
        "correlation_id": request.correlation_id, "reply_to": request.reply_to,
        "headers": request.headers, "origin": request.origin,
    }

@app.task(name="py.routed.encode")
def encode(name):
    return "encoded " + name

@app.task(name="py.parent")
def parent(x):
    return app.send_task("ts.add", (x, 1)).id

@app.task(name="py.on_error")
def on_error(task_id):
    return "errback for " + task_id
`;

/** Reads one JSON request a line, runs it as a function's body with the module's names, and writes one JSON line. */
const SERVE = String.raw`
import sys, traceback
from interop import *
import interop
replies = os.fdopen(os.dup(1), "w", 1)
os.dup2(2, 1)
print("serving", file=replies)
for line in sys.stdin:
    request = json.loads(line)
    names = dict(vars(interop))
    try:
        body = "".join("    " + text + "\n" for text in request["code"].split("\n"))
        exec("def snippet(" + ", ".join(request["args"]) + "):\n" + body + "    pass\n", names)
        reply = {"value": names["snippet"](**request["args"])}
    except BaseException as error:
        reply = {"error": {"type": type(error).__name__, "module": type(error).__module__,
                           "message": str(error), "traceback": traceback.format_exc()}}
    print(json.dumps(reply, default=str), file=replies)
`;

/** JSON whose shape a test knows: to be looked into by its keys. */
export interface Tree {
  readonly [key: string]: Tree;
}

/** An exception of a Python snippet. */
export class PythonError extends Error {
  /** Name of the exception's class. */
  readonly type: string;
  /** Module of the exception's class. */
  readonly module: string;
  /** The text of Python's traceback. */
  readonly traceback: string;

  constructor(error: { type: string; module: string; message: string; traceback: string }) {
    super(`${error.type}: ${error.message}`);
    this.name = "PythonError";
    this.type = error.type;
    this.module = error.module;
    this.traceback = error.traceback;
  }
}

/** What a command has written, and its exit code (`null` when a signal ended it). */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order of arrival. */
  readonly output: string;
}

/** Kills the group of `leader` when this process ends, however it ends: the guard's input is closed then. */
function guardGroup(leader: ChildProcess): ChildProcess {
  const script = 'read -r _; kill -9 -- "-$0"';
  const stdio = ["pipe", "ignore", "ignore"] as const;
  return spawn("sh", ["-c", script, String(leader.pid)], { stdio: [...stdio], detached: true });
}

/** How long pipes may stay open behind the end of a process, ms. */
const OPEN_PIPES_MS = 2000;

/** A process that was started, at the head of a process group of its own. */
export class CeleryProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended and its output is complete. */
  readonly ended: Promise<CommandResult>;
  #stdout = "";
  #stderr = "";
  #output = "";
  #over = false;
  readonly #changed = new Set<() => void>();

  constructor(command: string, words: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
    this.child = spawn(command, words, { ...options, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    // A process that is killed while it is written to breaks the pipe; its end says so.
    this.child.stdin?.on("error", () => {});
    const guard = guardGroup(this.child);
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      this.#took(text);
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      this.#took(text);
    });
    this.ended = new Promise((done) => {
      this.child.once("exit", (code) => {
        const finish = (): void => {
          clearTimeout(timer);
          this.#over = true;
          this.#took("");
          done({ code, stdout: this.#stdout, stderr: this.#stderr, output: this.#output });
        };
        // What it has written may not have been read yet; but somebody that has left its group may keep the pipes open.
        this.child.once("close", finish);
        const timer = setTimeout(finish, OPEN_PIPES_MS);
        guard.kill();
      });
    });
  }

  /** All that it has written so far. */
  get output(): string {
    return this.#output;
  }

  /**
   * Wait until its output matches. @returns the match
   * @throws Error with the output when it ends, or `timeout` milliseconds have passed, without it
   */
  seen(pattern: RegExp, timeout = 20_000): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(`it did not write ${pattern} in time`), timeout);
      const finish = (complaint: string | RegExpExecArray): void => {
        clearTimeout(timer);
        this.#changed.delete(look);
        if (typeof complaint !== "string") resolve(complaint);
        else reject(new Error(`${complaint}:\n${this.#output}`));
      };
      const look = (): void => {
        const match = pattern.exec(this.#output);
        if (match !== null) finish(match);
        else if (this.#over) finish(`it has ended without writing ${pattern}`);
      };
      this.#changed.add(look);
      look();
    });
  }

  /** Send a signal to it alone. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /**
   * End it: with another signal than SIGKILL it is asked first and given `patience` milliseconds; then the whole group is
   * killed.
   */
  async stop(name: NodeJS.Signals = "SIGKILL", patience = 5000): Promise<CommandResult> {
    let timer: NodeJS.Timeout | undefined;
    if (name !== "SIGKILL" && !this.#over) {
      this.child.kill(name);
      await Promise.race([
        this.ended,
        new Promise((late) => {
          timer = setTimeout(late, patience);
        }),
      ]);
      clearTimeout(timer);
    }
    this.#signalGroup("SIGKILL");
    return this.ended;
  }

  #took(text: string): void {
    this.#output += text;
    for (const look of [...this.#changed]) look();
  }

  #signalGroup(name: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, name);
    } catch {
      // The group has ended.
    }
  }
}

/** A Python process with the project's app imported: it runs one snippet after the other. */
export class PythonProcess {
  readonly #process: CeleryProcess;
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];

  /** @internal made by {@link CeleryProject.python} */
  constructor(process: CeleryProcess) {
    this.#process = process;
    const { stdout } = process.child;
    if (stdout === null) throw new Error("the process has no output");
    createInterface({ input: stdout }).on("line", (line) => {
      const reply = JSON.parse(line);
      const waiter = this.#waiting.shift();
      if (reply.error === undefined) waiter?.resolve(reply.value);
      else waiter?.reject(new PythonError(reply.error));
    });
    void process.ended.then(({ output }) => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`Python has ended:\n${output}`));
    });
  }

  /**
   * Run the body of a function (`return` gives what it answers) with the names of the app's module: `app`, the tasks
   * (`add`, `flaky`...), `chain`, `group`, `chord`, `signature`, `AsyncResult`, `time`, `json`, and `poll(result)`.
   * @param args further names; JSON values
   * @returns the value as JSON gives it
   * @throws PythonError when the snippet raises
   * @example await python.run("return add.delay(x, 3).get(timeout=5)", { x: 2 }) // 5
   */
  run<T = unknown>(code: string, args: Record<string, unknown> = {}): Promise<T> {
    return new Promise<unknown>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#process.child.stdin?.write(`${JSON.stringify({ code: dedent(code), args })}\n`);
    }) as Promise<T>;
  }

  /** End the process. */
  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

/** Snippets stand indented in tests: takes away what all their lines have in common. */
function dedent(code: string): string {
  const lines = code
    .split("\n")
    .filter((line, index, all) => line.trim() !== "" || (index > 0 && index < all.length - 1));
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const least = Math.min(...indents);
  return lines.map((line) => line.slice(least)).join("\n");
}

export interface CeleryProjectOptions {
  /** URL of the broker. */
  broker: string;
  /** URL of the result backend; the broker's when not given. */
  backend?: string | undefined;
  /** Celery's settings under their own names, such as `{ broker_transport_options: { visibility_timeout: 5 } }`. */
  settings?: Record<string, unknown> | undefined;
  /** Further Python source for the app's module: more tasks. */
  source?: string | undefined;
}

/**
 * A Celery app in a temporary directory: module `interop`, app `interop`, tasks `py.add`, `py.mul`, `py.xsum`, `py.echo`,
 * `py.fail`, `py.slow`, `py.soft`, `py.hard`, `py.flaky`, `py.always_retry`, `py.ignored`, `py.ignore`, `py.progress`,
 * `py.whoami`, `py.routed.encode` (queue `video`), `py.parent` (sends `ts.add`), `py.on_error`; `ts.*` goes to the queue `ts`.
 * @example
 * const celery = new CeleryProject({ broker: "redis://127.0.0.1:6379/0" });
 * const worker = await celery.worker(["-Q", "celery,video", "-c", "2", "-n", "py@%h"]);
 * const python = await celery.python();
 * await python.run("return add.delay(2, 3).get(timeout=5)"); // 5
 * await celery.command(["inspect", "ping", "-j"]);           // { code: 0, stdout: ... }
 * await celery.stop();                                       // ends all of it
 */
export class CeleryProject {
  /** The temporary directory, which is the working directory of all processes. */
  readonly directory = mkdtempSync(join(tmpdir(), "celery-"));
  readonly #env: NodeJS.ProcessEnv;
  readonly #processes = new Set<CeleryProcess>();

  constructor(options: CeleryProjectOptions) {
    writeFileSync(join(this.directory, "interop.py"), `${APP_MODULE}\n${options.source ?? ""}\n`);
    writeFileSync(join(this.directory, "serve.py"), SERVE);
    const { PYTHONPATH: _, ...rest } = process.env;
    this.#env = {
      ...rest,
      CELERY_BROKER: options.broker,
      CELERY_BACKEND: options.backend ?? options.broker,
      CELERY_SETTINGS: JSON.stringify(options.settings ?? {}),
      PYTHONPATH: this.directory,
      PYTHONUNBUFFERED: "1",
      PYTHONWARNINGS: "ignore",
      LC_ALL: "C.UTF-8",
      // Celery refuses to run as root with pickle only, but warns at every start.
      C_FORCE_ROOT: "1",
    };
  }

  /** Start `python3 -m celery -A interop ...` and leave it running, as for `events --dump`. */
  start(words: readonly string[]): CeleryProcess {
    return this.#start(["-m", "celery", "-A", "interop", ...words]);
  }

  /**
   * Run `celery -A interop ...` to its end: `inspect`, `control`, `status`, `call`, `result`, `purge`.
   * @param options.timeout milliseconds after which it is killed, and `code` is `null`; 20 s when not given
   * @param options.input for its standard input
   */
  async command(
    words: readonly string[],
    options: { timeout?: number | undefined; input?: string | undefined } = {},
  ): Promise<CommandResult> {
    const started = this.start(words);
    started.child.stdin?.end(options.input ?? "");
    const timer = setTimeout(() => void started.stop(), options.timeout ?? 20_000);
    try {
      return await started.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Start a worker, and wait until it is ready. Without `-Q` it serves the default queue, `celery`.
   * @param words as `celery worker` takes them; `-l info` is there already
   */
  async worker(words: readonly string[] = []): Promise<CeleryProcess> {
    const worker = this.start(["worker", "-l", "info", ...words]);
    await worker.seen(/ ready\./, 30_000);
    return worker;
  }

  /** Start a Python process that runs snippets. */
  async python(): Promise<PythonProcess> {
    const started = this.#start([join(this.directory, "serve.py")]);
    await started.seen(/^serving$/m, 30_000);
    return new PythonProcess(started);
  }

  /** Kill everything that was started, with all their children, and remove the directory. */
  async stop(): Promise<void> {
    await Promise.all([...this.#processes].map((started) => started.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }

  #start(words: readonly string[]): CeleryProcess {
    const started = new CeleryProcess(PYTHON, words, { cwd: this.directory, env: this.#env });
    this.#processes.add(started);
    void started.ended.then(() => this.#processes.delete(started));
    return started;
  }
}
