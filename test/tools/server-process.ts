/** `resplendent server` as a process of its own, from the sources. */
import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** A server process. */
export interface ServerProcess {
  readonly child: ChildProcess;
  /** All that it has written so far. */
  readonly output: () => string;
  /** Where it listens, as its log says. */
  readonly url: string;
  /** Ends it when it still runs. @returns its exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>;
}

/**
 * Start it, and wait until it listens.
 * @param words as redis-server would be given
 * @param input for its standard input
 * @throws Error with its output when it ends before it listens
 */
export async function startProcess(words: readonly string[], input = ""): Promise<ServerProcess> {
  const program = ["--import", "tsx", join(root, "src/cli.ts"), "server", ...words];
  const child = spawn(process.execPath, program, { cwd: root, stdio: ["pipe", "pipe", "pipe"] });
  const atExit = (): void => void child.kill("SIGKILL");
  process.once("exit", atExit);
  const ended = new Promise<number | null>((done) => {
    // Not "exit": what it has written last may not have been read by then.
    child.once("close", (code) => {
      process.off("exit", atExit);
      done(code);
    });
  });
  child.stdin.end(input);
  let output = "";
  await new Promise<void>((ready, failed) => {
    const take = (bytes: Buffer): void => {
      output += bytes.toString();
      if (/Ready to accept connections/.test(output)) ready();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    void ended.then(() => failed(new Error(`the server has ended: ${output}`)));
  });
  return {
    child,
    output: () => output,
    url: /redis\S*:\/\/[^\s,]+/.exec(output)?.[0] ?? "",
    ended,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}
