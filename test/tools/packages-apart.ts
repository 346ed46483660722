/** Packages of npm for tests alone: in a folder of the system's temporary directory, no dependencies of ours. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** Where packages were put. */
export interface PackagesApart {
  /** The folder that holds `node_modules`. */
  readonly folder: string;
  /** Why they are missing; `undefined` when they are there. */
  readonly problem: string | undefined;
}

/**
 * Fetch packages once; further runs find them.
 * @param name of their folder; another one for other versions
 * @param packages with exact versions
 * @throws Error on CI when npm cannot fetch them
 */
export async function packagesApart(name: string, packages: readonly string[]): Promise<PackagesApart> {
  const folder = join(tmpdir(), name);
  if (existsSync(folder)) return { folder, problem: undefined };
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    await promisify(execFile)("npm", ["install", "--prefix", draft, ...quiet, ...packages], {
      timeout: 60_000,
    });
    // Somebody else may have been faster.
    if (existsSync(folder)) rmSync(draft, { recursive: true, force: true });
    else renameSync(draft, folder);
    return { folder, problem: undefined };
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (process.env.CI === "true") throw error;
    return { folder, problem: "npm could not fetch the packages" };
  }
}
