/** Client, mini server and Lua in a browser: what scripts/check-browser.mjs finds. */
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const script = resolve(import.meta.dirname, "../scripts/check-browser.mjs");

it("a bundle for browsers holds nothing of Node, and works where there is a Chromium", async (context) => {
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 90_000 });
  expect(stdout).toContain("needs nothing of Node");
  if (stdout.includes("(skipped")) return context.skip("bundled, not run: no Chromium is installed");
  expect(stdout).toContain(": it works");
}, 100_000);
