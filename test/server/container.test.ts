/** `startTestServer` with a container, by the real package on a real Docker engine: nothing here stands for either. */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Redis } from "../../src/index.js";
import { type RedisContainerPackage, startTestServer } from "../../src/server/index.js";
import { docker, dockerProblem } from "../tools/docker.js";
import { packagesApart } from "../tools/packages-apart.js";
import { redisAvailable } from "../tools/redis-server.js";

/** The last major version that runs on every Node that this package supports. */
const PACKAGE = "@testcontainers/redis@11.14.0";

const root = resolve(import.meta.dirname, "../..");
const missing = dockerProblem ?? (redisAvailable ? undefined : "redis-server is not installed");
// It is heavy: only those who can use it fetch it.
const apart =
  missing === undefined ? await packagesApart("resplendent-testcontainers-11.14.0", [PACKAGE]) : undefined;
const problem = missing ?? apart?.problem;

const image = `resplendent-redis:test-${process.pid}`;
/** The same, but it never logs that it is ready. */
const silentImage = `${image}-silent`;

/** All containers of an image, also those that have ended. */
function containersOf(name: string): string[] {
  const ids = docker("ps", "--all", "--quiet", "--filter", `ancestor=${name}`);
  return ids.split("\n").filter(Boolean);
}

describe.skipIf(problem !== undefined)(
  `a container of Docker's${problem === undefined ? "" : ` (skipped: ${problem})`}`,
  () => {
    const folder = String(apart?.folder);
    let testcontainers: RedisContainerPackage;

    beforeAll(() => {
      // What removes the containers of killed processes is an image that would have to come from a registry.
      vi.stubEnv("TESTCONTAINERS_RYUK_DISABLED", "true");
      testcontainers = createRequire(join(folder, "package.json"))("@testcontainers/redis");
      execFileSync(join(root, "scripts/docker-redis-image.sh"), [image], { stdio: "pipe" });
      const entry = 'ENTRYPOINT ["/bin/sh", "-c", "exec redis-server --loglevel warning"]';
      const template = docker("create", image);
      docker("commit", "--change", entry, template, silentImage);
      docker("rm", template);
    });

    afterAll(() => {
      vi.unstubAllEnvs();
      for (const name of [silentImage, image]) {
        for (const id of containersOf(name)) docker("rm", "--force", "--volumes", id);
        docker("image", "rm", name);
      }
    });

    it("runs the image that is named, and is gone after stop()", async () => {
      const server = await startTestServer({ on: `container:${image}`, testcontainers });
      const { kind, redisOptions, mini } = server;
      expect([kind, redisOptions, mini]).toEqual(["container", { url: server.url }, undefined]);
      const redis = new Redis(redisOptions);
      expect(await redis.set("k", "v")).toBe("OK");
      expect(await redis.get("k")).toBe("v");
      // Only in a container it is the first process.
      expect(await redis.info("server")).toMatch(/^process_id:1\r?$/m);
      expect(containersOf(image)).toHaveLength(1);
      await redis.close();
      await server.stop();
      await server.stop();
      expect(containersOf(image)).toEqual([]);
    });

    it("leaves none that was not ready in time", async () => {
      const late = startTestServer({ on: `container:${silentImage}`, testcontainers, timeout: 300 });
      await expect(late).rejects.toThrow(/300 ?ms/);
      expect(containersOf(silentImage)).toEqual([]);
    });

    it("is started by the package that the user's project has installed", async () => {
      const project = mkdtempSync(join(tmpdir(), "container-project-"));
      try {
        mkdirSync(join(project, "node_modules"));
        const installed = "node_modules/@testcontainers";
        symlinkSync(join(folder, installed), join(project, installed));
        await build({
          entryPoints: [join(root, "src/server/index.ts")],
          outfile: join(project, "server.mjs"),
          bundle: true,
          platform: "node",
          format: "esm",
          external: ["wasmoon-lua5.1"],
          logLevel: "error",
        });
        const program = `
          import { startTestServer } from "./server.mjs";
          const server = await startTestServer();
          console.log(server.kind, server.url);
          await server.stop();`;
        writeFileSync(join(project, "main.mjs"), program);
        const { stdout } = await promisify(execFile)(process.execPath, ["main.mjs"], {
          cwd: project,
          env: { ...process.env, RESPLENDENT_TARGET: `container:${image}` },
        });
        expect(stdout).toMatch(/^container redis:\/\/[^ ]+:\d+\n$/);
        expect(containersOf(image)).toEqual([]);
      } finally {
        rmSync(project, { recursive: true, force: true });
      }
    });
  },
);
