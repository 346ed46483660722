import { TaskApp } from "resplendent/tasks";

export const app = new TaskApp("consumer");
export const add = app.task("consumer.add", (x, y) => x + y);
