/** The methods of remote control, bound to a worker. */
import type { ControlHandler } from "../control/mailbox.js";
import { commandHandlers } from "./control-commands.js";
import { questionHandlers } from "./control-questions.js";
import type { ControlledWorker } from "./controlled-worker.js";

/** All methods of remote control of this worker, by their names and aliases. */
export function controlHandlers(worker: ControlledWorker): Record<string, ControlHandler> {
  return { ...questionHandlers(worker), ...commandHandlers(worker) };
}
