/** Finds the app of a project: the module that `-A` names, the app that it exports, and the modules of its tasks. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TaskApp } from "../../app.js";
import { SettingsError } from "../../errors.js";
import { importModule } from "./import-module.js";
import { isTypeScript, learnTypeScript, packageAt } from "./typescript.js";

/** Endings that are tried where a path has none, or names no file: those that Node knows first. */
const ENDINGS = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"];
/** What TypeScript's sources are called after they are compiled. */
const SOURCES: Record<string, string> = { ".js": ".ts", ".mjs": ".mts", ".cjs": ".cts" };

/**
 * Imports a module, finds the {@link TaskApp} that it exports (`app`, the default export, or the only one), and
 * imports the modules that the app's setting `include` names, relative to the module.
 *
 * TypeScript is loaded where Node can do it, where the process was started with a loader (`--import tsx`), or where
 * the project has the package `tsx`.
 *
 * @param path - path (relative to the working directory, the ending may be left out) or `file:` URL of the module;
 *   `./proj.js:name` says which export is meant
 * @throws SettingsError when there is no such module, or no app in it, or when loading it failed (`cause`)
 * @example const app = await loadApp("./proj.js");
 */
export async function loadApp(path: string): Promise<TaskApp> {
  const { file, name } = locate(path);
  const app = appOf(await load(file), name, file);
  for (const include of app.settings.include) {
    const module = include.startsWith("file:") ? fileURLToPath(include) : resolve(dirname(file), include);
    const found = fileAt(module);
    // What is no path may be a package.
    await load(found ?? packageAt(include, file) ?? missing("include", module));
  }
  return app;
}

function locate(path: string): { file: string; name: string | undefined } {
  const whole = path.startsWith("file:") ? fileURLToPath(path) : resolve(path);
  const file = fileAt(whole);
  if (file !== undefined) return { file, name: undefined };
  const [, module, name] = /^(.{2,}):([A-Za-z_$][\w$]*)$/.exec(whole) ?? [];
  const named = module === undefined ? undefined : fileAt(module);
  return named === undefined ? missing("app", whole) : { file: named, name };
}

function missing(setting: string, path: string): never {
  throw new SettingsError(
    setting,
    `There is no module ${path} (tried the endings ${ENDINGS.slice(1).join(" ")} too)`,
  );
}

/** The file that a path means: with an ending, as a folder's index, or as the source of what it names. */
function fileAt(path: string): string | undefined {
  const candidates = ENDINGS.flatMap((ending) =>
    ending === "" ? path : [path + ending, join(path, `index${ending}`)],
  );
  const source = path.replace(/\.[mc]?js$/, (ending) => SOURCES[ending]);
  return [...candidates, source].find((file) => existsSync(file) && statSync(file).isFile());
}

async function load(file: string): Promise<Record<string, unknown>> {
  try {
    return await importAny(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError("app", `Cannot load ${file}: ${reason}`, error);
  }
}

async function importAny(file: string): Promise<Record<string, unknown>> {
  // Before the first try: Node remembers a module that it could not load.
  if (isTypeScript(file)) await learnTypeScript(file);
  try {
    return await importModule(file);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
    const cure = "install tsx in the project, compile it, or use Node 22.18 or later";
    throw new Error(`this Node cannot load TypeScript: ${cure}`, { cause: error });
  }
}

function appOf(module: Record<string, unknown>, name: string | undefined, file: string): TaskApp {
  // A module of CommonJS may have its exports in `default` only.
  const { default: inner } = module;
  const all: Record<string, unknown> = isApp(inner) || !isObject(inner) ? module : { ...inner, ...module };
  if (name !== undefined) {
    const named = all[name];
    if (isApp(named)) return named;
    throw new SettingsError("app", `${file} exports no TaskApp called ${JSON.stringify(name)}`);
  }
  for (const usual of [all.app, all.default]) if (isApp(usual)) return usual;
  const apps = new Map(Object.entries(all).filter(([, value]) => isApp(value)));
  const different = new Set(apps.values());
  if (different.size === 1) return [...different][0] as TaskApp;
  throw new SettingsError(
    "app",
    different.size === 0
      ? `${file} exports no TaskApp: export const app = new TaskApp(...)`
      : `${file} exports several apps; say which: ${[...apps.keys()].map((key) => `${file}:${key}`).join(", ")}`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** An app may come from another copy of this package (its other module format), whose class is another. */
function isApp(value: unknown): value is TaskApp {
  if (value instanceof TaskApp) return true;
  return (
    isObject(value) &&
    value.tasks instanceof Map &&
    typeof value.sendTask === "function" &&
    "settings" in value
  );
}
