/** The app of the command line's tests; `-b` says where its broker is. */
import { TaskApp } from "../../src/tasks/app.js";

export const app = new TaskApp("cli", { taskDefaultQueue: "ts", taskRoutes: { "py.*": "celery" } });

app.task("ts.add", (x: number, y: number) => x + y, { params: ["x", "y"] });

app.task("ts.fail", () => {
  throw new RangeError("boom");
});

app.task("ts.slow", async (seconds: number) => {
  await new Promise((done) => setTimeout(done, seconds * 1000));
  return "done";
});

/** Leaves a rejection behind that nobody handles. */
app.task("ts.careless", () => {
  void Promise.reject(new Error("nobody cares"));
});
