import { TaskApp } from "resplendent/tasks";

export const app = new TaskApp("consumer", { broker: "memory://" });
export const add = app.task("consumer.add", (x, y) => x + y);
