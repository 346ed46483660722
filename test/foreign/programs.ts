/** Programs of other projects that run against the mini server, and the mini server that they run against. */
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

/** What a program has written, and how it has ended. */
export interface Run {
  readonly stdout: string;
  readonly code: number;
}

/** Is there such a program? On CI a missing one is a failure. */
export function hasProgram(name: string, ...probe: string[]): boolean {
  const found = spawnSync(name, probe, { stdio: "ignore" }).status === 0;
  if (!found && process.env.CI === "true") throw new Error(`${name} ${probe.join(" ")} fails on CI`);
  return found;
}

/** Name of a suite that needs a program; says so where it is skipped. */
export function needsProgram(name: string, found: boolean): string {
  return found ? name : `${name} (skipped: it is not installed)`;
}

/** Run a program to its end, or for so many milliseconds, while this process goes on serving it. */
export async function run(
  program: string,
  args: readonly string[],
  options: {
    readonly input?: string;
    readonly timeout?: number;
    readonly env?: NodeJS.ProcessEnv;
    readonly cwd?: string;
  } = {},
): Promise<Run> {
  const { input = "", timeout = 20_000, env, cwd } = options;
  const job = promisify(execFile)(program, [...args], {
    timeout,
    maxBuffer: 2 ** 26,
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
  });
  job.child.stdin?.end(input);
  try {
    const { stdout, stderr } = await job;
    return { stdout: stdout + stderr, code: 0 };
  } catch (error) {
    const { stdout = "", stderr = "", code } = error as { stdout?: string; stderr?: string; code?: number };
    return { stdout: stdout + stderr, code: code ?? -1 };
  }
}
