/**
 * The app of a small site. Tasks are in three files beside it; a worker for them:
 *
 *   npx tsx src/cli.ts -A examples/tasks/app.ts worker -Q site,assets -c 4 -l info
 */
import { Redis } from "resplendent";
import { TaskApp } from "resplendent/tasks";

const url = process.env.REDIS_URL ?? "redis://127.0.0.1:6379/0";

/** The site's own data. */
export const redis = new Redis(url);

export const app = new TaskApp("site", {
  broker: url,
  // A worker imports these when it starts.
  include: ["./assets.js", "./followers.js", "./search-index.js"],
  taskDefaultQueue: "site",
  // Assets take long: workers of their own can be started with `-Q assets`.
  taskRoutes: { "assets.*": "assets" },
  resultExpires: 3600,
});
