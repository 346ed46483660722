/** A project for workers in processes of their own; broker from `WORKER_PROJECT_URL`. */
import { Redis } from "../../src/index.js";
import { TaskApp } from "../../src/tasks/app.js";

export const app = new TaskApp("project", {
  broker: process.env.WORKER_PROJECT_URL ?? "redis://127.0.0.1:6379/0",
  taskDefaultQueue: "q",
  taskTrackStarted: true,
  brokerTransportOptions: { visibilityTimeout: 1 },
});

const endless = (name: string) => () => {
  console.log(`${name} begins`);
  return new Promise<string>(() => {});
};
app.task("victim.late", endless("late"), { acksLate: true });
app.task("victim.early", endless("early"));

app.task("project.add", (x: number, y: number) => x + y);

app.task("project.die", () => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
});

/** Dies the first time. */
app.task(
  "project.die_late",
  async (url: string) => {
    const redis = new Redis(url);
    const lives = await redis.incr("lives");
    await redis.close();
    if (lives > 1) return "second life";
    process.kill(process.pid, "SIGKILL");
    return new Promise<string>(() => {});
  },
  { acksLate: true, rejectOnWorkerLost: true },
);

app.task("project.spin", () => {
  for (;;);
});

let records: Redis | undefined;

/** Writes down that it begins and that it ends, with a pause of random length between. */
const recorded = (kind: string) => async (x: number) => {
  records ??= new Redis(process.env.WORKER_PROJECT_URL ?? "");
  await records.rpush(`${kind}:begun`, String(x));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
  await records.sadd(`${kind}:done`, String(x));
};
app.task("kills.late", recorded("late"), { acksLate: true });
app.task("kills.early", recorded("early"));
