/** Lets a thread import a project's TypeScript. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { importModule } from "./import-module.js";

/** What is read of the `package.json` of tsx. */
interface TsxManifest {
  exports: { "./esm/api": { import: { default: string } } };
}

/** Whether a file has to be made JavaScript first. */
export function isTypeScript(file: string): boolean {
  return /\.[mc]?tsx?$/.test(file);
}

/**
 * Makes this thread understand TypeScript by the package `tsx` of the project that `file` is in. Does nothing where
 * Node knows TypeScript itself or was started with a loader, and where the project has no tsx.
 */
export async function learnTypeScript(file: string): Promise<void> {
  const { typescript } = process.features as { typescript?: unknown };
  if (typescript || (isMainThread && hasLoader())) return;
  const manifest = packageAt("tsx/package.json", file);
  if (manifest === undefined) return;
  // The package's entry for ES modules: `require.resolve` would find the one for CommonJS.
  const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as TsxManifest;
  const api = await importModule(join(dirname(manifest), exports["./esm/api"].import.default));
  (api.register as () => void)();
}

/** Loaders are named on the command line; threads do not get those of `--import`. */
function hasLoader(): boolean {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" ");
  return /--(import|loader|experimental-loader)\b/.test(flags);
}

/** The file of a package of the project that `from` is in; undefined where it has none of that name. */
export function packageAt(name: string, from: string): string | undefined {
  if (/^[./]/.test(name)) return undefined;
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
