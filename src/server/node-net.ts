/** Node's sockets. Nothing imports them at once, because browsers, which may load all of this as well, have none. */
import type * as Net from "node:net";

// What listening needs comes with the package and not at the first start, which would take half as long again; two of
// these Node itself would load only then.
for (const part of ["node:net", "node:dns", "node:cluster"]) globalThis.process?.getBuiltinModule?.(part);

/** `node:net`, once {@link loadNet} is done. */
export let net: typeof Net;

/** Loads nothing where Node can be asked for it: an import would take as long as all else of a start. */
export async function loadNet(): Promise<void> {
  net ??= globalThis.process?.getBuiltinModule?.("node:net") ?? (await import("node:net"));
}
