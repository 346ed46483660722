/** What a release says of itself is true. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { VERSION } from "../src/version.js";

const root = resolve(import.meta.dirname, "..");
const read = (name: string) => readFileSync(join(root, name), "utf8");
const manifest = JSON.parse(read("package.json")) as {
  version: string;
  dependencies: Record<string, string>;
};

it("package, change log and source agree on the version", () => {
  const [, top] = /^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$/m.exec(read("CHANGELOG.md")) ?? [];
  expect(top).toBe(manifest.version);
  expect(VERSION).toBe(manifest.version);
});

it("the lock file names no download address", () => {
  expect(read("package-lock.json")).not.toContain('"resolved"');
});

it("the package brings no more than it needs", () => {
  expect(Object.keys(manifest.dependencies).sort()).toEqual(["commander", "wasmoon-lua5.1"]);
});
