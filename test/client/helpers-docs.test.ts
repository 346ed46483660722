/** Every snippet of docs/helpers.md and docs/recipes.md runs as it stands, but for the address of the server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MiniServer } from "../../src/server/index.js";

const root = resolve(import.meta.dirname, "../..");

describe.each(["docs/helpers.md", "docs/recipes.md"])("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");
  const snippets = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  let server: MiniServer;
  let folder: string;
  beforeAll(async () => {
    server = await MiniServer.start();
    // Within the project, so that the test runner compiles them.
    folder = mkdtempSync(join(root, "test", "client", ".snippets-"));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  });

  it("has snippets", () => {
    expect(snippets.length).toBeGreaterThan(2);
  });

  it.each(snippets.map((code, index) => ({ index, code })))(
    "runs snippet $index",
    async ({ index, code }) => {
      const file = join(folder, `${index}.ts`);
      const runnable = code
        .replace('from "resplendent"', `from ${JSON.stringify(join(root, "src/index.js"))}`)
        .replace('from "resplendent/recipes"', `from ${JSON.stringify(join(root, "src/recipes/index.js"))}`)
        .replaceAll("new Redis()", `new Redis(${JSON.stringify(server.url)})`)
        .replaceAll("new Redis({", `new Redis({ url: ${JSON.stringify(server.url)},`);
      writeFileSync(file, runnable);
      const log = vi.spyOn(console, "log").mockImplementation(() => {});
      try {
        await import(file);
        expect(log).toHaveBeenCalled();
      } finally {
        log.mockRestore();
      }
    },
  );
});
