/** Sends so many tasks, some hundreds in flight: `node ours-producer.mjs COUNT [COUNTDOWN]`. */
import { app, nothing } from "./task-app.mjs";

const IN_FLIGHT = 256;
const count = Number(process.argv[2]);
const countdown = Number(process.argv[3] ?? 0);
let left = count;

await Promise.all(
  Array.from({ length: IN_FLIGHT }, async () => {
    while (left-- > 0) await (countdown === 0 ? nothing.delay() : nothing.applyAsync([], { countdown }));
  }),
);
await app.close();
