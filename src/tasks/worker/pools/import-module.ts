/** Imports modules by their address, from either module format of this package. */
import { pathToFileURL } from "node:url";

/**
 * The exports of a module.
 * @param file - its path; an ES module, one of CommonJS, or whatever else Node was taught to load
 */
export function importModule(file: string): Promise<Record<string, unknown>> {
  const url = pathToFileURL(file).href;
  // The build for CommonJS has a path here, and has made each `import()` a `require()`, which cannot load ES modules.
  if (import.meta.url.startsWith("file:")) return import(url);
  return new Function("url", "return import(url)")(url);
}
