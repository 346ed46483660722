/**
 * Workers killed with `kill -9` at any moment: no late acknowledged task is lost, no early acknowledged one runs twice.
 * `WORKER_KILLS=1000` makes the run as long as one wants, `WORKER_KILLS_POOL=processes` takes another pool.
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CeleryProcess } from "../tools/celery.js";
import { redisAvailable } from "../tools/redis-server.js";
import { Workshop } from "./workshop.js";

const KILLS = Number(process.env.WORKER_KILLS ?? 6);
const POOL = process.env.WORKER_KILLS_POOL ?? "async";

describe.skipIf(!redisAvailable)("workers that are killed at any moment", () => {
  let shop: Workshop;
  beforeAll(async () => {
    shop = await Workshop.open("redis");
  });
  afterAll(() => shop.close());

  const start = async (): Promise<CeleryProcess> => {
    const { VITEST: _, NODE_OPTIONS: __, ...env } = process.env;
    const script = join(import.meta.dirname, "worker-process.ts");
    const worker = new CeleryProcess(process.execPath, ["--import", "tsx", script, POOL], {
      cwd: join(import.meta.dirname, "../.."),
      env: { ...env, WORKER_PROJECT_URL: shop.url },
    });
    await worker.seen(/ready/, 60_000);
    return worker;
  };

  it(`lose nothing over ${KILLS} kills`, { timeout: 60_000 + KILLS * 5000 }, async () => {
    const app = shop.app({ taskIgnoreResult: true });
    let sent = 0;
    const send = async (): Promise<void> => {
      const numbers = Array.from({ length: 20 }, () => sent++);
      await Promise.all(
        numbers.flatMap((x) => [app.sendTask("kills.late", [x]), app.sendTask("kills.early", [x])]),
      );
    };
    /** One line of workers after each other. */
    const killing = async (kills: number): Promise<void> => {
      for (let kill = 0; kill < kills; kill++) {
        const worker = await start();
        await send();
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
        await worker.stop("SIGKILL");
      }
    };
    await Promise.all([killing(Math.ceil(KILLS / 2)), killing(Math.floor(KILLS / 2))]);
    const last = await start();
    await send();
    const quiet = async () =>
      (await shop.redis.llen("q")) === 0 && (await shop.redis.zcard("unacked_index")) === 0;
    // Most tasks were sent to workers that were dead before they could run them.
    const patience = performance.now() + 30_000 + KILLS * 500;
    while (!(await quiet()) && performance.now() < patience)
      await new Promise((next) => setTimeout(next, 20));
    await last.stop();
    expect(await shop.redis.hlen("unacked")).toBe(0);

    expect(await shop.redis.scard("late:done")).toBe(sent);
    const begun = await shop.redis.lrange("early:begun", 0, -1);
    expect(begun.filter((x, at) => begun.indexOf(x) !== at)).toEqual([]);
    // What a worker had begun, or was about to, dies with it: that is what early acknowledgement means.
    const gone = sent - (await shop.redis.scard("early:done"));
    expect(gone).toBeLessThanOrEqual((KILLS + 1) * 8);
    console.log(`${KILLS} kills, ${sent} tasks of each kind, ${gone} early ones died with their workers`);
  });
});
