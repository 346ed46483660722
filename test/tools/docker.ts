/** The Docker engine of this machine, for tests. */
import { spawnSync } from "node:child_process";

/** Why no test can use Docker here; `undefined` when an engine answers. On CI a missing one is a failure. */
export const dockerProblem: string | undefined = problemOf();

/** Run a command of Docker's. @returns what it printed, without the last line's end @throws Error with its complaint */
export function docker(...words: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync("docker", words, { encoding: "utf8", timeout: 20_000 });
  if (status !== 0) throw new Error(`docker ${words.join(" ")}: ${error?.message ?? stderr.trim()}`);
  return stdout.trim();
}

function problemOf(): string | undefined {
  // The images that tests use are made of the programs of this machine.
  if (process.platform !== "linux") return "images can be made on Linux only";
  try {
    docker("version");
    return undefined;
  } catch (error) {
    const problem = "no Docker engine answers";
    if (process.env.CI === "true") throw new Error(`${problem} on CI`, { cause: error });
    return problem;
  }
}
