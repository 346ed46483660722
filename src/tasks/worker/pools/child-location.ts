/** Where the file is that a thread or process of a pool runs. */
import { pathToFileURL } from "node:url";

/**
 * The URL of `child.ts` beside this file, or of what the build makes of it, beside the chunk that this file is in and
 * in the same module format, so that a child and the app that it loads share one copy of this package.
 */
export function childLocation(): URL {
  // The build for CommonJS puts `__filename` here: a path, and no URL.
  const here = import.meta.url;
  const url = here.startsWith("file:") ? new URL(here) : pathToFileURL(here);
  if (url.pathname.endsWith(".ts")) return new URL("./child.ts", url);
  return new URL(url.pathname.endsWith(".cjs") ? "./tasks-child.cjs" : "./tasks-child.js", url);
}
