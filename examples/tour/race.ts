/** The race at the end: the same commands one by one and pipelined, measured here and now. */
import { note, section } from "./print.js";
import type { TourServer } from "./server.js";

const COMMANDS = 5000;

export async function race({ redis }: TourServer): Promise<void> {
  section(`The race: ${COMMANDS.toLocaleString("en")} INCRs`);
  await lap(redis.incr.bind(redis), 500);
  const single = await timed(() => lap(redis.incr.bind(redis), COMMANDS));
  report("one by one, each awaited", single, single);
  const together = await timed(() => Promise.all(Array.from({ length: COMMANDS }, () => redis.incr("race"))));
  report("all at once, a promise each", together, single);
  const pipelined = await timed(async () => {
    const pipeline = redis.pipeline();
    for (let i = 0; i < COMMANDS; i++) pipeline.incr("race");
    await pipeline.exec();
  });
  report("one pipeline", pipelined, single);
  note("(client and server share this process on the mini server; `npm run bench` measures with care)");
}

async function lap(incr: (key: string) => Promise<number>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await incr("race");
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function report(what: string, milliseconds: number, reference: number): void {
  const rate = Math.round((COMMANDS / milliseconds) * 1000).toLocaleString("en");
  const factor = (reference / milliseconds).toFixed(1);
  console.log(
    `  ${what.padEnd(30)} ${milliseconds.toFixed(0).padStart(6)} ms ${rate.padStart(12)}/s ${factor.padStart(7)}x`,
  );
}
