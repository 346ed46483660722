/** Packages of npm that are no dependencies of ours: other clients, and libraries with scripts of their own. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

/** The versions that the scenarios were written for. */
const PACKAGES = [
  "bullmq@6.7.0",
  "ioredis@6.0.0",
  "redis@6.3.1",
  "@valkey/valkey-glide@2.5.2",
  "bee-queue@2.0.0",
  "rate-limiter-flexible@11.4.0",
  "redlock@4.2.0",
  "connect-redis@9.0.0",
  "express-session@1.19.0",
];

const folder = join(tmpdir(), "resplendent-foreign-packages-1");

/** Fetch them all once, into a folder that further runs find. @returns why there are none */
async function fetchPackages(): Promise<string | undefined> {
  if (existsSync(folder)) return undefined;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
    await promisify(execFile)("npm", ["install", "--prefix", draft, ...quiet, ...PACKAGES], {
      timeout: 60_000,
    });
    // Somebody else may have been faster.
    if (existsSync(folder)) rmSync(draft, { recursive: true, force: true });
    else renameSync(draft, folder);
    return undefined;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (process.env.CI === "true") throw error;
    return "npm could not fetch the packages";
  }
}

/** Why the packages are missing; `undefined` when they are there. */
export const packagesProblem: string | undefined = await fetchPackages();

/** Load one of them. Foreign classes have no types here: each scenario says what it needs of them. */
export function foreignPackage<T>(name: string): T {
  return createRequire(join(folder, "package.json"))(name) as T;
}

/** Name of a suite that needs the packages; says so where it is skipped. */
export function needsPackages(name: string): string {
  return packagesProblem === undefined ? name : `${name} (skipped: ${packagesProblem})`;
}
