/** Assets made after an upload: the upload's request is answered at once, and the files come a moment later. */
import { createHash } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { AsyncResult } from "resplendent/tasks";
import { app, redis } from "./app.js";

/** What is made of an uploaded text. */
export const KINDS = ["gz", "sha256", "preview"] as const;
type Kind = (typeof KINDS)[number];

const makers: Record<Kind, (bytes: Buffer) => Promise<Buffer | string> | string> = {
  gz: promisify(gzip) as (bytes: Buffer) => Promise<Buffer>,
  sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
  preview: (bytes) => bytes.toString().slice(0, 80),
};

/**
 * Make one asset. @returns its path
 *
 * Acknowledged when it is done, so that it is made again when the worker dies: it may therefore run twice, and must not
 * mind. The file appears under its name when it is whole.
 */
export const make = app.task(
  "assets.make",
  async ({ request }, path: string, kind: Kind) => {
    const asset = `${path}.${kind}`;
    const draft = `${asset}.${request.id}`;
    await writeFile(draft, await makers[kind](await readFile(path)));
    await rename(draft, asset);
    return asset;
  },
  { bind: true, acksLate: true, autoretryFor: [Error], retryBackoff: true, maxRetries: 5, softTimeLimit: 60 },
);

/** Tell the site that an asset is there. Linked to `make`, it is called with what that returned. */
export const made = app.task("assets.made", async (asset: string) => {
  await redis.sadd("assets", asset);
});

/** To be called when an upload is stored. @returns one result for each asset, for those who want to wait */
export function afterUpload(path: string): Promise<AsyncResult<string>[]> {
  return Promise.all(KINDS.map((kind) => make.applyAsync([path, kind], { link: made.s() })));
}
