/** What `report` prints. */
import { reportOf } from "../worker/control-facts.js";
import { type CommandRun, print } from "./run-command.js";

/** Print what a bug report should say. */
export async function printReport({ app }: CommandRun): Promise<void> {
  print(reportOf({ appName: app.name, settings: app.settings }));
}
