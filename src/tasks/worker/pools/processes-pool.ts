/** Runs tasks in processes: for tasks that compute, and for those that may crash. Celery's prefork pool does the like. */
import type { PoolOptions } from "./async-pool.js";
import { ChildPool } from "./child-pool.js";
import { startProcess } from "./process-child.js";

/** The pool `-P processes`. */
export class ProcessesPool extends ChildPool {
  constructor(options: PoolOptions) {
    super("processes", options, startProcess);
  }
}
