/** What `-A` names: modules of either kind, TypeScript, exports, and the modules of the tasks. */
import { spawnSync } from "node:child_process";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TasksBuild } from "../tools/tasks-build.js";
import { failure } from "../tools/waiting.js";

const app = (name: string, more = "{}") => `new TaskApp(${JSON.stringify(name)}, ${more})`;
const imports = 'import { TaskApp } from "./tasks.js";\n';

describe("loading an app", () => {
  let build: TasksBuild;
  let load: (path: string) => Promise<{ name: string; tasks: ReadonlyMap<string, unknown> }>;

  beforeAll(async () => {
    build = await TasksBuild.make();
    load = (await build.pools()).loadApp;
  });

  afterAll(() => build.remove());

  it("finds the export called app, the default one, or the only one", async () => {
    const named = build.add(
      "named.mjs",
      `${imports}export const other = ${app("other")};\nexport const app = ${app("app")};`,
    );
    expect((await load(named)).name).toBe("app");
    const byDefault = build.add(
      "default.mjs",
      `${imports}export const other = ${app("other")};\nexport default ${app("mine")};`,
    );
    expect((await load(byDefault)).name).toBe("mine");
    const only = build.add(
      "only.mjs",
      `${imports}export const proj = ${app("only")};\nexport const text = "";`,
    );
    expect((await load(only)).name).toBe("only");
  });

  it("takes a name after a colon, and asks for one where there are several apps", async () => {
    const file = build.add(
      "two.mjs",
      `${imports}export const one = ${app("1")};\nexport const two = ${app("2")};`,
    );
    expect((await load(`${file}:two`)).name).toBe("2");
    expect(String(await failure(load(file)))).toContain(`several apps; say which: ${file}:one, ${file}:two`);
    expect(String(await failure(load(`${file}:three`)))).toContain('no TaskApp called "three"');
  });

  it("takes URLs, paths from the working directory, and paths without ending", async () => {
    const file = build.add("plain.mjs", `${imports}export const app = ${app("plain")};`);
    expect((await load(pathToFileURL(file).href)).name).toBe("plain");
    expect((await load(relative(process.cwd(), file))).name).toBe("plain");
    expect((await load(file.replace(".mjs", ""))).name).toBe("plain");
  });

  it("takes a module of CommonJS, and an app of another copy of the package", async () => {
    const common = build.add(
      "common.cjs",
      'module.exports = (async () => {})();\nclass TaskApp { name = "copy"; tasks = new Map(); settings = { include: [] }; sendTask() {} }\nmodule.exports = { app: new TaskApp() };',
    );
    expect((await load(common)).name).toBe("copy");
  });

  it("imports the modules of the tasks, relative to the app's", async () => {
    build.add("more.mjs", 'import { app } from "./including.mjs";\napp.task("more", () => 1);');
    const file = build.add(
      "including.mjs",
      `${imports}export const app = ${app("inc", '{ include: ["./more.mjs"] }')};`,
    );
    expect([...(await load(file)).tasks.keys()]).toEqual(["more"]);
    const lacking = build.add(
      "lacking.mjs",
      `${imports}export const app = ${app("inc", '{ include: ["./absent.js"] }')};`,
    );
    expect(await failure(load(lacking))).toMatchObject({ setting: "include" });
  });

  it("says what is wrong", async () => {
    expect(String(await failure(load("./nowhere.js")))).toMatch(/There is no module .*nowhere\.js/);
    expect(String(await failure(load(build.add("empty.mjs", "export const x = 1;"))))).toContain(
      "exports no TaskApp",
    );
    const broken = await failure(load(build.add("broken.mjs", 'throw new TypeError("broken");')));
    expect(broken).toMatchObject({ name: "SettingsError", cause: { name: "TypeError" } });
    expect(String(broken)).toContain("broken.mjs: broken");
  });

  it("loads TypeScript by the project's tsx, from plain Node", () => {
    build.add(
      "tasks-of-ts.ts",
      'import { app } from "./app-of-ts.js";\nenum Kind { One = 1 }\napp.task("kind-" + (Kind.One as number), () => 1);',
    );
    const file = build.add(
      "app-of-ts.ts",
      `${imports}export const app: TaskApp = ${app("typed", '{ include: ["./tasks-of-ts.js"] }')};`,
    );
    const script = build.add(
      "load-ts.mjs",
      'import { loadApp } from "./load-app.js";\nconst app = await loadApp(process.argv[2]);\nconsole.log(app.name, ...app.tasks.keys());',
    );
    const { stdout, stderr } = spawnSync(process.execPath, [script, file], {
      encoding: "utf8",
      cwd: join(build.folder),
    });
    expect(stderr).toBe("");
    expect(stdout).toBe("typed kind-1\n");
  });
});
