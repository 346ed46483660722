/** Packages of npm that are no dependencies of ours: other clients, and libraries with scripts of their own. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { packagesApart } from "../tools/packages-apart.js";

/** The versions that the scenarios were written for. */
const { folder, problem } = await packagesApart("resplendent-foreign-packages-1", [
  "bullmq@6.7.0",
  "ioredis@6.0.0",
  "redis@6.3.1",
  "@valkey/valkey-glide@2.5.2",
  "bee-queue@2.0.0",
  "rate-limiter-flexible@11.4.0",
  "redlock@4.2.0",
  "connect-redis@9.0.0",
  "express-session@1.19.0",
]);

/** Why the packages are missing; `undefined` when they are there. */
export const packagesProblem: string | undefined = problem;

/** Load one of them. Foreign classes have no types here: each scenario says what it needs of them. */
export function foreignPackage<T>(name: string): T {
  return createRequire(join(folder, "package.json"))(name) as T;
}

/** Name of a suite that needs the packages; says so where it is skipped. */
export function needsPackages(name: string): string {
  return packagesProblem === undefined ? name : `${name} (skipped: ${packagesProblem})`;
}
