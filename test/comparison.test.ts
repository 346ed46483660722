/** Every proof that `docs/comparison.md` names is a test that is there. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs", "comparison.md"), "utf8");
const rows = page.split("\n").filter((line) => /^\| [^|]/.test(line) && line.split("|").length > 8);
const proofs = [...page.matchAll(/`([\w./-]+\.ts)`: "([^"]+)"/g)].map(([, file, name]) => ({ file, name }));

describe("docs/comparison.md", () => {
  it("names tests that are there", () => {
    expect(proofs.length).toBeGreaterThan(40);
    const missing = proofs.filter(({ file, name }) => {
      const path = join(root, "test", file);
      if (!existsSync(path)) return true;
      const text = readFileSync(path, "utf8");
      return ![`"${name}"`, `\`${name}\``, `'${name}'`].some((quoted) => text.includes(quoted));
    });
    expect(missing).toEqual([]);
  });

  it("has a test, or says no or later, in every row", () => {
    const bare = rows
      .map((row) => row.split("|").map((cell) => cell.trim()))
      .map((cells) => ({ feature: cells[1], ours: cells[7], proof: cells[8] }))
      .filter(({ proof, ours }) => proof === "" && !/\*\*(no|later)\*\*/.test(ours));
    expect(bare).toEqual([]);
  });

  it("names scripts that are there", () => {
    for (const [, script] of page.matchAll(/`(?:node )?((?:scripts|bench)\/[\w-]+\.mjs)`/g)) {
      expect(existsSync(join(root, script)), script).toBe(true);
    }
    expect(
      JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts["check:package"],
    ).toBeDefined();
  });
});
