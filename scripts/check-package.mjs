/**
 * Checks the package as its users get it: packs it, lints the tarball, installs it into three empty
 * projects (ES modules, CommonJS, TypeScript with NodeNext), runs them, and asks the TypeScript
 * language service whether an editor shows the documentation of the commands.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const work = mkdtempSync(join(tmpdir(), "resplendent-package-"));
const run = (command, args, cwd, quiet = false) =>
  execFileSync(command, args, {
    cwd,
    stdio: quiet ? ["ignore", "pipe", "inherit"] : "inherit",
    encoding: "utf8",
  });
const bin = (name) => join(root, "node_modules", ".bin", name);

try {
  const packed = JSON.parse(run("npm", ["pack", "--json", "--pack-destination", work], root, true));
  const [{ filename, files, unpackedSize }] = Array.isArray(packed) ? packed : Object.values(packed);
  const tarball = join(work, filename);
  console.log(`${filename}: ${files.length} files, ${Math.round(unpackedSize / 1024)} KiB unpacked`);

  run(bin("publint"), ["run", tarball, "--strict"], root);
  // Without node10: engines say Node 20, and every resolution of today reads `exports`.
  run(bin("attw"), [tarball, "--profile", "node16"], root);

  for (const kind of ["esm", "cjs", "typescript"]) {
    const consumer = join(work, kind);
    cpSync(join(root, "test", "consumers", kind), consumer, { recursive: true });
    const type = kind === "cjs" ? "commonjs" : "module";
    writeFileSync(join(consumer, "package.json"), JSON.stringify({ name: kind, private: true, type }));
    const wanted = kind === "typescript" ? [tarball, "@types/node@20"] : [tarball];
    run("npm", ["install", "--no-audit", "--no-fund", "--silent", ...wanted], consumer);
    if (kind === "typescript") {
      for (const compiler of ["typescript", "typescript7"]) {
        run("node", [join(root, "node_modules", compiler, "bin", "tsc"), "-p", "."], consumer);
      }
      checkEditor(consumer);
      await checkReadme(consumer);
    }
    const entry = kind === "cjs" ? "main.cjs" : kind === "esm" ? "main.mjs" : "out/main.js";
    const printed = run("node", [entry], consumer, true).trim();
    if (printed !== "it works") throw new Error(`The ${kind} consumer printed ${JSON.stringify(printed)}`);
    console.log(`${kind}: ${printed}`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** The snippets of the README compile and run as they stand, but for the port of the server. */
async function checkReadme(consumer) {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const snippets = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  const start =
    'import { MiniServer as Server } from "resplendent/server";\nconst given = await Server.start();\n';
  for (const [index, code] of snippets.entries()) {
    const file = `readme-${index + 1}`;
    const whole = `${start}${code}\nawait given.close();\nconsole.log("it works");\n`
      .replaceAll("port: 6379", "port: given.port")
      .replaceAll("new ConnectionPool({", "new ConnectionPool({ port: given.port,");
    writeFileSync(join(consumer, `${file}.ts`), whole);
    const config = { extends: "./tsconfig.json", include: [`${file}.ts`] };
    writeFileSync(join(consumer, "tsconfig.readme.json"), JSON.stringify(config));
    run(
      "node",
      [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.readme.json"],
      consumer,
    );
    const printed = run("node", [`out/${file}.js`], consumer, true).trim();
    if (printed !== "it works") throw new Error(`Snippet ${index + 1} of the README printed ${printed}`);
  }
  console.log(`README: ${snippets.length} snippets compile and run`);
}

/** At each mark in `editor.ts`, the documentation that an editor shows must hold the words behind the mark. */
function checkEditor(consumer) {
  const ts = createRequire(join(root, "package.json"))("typescript");
  const file = join(consumer, "editor.ts");
  const source = readFileSync(file, "utf8");
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: ["node"],
  };
  const service = ts.createLanguageService({
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) =>
      ts.sys.fileExists(name) ? ts.ScriptSnapshot.fromString(ts.sys.readFile(name)) : undefined,
    getCurrentDirectory: () => consumer,
    getCompilationSettings: () => options,
    getDefaultLibFileName: (opts) => ts.getDefaultLibFilePath(opts),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
  let marks = 0;
  for (const match of source.matchAll(/\/\*\? (.*?) \*\//g)) {
    const info = service.getQuickInfoAtPosition(file, match.index + match[0].length);
    const shown = [
      ts.displayPartsToString(info?.displayParts ?? []),
      ts.displayPartsToString(info?.documentation ?? []),
      ...(info?.tags ?? []).map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text ?? [])}`),
    ].join("\n");
    for (const words of match[1].split(" & ")) {
      if (!shown.includes(words))
        throw new Error(`An editor does not show ${JSON.stringify(words)}, but:\n${shown}`);
    }
    marks++;
  }
  console.log(`editor: documentation shown at ${marks} places`);
}
